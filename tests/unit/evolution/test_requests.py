"""What requests bring now and did not before, and the reverse: `sync` says it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from blueprint import __version__
from blueprint.catalog.load import load_catalog
from blueprint.cli.main import run
from blueprint.evolution.requests import moved_fields
from blueprint.plan.planner import make_plan
from blueprint.render.renderer import render
from blueprint.spec import complete, load
from blueprint.spec.load import load_spec
from blueprint.tree import RelPath
from blueprint.workspace.create import create_project
from blueprint.workspace.destination import check_destination

Capture = pytest.CaptureFixture[str]

HEAD = "version: 1\nname: shop\npattern: monolith\nstack: fastapi\nservices:\n"
PLAIN = f"{HEAD}  notes:\n    resource: {{title: str, status: str}}\n"
OWNED = f"{PLAIN}    actions: {{close: {{in: {{note_id: str}}}}}}\n"
PATH = RelPath("src/shop/notes/requests.py")
NOW = (
    'POST /notes takes "status" now, since no workflow and no action sets it: '
    "your tests and clients have to bring it\n"
)


def new(folder: Path, spec: str) -> Path:
    tree = render(make_plan(load_spec(spec, "blueprint.yaml"), load_catalog(), spec))
    return create_project(tree, check_destination(folder / "shop"), __version__, git=False).path


def synced(project: Path, capsys: Capture, *flags: str) -> str:
    capsys.readouterr()
    assert run([*flags, "sync", str(project)]) == 0
    captured = capsys.readouterr()
    return captured.out if flags else captured.err


def migrations(project: Path) -> list[str]:
    return [file.read_text() for file in sorted(project.glob("src/shop/notes/migrations/*"))]


@pytest.fixture
def from_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of the time when each `status` was the service's own."""
    with monkeypatch.context() as patch:
        patch.setattr(complete, "status_setter", lambda *_: "earlier versions")
        load._loaded.cache_clear()
        project = new(tmp_path, PLAIN)
    load._loaded.cache_clear()
    assert 'status: Text = "pending"' in (project / "src/shop/notes/resource.py").read_text()
    return project


def test_a_project_that_exists_is_told_that_requests_bring_the_status(
    from_before: Path, capsys: Capture
) -> None:
    before = migrations(from_before)

    assert NOW in synced(from_before, capsys)

    assert migrations(from_before) == before
    assert "status TEXT NOT NULL DEFAULT 'pending'" in before[0].replace('"', "")
    assert "status: BoundedText\n" in (from_before / PATH).read_text()
    assert "status: Text\n" in (from_before / "src/shop/notes/resource.py").read_text()
    assert run(["check", str(from_before)]) == 0
    assert NOW not in synced(from_before, capsys)


def test_programs_are_told_the_same(from_before: Path, capsys: Capture) -> None:
    data = json.loads(synced(from_before, capsys, "--json"))["data"]

    assert data["moved"] == [
        {"service": "notes", "field": "status", "taken": True, "required": True, "new": False}
    ]


@pytest.mark.parametrize(
    ("before", "after", "news"),
    [
        (OWNED, PLAIN, NOW),
        (PLAIN, OWNED, 'POST /notes no longer takes "status": the service sets it\n'),
        (PLAIN.replace("status: str", "by: str?"), PLAIN.replace("status: str", "by: str?, to: str?"), ""),
        (
            PLAIN.replace("status: str", "by: str?"),
            OWNED.replace("status: str", "by: str?").replace("{note_id: str}", "{by: str}"),
            'POST /notes no longer takes "by": the service sets it\n',
        ),
    ],
    ids=["no action any more", "an action comes", "a new field", "an optional field"],
)
def test_what_moves_by_a_change_of_the_spec_is_told(
    before: str, after: str, news: str, tmp_path: Path, capsys: Capture
) -> None:
    project = new(tmp_path, before)
    (project / "blueprint.yaml").write_text(after)

    said = synced(project, capsys).splitlines(keepends=True)

    assert "".join(line for line in said if line.startswith("POST")) == news


def test_a_module_in_the_middle_of_a_merge_tells_nothing() -> None:
    spec = load_spec(PLAIN, "blueprint.yaml")
    texts = {PATH: (b"<<<<<<< yours\n", b"class NewNote:\n    status: str\n")}

    assert moved_fields(spec, spec, texts) == ()


def test_a_module_that_was_edited_tells_of_its_fields_alone() -> None:
    spec = load_spec(PLAIN, "blueprint.yaml")
    before = b"class NewNote:\n    status: str\n    shared.limit: int = 3\n"

    [moved] = moved_fields(spec, spec, {PATH: (before, b"class NewNote:\n    other: str\n")})

    assert (moved.field, moved.taken) == ("status", False)


def test_a_required_field_that_comes_by_a_migration_of_the_user_s_says_that_requests_have_to_bring_it(
    tmp_path: Path, capsys: Capture
) -> None:
    project = new(tmp_path, PLAIN)
    migration = "ALTER TABLE notes ADD COLUMN colour TEXT NOT NULL DEFAULT 'red';\n"
    (project / "src/shop/notes/migrations/0002_colour.sql").write_text(migration)
    (project / "blueprint.yaml").write_text(
        PLAIN.replace("title: str", "title: str, colour: str, size: str?")
    )

    said = synced(project, capsys)
    assert 'POST /notes now answers 422 without "colour": add it to your tests and clients\n' in said
    assert "size" not in said


def test_a_service_that_comes_has_no_requests_of_before(tmp_path: Path, capsys: Capture) -> None:
    project = new(tmp_path, PLAIN)
    (project / "blueprint.yaml").write_text(f"{PLAIN}  letters:\n    resource: {{title: str}}\n")

    assert "422" not in synced(project, capsys)
