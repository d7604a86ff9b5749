"""A field of any type, in any form, can be written and read; also by a service that follows the event."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from blueprint.spec.fields import SCALARS
from blueprint.spec.values import NUMBERS
from tests.conftest import copy_of
from tests.generated.every_kind import check_every_kind, row
from tests.generated.recipes import PATTERNS, Recipe, drafted
from tests.generated.workshop import Workshop
from tests.support.system import System


def test_there_is_a_field_of_every_type_in_every_form() -> None:
    fields = drafted(Recipe("kinds", "monolith")).spec.service("samples").resource or ()
    elements = {*SCALARS, "decimal", "ref", "type"}

    assert {field.name for field in fields} == row(0).keys()
    for optional in (False, True):
        kinds = {f.type.kind for f in fields if f.optional == optional}
        listed = {f.type.of.kind for f in fields if f.optional == optional and f.type.kind == "list"}
        limited = {f.type.kind for f in fields if f.optional == optional and f.bound}
        assert (kinds - {"list"}, listed, limited) == (elements, elements, {*NUMBERS})


@pytest.mark.slow
@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_kind_is_written_and_read(workshop: Workshop, tmp_path: Path, pattern: str) -> None:
    project = tmp_path / "project"
    copy_of(workshop.startable(Recipe("kinds", pattern)), project)
    with (
        System(project, tmp_path / "log") as system,
        httpx.Client(base_url=system.url, timeout=30) as client,
    ):
        check_every_kind(client)
