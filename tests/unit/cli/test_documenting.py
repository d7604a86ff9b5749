"""`run` brings docs/openapi.json up to date first, and asks the application only where it has to."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path

import pytest

from blueprint.cli.documenting import refresh_before_run
from blueprint.cli.main import run
from blueprint.runtime.description import read_description
from tests.unit.cli.projects import project_at

DOCUMENT = "docs/openapi.json"
API = "src/shop/notes/api.py"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """One whose application counts how often it is asked, and says what stands in said.json."""
    project = project_at(tmp_path / "shop")
    file = project / ".blueprint/run.json"
    code = "open('asked', 'a').write('x'); print(open('said.json').read())"
    description = {**json.loads(file.read_text()), "environment": None, "openapi": ["{python}", "-c", code]}
    del description["dotenv"]
    file.write_text(json.dumps(description))
    (project / "var").mkdir()
    (project / "said.json").write_text('{"paths": {"/mine": {}}}')
    return project


def refreshed(project: Path) -> bool:
    return refresh_before_run(project, read_description(project), lambda _: nullcontext())


def times_asked(project: Path) -> int:
    return len((project / "asked").read_text()) if (project / "asked").exists() else 0


def edit(project: Path) -> None:
    (project / API).write_text((project / API).read_text() + "# mine\n")


def test_code_that_nobody_edited_is_not_asked(project: Path) -> None:
    before = (project / DOCUMENT).read_bytes()

    assert not refreshed(project)
    assert times_asked(project) == 0
    assert (project / DOCUMENT).read_bytes() == before


@pytest.mark.parametrize("change", ["edited", "added", "removed"])
def test_after_an_edit_the_document_is_what_the_application_says(project: Path, change: str) -> None:
    if change == "edited":
        edit(project)
    elif change == "added":
        (project / "src/shop/notes/more.py").write_text("")
    else:
        (project / API).unlink()

    assert refreshed(project)
    assert json.loads((project / DOCUMENT).read_text()) == {"paths": {"/mine": {}}}


def test_it_is_asked_once_for_each_edit(project: Path) -> None:
    edit(project)
    assert refreshed(project)
    assert not refreshed(project)
    assert times_asked(project) == 1

    edit(project)
    assert not refreshed(project)
    assert times_asked(project) == 2


def test_a_document_that_was_put_back_is_brought_up_to_date_again(project: Path) -> None:
    edit(project)
    before = (project / DOCUMENT).read_bytes()
    assert refreshed(project)
    (project / DOCUMENT).write_bytes(before)

    assert refreshed(project)


def test_code_that_cannot_be_imported_does_not_stop_a_run(project: Path) -> None:
    edit(project)
    (project / "said.json").unlink()

    assert not refreshed(project)


def test_a_document_that_was_deleted_stays_away(project: Path) -> None:
    edit(project)
    (project / DOCUMENT).unlink()

    assert not refreshed(project)
    assert not (project / DOCUMENT).exists()


def grow(project: Path) -> bytes:
    """A new field, which changes the document; what that was before."""
    before = (project / DOCUMENT).read_bytes()
    spec = project / "blueprint.yaml"
    spec.write_text(spec.read_text().replace("{text: str}", "{text: str, note: str?}"))
    assert run(["sync", str(project)]) == 0
    assert (project / DOCUMENT).read_bytes() != before
    return before


def test_a_change_can_be_undone_after_the_document_was_brought_up_to_date(project: Path) -> None:
    before = grow(project)
    edit(project)
    assert refreshed(project)

    assert run(["undo", str(project)]) == 0
    assert (project / DOCUMENT).read_bytes() == before


def test_a_document_that_the_user_edited_since_is_not_undone(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    grow(project)
    edit(project)
    assert refreshed(project)
    (project / DOCUMENT).write_text('{"paths": {"/ours": {}}}')

    assert run(["undo", str(project)]) == 4
    assert f"{DOCUMENT}" in capsys.readouterr().err
    assert json.loads((project / DOCUMENT).read_text()) == {"paths": {"/ours": {}}}
