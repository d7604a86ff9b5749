"""A project keeps what it calls its rows, whatever the tool would call them today."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from blueprint import __version__
from blueprint.catalog.load import load_catalog
from blueprint.cli.main import run
from blueprint.evolution.singulars import other_singulars, unsaid, with_singulars
from blueprint.plan.planner import make_plan
from blueprint.render.renderer import render
from blueprint.spec import load, names
from blueprint.spec.load import load_spec
from blueprint.workspace.create import create_project
from blueprint.workspace.destination import check_destination
from tests.support.programs import require
from tests.unit.cli.projects import files_of

Capture = pytest.CaptureFixture[str]

BEFORE = {"lenses": "lense", "analyses": "analyse", "campuses": "campuse", "notes": "note"}
SPEC = """\
version: 1
name: shop
pattern: monolith
stack: fastapi

services:
  lenses:  # what one looks through
    # as the catalogue has them
    resource: {grade: str, status: str}
    publishes: {created: lens.made, polish: lens.polished}
    actions:
      polish: {in: {lense_id: str}}
      # the ends of the workflow
      accept: {}
      refuse: {}

  eye-analyses: {resource: {lense_id: ref(lenses)}, publishes: {created: eye.analysed}}
  notes: {resource: {text: str}}
  steps:
    actions: {take: {in: {lense_id: str}}}
workflows:
  work: {starts: lenses.created, steps: [steps.take], success: lenses.accept, failure: lenses.refuse}
"""
KEPT = SPEC.replace(
    "  lenses:  # what one looks through\n", "  lenses:  # what one looks through\n    singular: lense\n"
).replace("eye-analyses: {", "eye-analyses: {singular: eye-analyse, ")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of a version of the tool that knew less English, in git."""
    with monkeypatch.context() as patch:
        patch.setattr(names, "singular", lambda word: BEFORE.get(word, word.removesuffix("s")))
        load._loaded.cache_clear()
        tree = render(make_plan(load_spec(SPEC, "blueprint.yaml"), load_catalog(), SPEC))
    load._loaded.cache_clear()
    return create_project(tree, check_destination(tmp_path / "shop"), __version__, git=True).path


def changed(before: dict[str, bytes], after: dict[str, bytes]) -> set[str]:
    """The files that differ, beside the tool's records."""
    paths = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    return {path for path in paths if not path.startswith(".blueprint/")}


def test_sync_writes_into_the_spec_what_rows_are_called_and_nothing_else(
    project: Path, capsys: Capture
) -> None:
    before = files_of(project)

    assert run(["check", str(project)]) == 1
    assert files_of(project) == before
    capsys.readouterr()
    assert run(["sync", str(project)]) == 0

    assert changed(before, files_of(project)) == {"blueprint.yaml"}
    assert (project / "blueprint.yaml").read_text() == KEPT
    said = capsys.readouterr().err
    assert 'blueprint.yaml says "singular: lense" for lenses now, to keep the name of its rows\n' in said
    assert "gone" not in said
    assert run(["check", str(project)]) == 0
    settled = files_of(project)
    assert run(["sync", str(project)]) == 0
    assert files_of(project) == settled
    assert run(["undo", str(project)]) == 0
    assert (project / "blueprint.yaml").read_text() == SPEC


def test_a_dry_run_and_programs_are_told(project: Path, capsys: Capture) -> None:
    assert run(["--json", "sync", "-n", str(project)]) == 0

    data = json.loads(capsys.readouterr().out)["data"]
    assert data["named"] == {"lenses": "lense", "eye-analyses": "eye-analyse"}
    assert data["gone"] == []
    assert "+    singular: lense\n" in data["diff"]
    assert (project / "blueprint.yaml").read_text() == SPEC


def test_a_service_that_is_added_follows_the_rules_of_today(project: Path) -> None:
    assert run(["add-service", "campuses", "--field", "name: str", "-C", str(project)]) == 0

    text = (project / "blueprint.yaml").read_text()
    assert text.startswith(KEPT[: KEPT.index("workflows")])
    assert "class Campus(Record)" in (project / "src/shop/campuses/resource.py").read_text()
    assert "class Lense(Record)" in (project / "src/shop/lenses/resource.py").read_text()
    assert run(["check", str(project)]) == 0


def test_without_copies_of_what_was_written_the_files_tell(project: Path) -> None:
    (project / ".blueprint/base.jsonl").unlink()

    assert run(["sync", str(project)]) == 0

    assert (project / "blueprint.yaml").read_text() == KEPT
    assert "class Lense(Record)" in (project / "src/shop/lenses/resource.py").read_text()


@pytest.mark.needs("git")
def test_events_are_compared_with_what_a_release_called_its_rows(project: Path) -> None:
    assert run(["check", "--against", "HEAD", str(project)]) == 1
    assert run(["sync", str(project)]) == 0

    assert run(["check", "--against", "HEAD", str(project)]) == 0
    subprocess.run([require("git"), "-C", project, "commit", "-qam", "Keep the names"], check=True)
    assert run(["check", "--against", "HEAD", str(project)]) == 0


def test_who_says_another_name_is_shown_the_lines_that_have_the_old_one(
    project: Path, capsys: Capture
) -> None:
    wanted = KEPT.replace("singular: eye-analyse,", "singular: eye-test,")
    (project / "blueprint.yaml").write_text(wanted)

    assert run(["sync", str(project)]) == 0

    said = capsys.readouterr().err
    assert 'the name "eye-analyse" for a row of eye-analyses is gone; your code still uses it:\n' in said
    assert "src/shop/eye_analyses/api.py" in said
    assert "class EyeTest(Record)" in (project / "src/shop/eye_analyses/resource.py").read_text()
    assert (project / "blueprint.yaml").read_text() == wanted


def test_who_takes_the_name_out_again_gets_that_of_the_rules(project: Path) -> None:
    assert run(["sync", str(project)]) == 0
    wanted = KEPT.replace("singular: eye-analyse, ", "")
    (project / "blueprint.yaml").write_text(wanted)

    assert run(["sync", str(project)]) == 0

    assert (project / "blueprint.yaml").read_text() == wanted
    assert "class EyeAnalysis(Record)" in (project / "src/shop/eye_analyses/resource.py").read_text()


@pytest.mark.parametrize(
    ("folder", "record", "found"),
    [
        ("lenses", "Lense", "lense"),
        ("lenses", "Lens", None),
        ("eye_analyses", "EyeAnalyse", "eye-analyse"),
        ("a_1_lenses", "A1Lense", "a-1-lense"),
        ("lenses", "Glass", "glass"),
        ("eye_analyses", "Study", None),
        ("lenses", "SpyGlass", None),
    ],
)
def test_the_name_follows_from_the_class(folder: str, record: str, found: str | None) -> None:
    expected = {folder.replace("_", "-"): found} if found else {}
    assert other_singulars({folder: f"import x\n\n\nclass {record}(Record):\n    pass\n"}) == expected


@pytest.mark.parametrize("text", ["", "a: [", "services: {}", "services:\n  lenses:\n"])
def test_what_is_no_spec_stays_as_it_is(text: str) -> None:
    assert with_singulars(text, {"lenses": "lense"}) == text
    assert unsaid(text, {"lenses": "lense"}, "services: [") == {}


@pytest.mark.parametrize("record", ["Order", "Zebra", "OrderItem"])
def test_a_class_that_no_last_word_leads_to_is_left_alone(record: str) -> None:
    assert other_singulars({"order_items": f"class {record}(Record):\n"}) == {}
