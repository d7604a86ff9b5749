"""What others have prepared touches nothing of the user's, and is told in a line."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from blueprint.catalog.faults import PackError
from blueprint.catalog.load import catalog_of
from blueprint.cli.main import run
from blueprint.disk.folder import stamp_of
from tests.reliability.hostile.clones import ADD, AFTER, CLONES, HASH, Clone, victim
from tests.reliability.refusals import snapshot
from tests.support.programs import require
from tests.unit.catalog.toys import manifest, write_packs
from tests.unit.cli.projects import project_at
from tests.unit.render.support import rendered

GIT = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "core.excludesFile=/dev/null")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the user is: the victim's folder is beside the clone."""
    victim(tmp_path / "victim")
    before = snapshot(tmp_path / "victim")
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    assert snapshot(tmp_path / "victim") == before


def git(folder: Path, *words: str) -> None:
    subprocess.run([require("git"), *GIT, *words], cwd=folder, check=True, capture_output=True)


def prepared(clone: Clone, here: Path) -> Path:
    """The project as somebody else has it."""
    theirs = project_at(here / "theirs")
    clone.trap(theirs)
    (theirs / ".gitignore").write_text("")
    return theirs


def cloned(clone: Clone, here: Path) -> Path:
    """The same as it comes out of their repository."""
    theirs = prepared(clone, here)
    git(theirs, "init", "-q")
    git(theirs, "add", "--force", "--all")
    git(theirs, "commit", "-q", "-m", "x")
    git(here, "clone", "-q", "theirs", "clone")
    return here / "clone"


def unpacked(clone: Clone, here: Path) -> Path:
    """The same as it comes out of an archive."""
    return Path(shutil.copytree(prepared(clone, here), here / "clone", symlinks=True))


CASES = [
    pytest.param(clone, command, id=f"{name}: {command[0]}")
    for name, clone in CLONES.items()
    for command in clone.commands
]


