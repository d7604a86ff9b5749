"""Secrets are written once, for the owner only, and read back as they are."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from blueprint.errors import SystemFailed
from blueprint.runtime.dotenv import make_dotenv, read_dotenv


def make(path: Path, script: str) -> None:
    make_dotenv(path, [sys.executable, "-c", script], path.parent, os.environ)


def test_the_output_of_the_command_is_kept_for_the_owner_only(tmp_path: Path) -> None:
    make(tmp_path / ".env", "print('KEY=secret')")
    assert (tmp_path / ".env").read_text() == "KEY=secret\n"
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600


def test_a_command_that_fails_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(SystemFailed, match="exit code 1: no luck"):
        make(tmp_path / ".env", "print('KEY=half'); raise SystemExit('no luck')")
    assert list(tmp_path.iterdir()) == []


def test_key_value_lines_are_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "# a comment\n\nPLAIN=a=b#c\nexport EXPORTED=1\nQUOTED=\"two words\"\nSINGLE='x'\nEMPTY=\nword\n"
    )
    assert read_dotenv(tmp_path / ".env") == {
        "PLAIN": "a=b#c",
        "EXPORTED": "1",
        "QUOTED": "two words",
        "SINGLE": "x",
        "EMPTY": "",
    }
