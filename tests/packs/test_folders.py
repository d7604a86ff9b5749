"""Packs in a folder: copied into the project by --packs, and followed from there."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from blueprint.cli.main import run
from tests.packs.projects import EXAMPLES, NOTE, OVERLAY, SPEC, answer, contents, new, write_pack

PATTERNS = ("monolith", "microservices", "event-driven")


@pytest.fixture
def note(tmp_path: Path) -> Path:
    """A folder with a pack that adds a file."""
    write_pack(tmp_path / "company/note", NOTE)
    return tmp_path / "company"


def test_a_new_project_has_a_copy_of_the_packs_that_it_takes(note: Path, tmp_path: Path) -> None:
    write_pack(note / "unused", {"pack.yaml": OVERLAY.replace("overlay", "tracing").replace("acme", "dots")})

    project = new(tmp_path, "--packs", str(note))

    assert (project / "deploy/acme.txt").read_text() == "desk belongs to ACME\n"
    assert sorted(contents(project / "packs")) == ["note/files/deploy/acme.txt.j2", "note/pack.yaml"]
    assert "\npacks: [./packs]\n" in (project / "blueprint.yaml").read_text()


def test_the_project_says_where_each_pack_is_from(note: Path, tmp_path: Path) -> None:
    project = new(tmp_path, "--packs", str(note))

    known = json.loads((project / ".blueprint/packs.json").read_text())["packs"]

    assert list(known) == ["overlay/acme"]
    assert known["overlay/acme"]["from"] == "./packs"
    assert known["overlay/acme"]["digest"].startswith("sha256:")
    assert str(tmp_path) not in (project / ".blueprint/packs.json").read_text()


def test_the_copy_is_all_that_later_runs_need(note: Path, tmp_path: Path) -> None:
    project = new(tmp_path, "--packs", str(note))
    shutil.rmtree(note)
    before = contents(project)

    assert run(["check", str(project)]) == 0
    assert run(["sync", str(project)]) == 0
    assert contents(project) == before


def test_a_folder_that_is_one_pack_keeps_its_name(note: Path, tmp_path: Path) -> None:
    project = new(tmp_path, "--packs", str(note / "note"))

    assert (project / "packs/note/pack.yaml").is_file()


def test_the_packs_of_a_spec_lie_beside_it_and_come_along(tmp_path: Path) -> None:
    write_pack(tmp_path / "mine/note", NOTE)
    (tmp_path / "desk.yaml").write_text(SPEC.replace("./packs", "./mine"))

    assert run(["new", "--spec", str(tmp_path / "desk.yaml"), "-o", str(tmp_path / "desk"), "--no-git"]) == 0

    assert (tmp_path / "desk/mine/note/pack.yaml").is_file()
    assert run(["check", str(tmp_path / "desk")]) == 0


def test_a_pack_that_has_changed_is_told_in_a_line_until_it_is_followed(
    note: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = new(tmp_path, "--packs", str(note))
    (project / "packs/note/files/deploy/acme.txt.j2").write_text("ACME has {{ project }}\n")

    found = answer(capsys, "check", str(project))
    assert (found["exit_code"], found["errors"][0]["code"]) == (1, "pack-changed")
    assert found["errors"][0]["message"] == "the pack overlay/acme of ./packs has changed"
    capsys.readouterr()
    assert run(["sync", str(project)]) == 0
    assert "the pack overlay/acme of ./packs has changed\n" in capsys.readouterr().err
    assert (project / "deploy/acme.txt").read_text() == "ACME has desk\n"
    assert run(["check", str(project)]) == 0


def test_a_pack_that_goes_takes_its_files_with_it(
    note: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = new(tmp_path, "--packs", str(note))
    spec = project / "blueprint.yaml"
    spec.write_text(spec.read_text().replace("packs: [./packs]\n", ""))

    assert run(["sync", str(project)]) == 0

    assert not (project / "deploy/acme.txt").exists()
    assert not (project / ".blueprint/packs.json").exists()
    assert (project / "packs/note/pack.yaml").is_file()
    assert "the pack overlay/acme of ./packs is no longer used\n" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["sync"], ["add-service", "letters", "--field", "text: str", "-C"]])
def test_packs_come_into_a_project_that_is_there_and_go_again(
    command: list[str], note: Path, tmp_path: Path
) -> None:
    project = new(tmp_path)
    before = contents(project)

    assert run([*command, str(project), "--packs", str(note)]) == 0

    assert (project / "packs/note/pack.yaml").is_file()
    assert (project / "deploy/acme.txt").read_text() == "desk belongs to ACME\n"
    assert run(["check", str(project)]) == 0
    assert run(["undo", str(project)]) == 0
    assert contents(project) == before


def test_a_dry_run_shows_the_copies_and_writes_none(
    note: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = new(tmp_path)
    before = contents(project)

    found = answer(capsys, "sync", str(project), "--packs", str(note), "-n")

    changed = {each["path"]: each["action"] for each in found["data"]["changes"]}
    assert changed["packs/note/pack.yaml"] == changed["deploy/acme.txt"] == "create"
    assert contents(project) == before


def test_a_new_version_takes_the_place_of_the_copy(note: Path, tmp_path: Path) -> None:
    project = new(tmp_path, "--packs", str(note))
    (note / "note/files/deploy/acme.txt.j2").rename(note / "note/files/deploy/owner.txt.j2")

    assert run(["sync", str(project), "--packs", str(note)]) == 0

    assert sorted(contents(project / "packs")) == ["note/files/deploy/owner.txt.j2", "note/pack.yaml"]
    assert (project / "deploy/owner.txt").is_file()
    assert not (project / "deploy/acme.txt").exists()


@pytest.mark.parametrize("syncs", [0, 1, 2])
def test_a_copy_that_was_edited_is_not_overwritten(
    syncs: int, note: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = new(tmp_path, "--packs", str(note))
    (project / "packs/note/files/deploy/acme.txt.j2").write_text("mine\n")
    for _ in range(syncs):
        assert run(["sync", str(project)]) == 0
    capsys.readouterr()
    (note / "note/files/deploy/acme.txt.j2").write_text("theirs\n")
    before = contents(project)

    found = answer(capsys, "sync", str(project), "--packs", str(note))

    assert (found["exit_code"], [each["code"] for each in found["errors"]]) == (4, ["pack-edited"])
    assert contents(project) == before


def test_a_copy_whose_edits_have_gone_to_its_source_follows_it_again(note: Path, tmp_path: Path) -> None:
    project = new(tmp_path, "--packs", str(note))
    source, copy = (root / "note/files/deploy/acme.txt.j2" for root in (note, project / "packs"))
    copy.write_text("mine\n")
    assert run(["sync", str(project)]) == 0

    for text in ("mine\n", "theirs\n"):
        source.write_text(text)
        assert run(["sync", str(project), "--packs", str(note)]) == 0

    assert copy.read_text() == "theirs\n"
    assert run(["check", str(project)]) == 0


def test_a_preset_from_outside_brings_services_with_their_code(tmp_path: Path) -> None:
    preset = {
        "pack.yaml": (
            "kind: preset\nid: lamps\nstack: fastapi\ntitle: Lamps\nsummary: a lamp\nservices: [lamps]\n"
        ),
        "spec.yaml": (
            "version: 1\nname: x\npattern: monolith\nstack: fastapi\npreset: lamps\n"
            "services:\n  lamps:\n    resource: {watts: int}\n    actions: {dim: {}}\n"
        ),
        "seed/src/[package]/lamps/actions.py.j2": (
            '"""What lamps do."""\n\n'
            "from {{ package }}.lamps.messages import Dim\n"
            "from {{ package }}.platform.storage.database import Tx\n"
            "from {{ package }}.platform.workflows.actions import action\n\n\n"
            "@action\nasync def dim(tx: Tx, command: Dim) -> None:\n    del tx, command\n"
        ),
    }
    write_pack(tmp_path / "company/lamps", preset)
    project = tmp_path / "shop"

    command = ["new", "shop", "--preset", "lamps", "--packs", str(tmp_path / "company"), "-y", "--no-git"]
    assert run([*command, "-o", str(project)]) == 0

    assert (project / "src/shop/lamps/actions.py").read_text().startswith('"""What lamps do."""')
    assert run(["check", str(project)]) == 0


@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_examples_fit_every_pattern(pattern: str, tmp_path: Path) -> None:
    project = tmp_path / "shop"
    flags = ["-p", pattern, "--preset", "e-commerce", "--packs", str(EXAMPLES), "-o", str(project)]

    assert run(["new", "shop", *flags, "-y", "--no-git"]) == 0

    assert "registry.acme.example" in (project / "Dockerfile").read_text()
    sources = [file.read_text() for file in (project / "src").rglob("*.py")]
    assert all(text.startswith("# Copyright ACME. shop is") for text in sources if text)
    assert run(["check", str(project)]) == 0
