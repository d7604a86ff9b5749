from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from blueprint.workspace import git
from blueprint.workspace.base_store import BASE
from tests.support.programs import require
from tests.unit.workspace.sample import SAMPLE, create, snapshot


@pytest.fixture(autouse=True)
def settings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The global git configuration of a user who has configured nothing yet."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for name in ("GIT_CONFIG_GLOBAL", "XDG_CONFIG_HOME", "EMAIL"):
        monkeypatch.delenv(name, raising=False)
    return home / ".gitconfig"


def ask(folder: Path, *arguments: str) -> str:
    result = subprocess.run(
        [require("git"), *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return result.stdout.strip()


@pytest.mark.needs("git")
def test_a_project_starts_with_one_commit_of_everything(tmp_path: Path) -> None:
    created = create(tmp_path / "shop", git=True)

    assert created.git
    assert ask(tmp_path / "shop", "log", "--format=%s") == "Start from a blueprint"
    assert ask(tmp_path / "shop", "branch", "--show-current") == "main"
    assert ask(tmp_path / "shop", "status", "--porcelain") == ""
    assert set(SAMPLE) <= set(ask(tmp_path / "shop", "-c", "core.quotePath=false", "ls-files").splitlines())


def test_the_commit_is_the_users_own(tmp_path: Path, settings: Path) -> None:
    settings.write_text("[user]\n name = Ada\n email = ada@example.org\n")

    create(tmp_path / "shop", git=True)

    assert ask(tmp_path / "shop", "log", "--format=%an %ae %cn") == "Ada ada@example.org Ada"


def test_the_identity_in_the_environment_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Grace")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "grace@example.org")

    create(tmp_path / "shop", git=True)

    assert ask(tmp_path / "shop", "log", "--format=%an %ae %cn") == "Grace grace@example.org Grace"


@pytest.mark.needs("git")
def test_without_an_identity_a_neutral_one_is_used_and_not_kept(tmp_path: Path) -> None:
    assert create(tmp_path / "shop", git=True).git
    assert ask(tmp_path / "shop", "log", "--format=%an") == "Backend Blueprint"
    assert "user" not in (tmp_path / "shop/.git/config").read_text()


@pytest.mark.needs("git")
def test_the_users_git_settings_do_not_break_it(tmp_path: Path, settings: Path) -> None:
    trap = settings.parent / "trap"
    for hook in ("pre-commit", "commit-msg", "prepare-commit-msg", "post-commit"):
        (trap / "hooks").mkdir(parents=True, exist_ok=True)
        (trap / "hooks" / hook).write_text(f"#!/bin/sh\ntouch {trap}/ran\nexit 1\n")
        (trap / "hooks" / hook).chmod(0o755)
    (trap / "ignore").write_text("*\n")
    (trap / "info").mkdir()
    (trap / "info" / "exclude").write_text("README.md\n")
    settings.write_text(
        f"[init]\n templateDir = {trap}\n defaultBranch = trunk\n[core]\n hooksPath = {trap}/hooks\n"
        f" excludesFile = {trap}/ignore\n autocrlf = true\n safecrlf = true\n fsmonitor = true\n"
        "[commit]\n gpgSign = true\n template = /nowhere\n[gpg]\n program = false\n[gc]\n auto = 1\n"
    )

    assert create(tmp_path / "shop", git=True).git
    assert not (trap / "ran").exists()
    assert ask(tmp_path / "shop", "branch", "--show-current") == "main"
    assert "README.md" in ask(tmp_path / "shop", "ls-files").splitlines()


def test_variables_of_another_repository_do_not_mislead_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    ask(other, "init", "--quiet")
    before = snapshot(other)
    with monkeypatch.context() as patch:
        patch.setenv("GIT_DIR", str(other / ".git"))
        patch.setenv("GIT_WORK_TREE", str(other))
        patch.setenv("GIT_INDEX_FILE", str(other / ".git" / "index"))

        assert create(tmp_path / "shop", git=True).git

    assert snapshot(other) == before
    assert ask(tmp_path / "shop", "log", "--format=%s") == "Start from a blueprint"


def test_a_project_inside_a_repository_gets_none_of_its_own(tmp_path: Path) -> None:
    ask(tmp_path, "init", "--quiet")

    created = create(tmp_path / "services" / "shop", git=True)

    assert not created.git
    assert not (created.path / ".git").exists()


@pytest.mark.needs("git")
def test_an_empty_folder_gets_a_repository(tmp_path: Path) -> None:
    assert create(tmp_path, git=True).git
    assert ask(tmp_path, "status", "--porcelain") == ""


def test_without_git_there_is_a_project_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    created = create(tmp_path / "shop", git=True)

    assert not created.git
    assert (created.path / "README.md").exists()


@pytest.mark.parametrize("behaviour", ["exit 1", "mkdir -p .git && [ $# -lt 99 ] && exit 128", "sleep 60"])
def test_a_git_that_fails_leaves_no_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, behaviour: str
) -> None:
    fake = tmp_path / "bin" / "git"
    fake.parent.mkdir()
    fake.write_text(f"#!/bin/sh\n{behaviour}\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}:/usr/bin:/bin")
    monkeypatch.setattr(git, "_SECONDS", 0.2)

    created = create(tmp_path / "shop", git=True)

    assert not created.git
    assert not (created.path / ".git").exists()


def test_the_base_survives_a_checkout_with_line_end_conversion(tmp_path: Path) -> None:
    create(tmp_path / "shop", git=True)

    ask(tmp_path, "-c", "core.autocrlf=true", "clone", "--quiet", "shop", "copy")

    assert (tmp_path / "copy" / BASE).read_bytes() == (tmp_path / "shop" / BASE).read_bytes()
    assert (
        snapshot(tmp_path / "copy")[".blueprint/lock.json"]
        == snapshot(tmp_path / "shop")[".blueprint/lock.json"]
    )


def released(folder: Path, *specs: str) -> None:
    """A repository with a commit and a tag `v1`, `v2`, ... for each text of the spec."""
    ask(folder, "init", "--quiet")
    for number, text in enumerate(specs, 1):
        (folder / "blueprint.yaml").write_bytes(text.encode())
        ask(folder, "add", "--all")
        ask(folder, "-c", "user.name=Ada", "-c", "user.email=a@b.c", "commit", "--quiet", "-m", "x")
        ask(folder, "tag", f"v{number}")


def test_the_spec_of_an_earlier_commit_is_what_was_written_then(tmp_path: Path) -> None:
    released(tmp_path, "version: 1\n", "version: 1\r\nname: caf\u00e9\n")

    assert git.released_spec(tmp_path, "v1") == "version: 1\n"
    assert git.released_spec(tmp_path, "HEAD~1") == "version: 1\n"
    assert git.released_spec(tmp_path, "v2") == "version: 1\r\nname: caf\u00e9\n"


def test_a_project_can_be_a_folder_of_a_repository(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    released(tmp_path, "of the whole\n")
    released(tmp_path / "shop", "of the shop\n")
    (tmp_path / "shop/.git").rename(tmp_path / "elsewhere")
    ask(tmp_path, "add", "shop")
    ask(tmp_path, "-c", "user.name=Ada", "-c", "user.email=a@b.c", "commit", "--quiet", "-m", "x")

    assert git.released_spec(tmp_path / "shop", "HEAD") == "of the shop\n"


@pytest.mark.parametrize("ref", ["nothing", "", "--output=x", "-p", "v1:", "v1\nv1"])
def test_where_there_is_no_such_spec_there_is_none(tmp_path: Path, ref: str) -> None:
    released(tmp_path, "version: 1\n")

    assert git.released_spec(tmp_path, ref) is None
    assert not (tmp_path / "x").exists()


def test_outside_of_a_repository_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))

    assert git.released_spec(tmp_path, "HEAD") is None