@pytest.mark.slow
@pytest.mark.parametrize("bring", [cloned, unpacked])
@pytest.mark.parametrize(("clone", "command"), CASES)
def test_a_clone_reaches_nothing_outside_of_itself(
    clone: Clone,
    command: tuple[str, ...],
    bring: Callable[[Clone, Path], Path],
    here: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    project = bring(clone, here)
    monkeypatch.chdir(project)
    before = snapshot(project)

    exit_code = run(["--json", *command])

    errors = json.loads(capsys.readouterr().out)["errors"]
    code = clone.code if bring is cloned else clone.unpacked
    assert exit_code != 70
    if code is not None:
        assert [(error["code"], bool(error["hint"] and error["path"])) for error in errors] == [(code, True)]
        assert snapshot(project) == before


@pytest.mark.parametrize("kind", ["begun", "done", "last"])
def test_a_journal_that_git_does_not_know_is_followed_only_where_it_was_written(
    kind: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As it is after `git rm --cached`, or from an archive."""
    project = project_at(here / "shop")
    (project / "notes.txt").write_bytes(AFTER)
    place = project / ".blueprint/local" / ("last" if kind == "last" else "change")
    (place / "old").mkdir(parents=True)
    (place / "old/0").write_bytes(b"theirs\n")
    (project / ".blueprint/local/.gitignore").write_text("*\n")
    entry = {"path": "notes.txt", "before": "0" * 64, "after": HASH}
    told = {"command": "sync", "entries": [entry], "folders": []}
    name = "begun.json" if kind == "begun" else "done.json"
    (place / name).write_text(json.dumps({**told, "mark": "1 2 3"}))
    before = snapshot(project)

    assert run(["undo" if kind == "last" else "check", str(project)]) == 4
    assert snapshot(project) == before
    assert len(capsys.readouterr().err.splitlines()) == 2

    mark = stamp_of((project / ".blueprint/local/.gitignore").stat())
    (place / name).write_text(json.dumps({**told, "mark": mark}))
    assert run(["undo" if kind == "last" else "check", str(project)]) == 0
    assert (project / "notes.txt").read_bytes() == (AFTER if kind == "done" else b"theirs\n")


def test_what_git_tracks_is_told_with_the_way_out(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = cloned(CLONES["a journal that has begun restores a file"], here)

    assert run(["check", str(project)]) == 4
    hint = capsys.readouterr().err.splitlines()[1]
    assert hint.endswith("git rm -r --cached .blueprint/local")

    git(project, "rm", "-rq", "--cached", ".blueprint/local")
    assert run(["check", str(project)]) == 4
    assert (project / "notes.txt").read_bytes() == AFTER


@pytest.mark.parametrize("marker", ["", "4711\n"])
def test_a_stage_that_somebody_else_prepared_is_left_alone(marker: str, here: Path) -> None:
    """In it lies a lock that names a file of the user's."""
    stage = here / ".blueprint-of-others.blueprint-stage"
    for name in (stage, here / ".shop.blueprint-stage"):
        (name / "tree/.blueprint").mkdir(parents=True)
        (name / "made-by-blueprint").write_text(marker)
        (name / "stamp").write_text("1 2 3")
        files = {"victim/notes.txt": {"sha256": HASH, "owner": "tool", "executable": False}}
        (name / "tree/.blueprint/lock.json").write_text(
            json.dumps({"format": 1, "blueprint": "0", "files": files})
        )
    before = snapshot(stage)

    assert run(["new", "other", "--no-git", "-y"]) == 0
    assert run(["new", "shop", "--no-git", "-y"]) == 4
    assert snapshot(stage) == before


@pytest.mark.parametrize(
    "spec",
    [
        "name: ../victim",
        "name: shop\nservices: {../../victim: {resource: {a: str}}}",
        "name: shop\nservices: {notes: {resource: {../../victim/notes.txt: str}}}",
        "name: shop\nservices: {notes: {resource: {a: str}, singular: ../../victim}}",
        "name: shop\npattern: ../../victim",
        "name: !!python/object/apply:os.system ['rm -r victim']",
        "name: shop\nservices: &a {notes: *a}",
        "name: \"shop\\e]0;pwned\\a\"",
        "name: '{{ cycler.__init__.__globals__.os.remove(\"victim/notes.txt\") }}'",
    ],
)  # fmt: skip
def test_a_spec_reaches_nothing(spec: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "spec.yaml").write_text(f"version: 1\n{spec}\n")
    before = snapshot(here)

    assert run(["new", "--spec", "spec.yaml", "--no-git", "-y"]) in (2, 3)
    assert snapshot(here) == before
    assert "\x1b" not in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    "path", ["base/files/x", "base/files", "base/macros/x.j2", "base/pack.yaml", "other"]
)
def test_a_pack_takes_no_file_that_is_not_its_own(path: str, tmp_path: Path) -> None:
    packs = write_packs(tmp_path / "packs", {"base": {"pack.yaml": manifest("base", "base")}})
    place = packs / path
    place.parent.mkdir(exist_ok=True)
    place.unlink(missing_ok=True)
    place.symlink_to(tmp_path / "victim" / ("docs" if path.endswith("files") else "notes.txt"))

    with pytest.raises(PackError, match="a pack has no links"):
        catalog_of([packs])


@pytest.mark.parametrize(
    "template",
    [
        "{{ 'a' * 10 ** 11 }}",
        "{% set n = namespace(s='aaaa') %}{% for i in range(60) %}{% set n.s = n.s ~ n.s %}{% endfor %}",
        "{{ range(10 ** 9) | list }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    ],
)
def test_a_pack_that_takes_too_much_is_told_as_its_fault(template: str, tmp_path: Path) -> None:
    with pytest.raises(PackError, match="exceeds its limits"):
        rendered(tmp_path / "packs", base={"files/x.txt.j2": template})


def test_the_report_goes_where_the_user_says_it_shall(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside of a repository and of a project, a link is the user's own."""
    (here / "mine.md").symlink_to("real.md")

    assert run(["compare", "-o", "mine.md"]) == 0
    assert (here / "mine.md").is_symlink()
    assert (here / "real.md").exists()


def test_links_above_a_project_are_the_user_s_own(here: Path) -> None:
    (here / "disk").mkdir()
    (here / "projects").symlink_to("disk")
    project_at(here / "projects/shop")
    (here / "disk/shop/mine").symlink_to("../../victim")
    (here / "disk/shop/.venv").symlink_to("../../victim")

    assert run([*ADD, "-C", "projects/shop"]) == 0
    assert run(["check", "projects/shop"]) == 0
    assert run(["undo", "projects/shop"]) == 0


BARE = """\
[core]
    repositoryformatversion = 1
    bare = false
    worktree = .
[extensions]
    partialClone = origin
[remote "origin"]
    url = .
    promisor = true
    uploadpack = "touch ../../victim/pwned; false"
"""


def like_a_repository(here: Path) -> Path:
    """A clone whose project looks like a repository of its own, which lacks what it would have to fetch."""
    repository = here / "clone"
    project = project_at(repository / "proj")
    (project / ".gitignore").write_text("")
    local = project / ".blueprint/local/last"
    local.mkdir(parents=True)
    (local / "done.json").write_text("{}")
    git(repository, "init", "-q")
    git(repository, "add", "--force", "--all")
    git(repository, "commit", "-q", "-m", "x")
    [commit] = (repository / ".git/refs/heads").iterdir()
    id = commit.read_text().strip()
    (project / "refs").mkdir()
    (project / "objects" / id[:2]).mkdir(parents=True)
    shutil.copy(repository / ".git/objects" / id[:2] / id[2:], project / "objects" / id[:2])
    (project / "HEAD").write_text(f"{id}\n")
    (project / "config").write_text(BARE)
    return project


def test_what_looks_like_a_repository_is_none_and_hides_nothing(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = like_a_repository(here)

    assert run(["check", str(project), "--against", "HEAD"]) == 4
    assert "git tracks it" in capsys.readouterr().err

    shutil.rmtree(project / ".blueprint/local")
    run(["check", str(project), "--against", "HEAD"])


def test_records_in_a_repository_of_their_own_are_not_followed(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = project_at(here / "clone")
    (project / ".blueprint/local/last").mkdir(parents=True, exist_ok=True)
    git(project, "init", "-q")
    git(project / ".blueprint", "init", "-q")

    assert run(["check", str(project)]) == 4
    assert "git tracks it" in capsys.readouterr().err
