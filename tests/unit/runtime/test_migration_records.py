"""What a database tells of its migrations is followed only as far as it names files."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from blueprint.errors import MachineError
from blueprint.runtime.launches import Launch
from blueprint.runtime.migration_records import Record, _records


def told(folder: Path, **record: str) -> list[Record]:
    """What a process makes known that prints this."""
    text = json.dumps([{"service": "notes", "stem": "0001_notes", "sql": "", **record}])
    program = (sys.executable, "-c", f"print({text!r})")
    return _records(Launch("shop", (), dict(os.environ), folder, 1, "/readyz", program))


def test_a_migration_has_the_name_of_a_file(tmp_path: Path) -> None:
    assert told(tmp_path) == [Record("notes", "0001_notes", "")]


@pytest.mark.parametrize("name", ["../notes", "/tmp/notes", "a/b", "..", "", "a\x1b[31m", "a\n"])
@pytest.mark.parametrize("part", ["service", "stem"])
def test_anything_else_is_refused(tmp_path: Path, part: str, name: str) -> None:
    with pytest.raises(MachineError, match="the database of shop"):
        told(tmp_path, **{part: name})
