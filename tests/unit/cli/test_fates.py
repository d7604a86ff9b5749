"""What `keep`, `restore` and `take` say, and which files they mean."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from blueprint.cli.main import run
from tests.unit.cli.projects import MORE, files_of, project_at

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder is the one that the project lies in."""
    monkeypatch.chdir(tmp_path)
    return project_at(tmp_path / "shop")


def said(capsys: Capture, *argv: str) -> tuple[int, str, str]:
    exit_code = run(list(argv))
    captured = capsys.readouterr()
    return exit_code, captured.out, captured.err


def answer(capsys: Capture, *argv: str) -> dict[str, object]:
    run(["--json", *argv])
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.parametrize(
    ("command", "place", "words"),
    [
        ("keep", ".", ["shop/Dockerfile"]),
        ("restore", ".", ["-C", "shop", "Dockerfile"]),
        ("take", "shop", ["Dockerfile"]),
        ("restore", "shop/src/shop/notes", ["../../../Dockerfile"]),
        ("keep", "shop/src", ["-C", "..", "Dockerfile"]),
        ("take", "/", ["{shop}/Dockerfile"]),
        ("restore", "alias", ["Dockerfile"]),
        ("keep", "/", ["{shop}/../alias/Dockerfile"]),
    ],
)
def test_a_path_begins_where_the_user_is(
    command: str, place: str, words: list[str], shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    (shop.parent / "alias").symlink_to("shop")
    if command == "restore":
        (shop / "Dockerfile").unlink()
    if command == "take":
        run(["keep", "shop/Dockerfile"])
        capsys.readouterr()
    monkeypatch.chdir(place)

    found = answer(capsys, command, *(word.format(shop=shop) for word in words))
    assert found["status"] == "changed"
    assert isinstance(data := found["data"], dict)
    assert data["path"] == str(shop)
    assert [change["path"] for change in data["changes"]] == ["Dockerfile"]
    assert data["written"] is True


@pytest.mark.parametrize(
    ("command", "file", "code"),
    [
        ("keep", "shop/own.py", "not-written"),
        ("take", "shop/nothing", "not-written"),
        ("restore", "shop/.blueprint/lock.json", "not-written"),
        ("keep", "shop/a:b", "outside-project"),
        ("take", "shop/a\0b", "outside-project"),
        ("restore", "other.txt", "outside-project"),
        ("keep", "shop/../other.txt", "outside-project"),
        ("take", "shop", "outside-project"),
        ("restore", "shop/src", "names-a-folder"),
        ("keep", "shop/src/", "names-a-folder"),
    ],
)
def test_what_is_no_file_of_the_project_is_told_in_one_line_with_its_place(
    command: str, file: str, code: str, shop: Path, capsys: Capture
) -> None:
    (shop / "own.py").write_text("")
    (shop.parent / "other.txt").write_text("")
    before = files_of(shop)

    exit_code, out, err = said(capsys, command, "shop/Dockerfile", file)
    assert (exit_code, out) == (2, "")
    assert len(err.splitlines()) == 2
    assert file.rstrip("/").rpartition("/")[2].replace("\0", "") in err.splitlines()[0].replace("\\x00", "")
    errors = answer(capsys, command, "shop/Dockerfile", file)["errors"]
    assert isinstance(errors, list)
    assert [error["code"] for error in errors] == [code]
    assert files_of(shop) == before


def test_outside_of_any_project_there_is_nothing_to_choose(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)

    for command in ("keep", "restore", "take"):
        assert said(capsys, command, "Dockerfile")[0] == 2
        assert said(capsys, command)[0] == 2


def test_a_file_that_is_yours_already_says_how_it_could_follow(shop: Path, capsys: Capture) -> None:
    exit_code, _, err = said(capsys, "keep", "shop/src/shop/notes/api.py")

    assert exit_code == 2
    assert "already yours" in err
    assert "blueprint take" in err


def test_a_name_that_only_one_file_has_is_suggested_with_its_folder(shop: Path, capsys: Capture) -> None:
    assert "did you mean src/shop/notes/resource.py?" in said(capsys, "restore", "shop/resource.py")[2]


def test_an_edit_says_what_force_would_do(shop: Path, capsys: Capture) -> None:
    (shop / "Dockerfile").write_text("mine\n")
    exit_code, _, err = said(capsys, "restore", "shop/Dockerfile")
    assert exit_code == 4
    assert "--force" in err
    assert "Dockerfile.mine" in err

    exit_code, out, err = said(capsys, "restore", "--force", "shop/Dockerfile")
    assert exit_code == 0
    assert "  create  Dockerfile.mine  (your Dockerfile)\n" in out
    assert err == "next: blueprint check shop\n"


@pytest.mark.parametrize("command", ["keep", "restore", "take"])
def test_a_dry_run_changes_nothing(command: str, shop: Path, capsys: Capture) -> None:
    file = "shop/src/shop/notes/api.py" if command == "take" else "shop/Dockerfile"
    if command == "restore":
        (shop / "Dockerfile").unlink()
    before = files_of(shop)

    exit_code, out, err = said(capsys, command, "-n", file)
    assert (exit_code, err) == (0, "next: run the same command without -n\n")
    assert out.startswith("would change ")
    assert files_of(shop) == before


def test_a_link_in_place_of_a_file_is_two_changes_in_a_diff_that_git_applies(
    shop: Path, capsys: Capture
) -> None:
    (shop / "Dockerfile").unlink()
    (shop / "Dockerfile").symlink_to("README.md")

    out = said(capsys, "restore", "-n", "shop/Dockerfile")[1]
    assert "deleted file mode 120000\n--- a/Dockerfile\n+++ /dev/null\n@@ -1 +0,0 @@\n-README.md\n" in out
    assert "new file mode 100644\n--- /dev/null\n+++ b/Dockerfile\n" in out


def test_a_link_in_the_way_says_both_ways_out(shop: Path, capsys: Capture) -> None:
    (shop / "README.md").unlink()
    (shop / "README.md").symlink_to("AGENTS.md")
    (shop / "blueprint.yaml").write_text(MORE)

    exit_code, _, err = said(capsys, "sync", "shop")
    assert exit_code == 4
    assert "blueprint keep shop/README.md" in err
    assert "blueprint restore shop/README.md" in err


def test_a_file_that_is_kept_is_no_drift_whatever_becomes_of_it(shop: Path, capsys: Capture) -> None:
    assert said(capsys, "keep", "shop/Dockerfile", "shop/README.md")[0] == 0
    (shop / "Dockerfile").unlink()
    (shop / "README.md").write_text("mine\n")
    (shop / "blueprint.yaml").write_text(MORE)
    assert said(capsys, "sync", "shop")[0] == 0

    assert said(capsys, "check", "shop")[0] == 0
    assert (shop / "README.md").read_text() == "mine\n"
    assert not (shop / "Dockerfile").exists()


def test_a_spec_that_is_none_stops_every_fate(shop: Path, capsys: Capture) -> None:
    (shop / "blueprint.yaml").write_text("version: 1\n")
    before = files_of(shop)

    for command in ("keep", "restore", "take"):
        assert said(capsys, command, "shop/Dockerfile")[0] == 3
    assert files_of(shop) == before


def test_data_is_not_left_behind_by_a_file_that_comes_back(shop: Path, capsys: Capture) -> None:
    (shop / "var").mkdir()
    (shop / "var/shop.db").write_bytes(b"rows")
    (shop / "blueprint.yaml").write_text(MORE.replace("monolith", "microservices"))
    before = files_of(shop)

    exit_code, _, err = said(capsys, "restore", "shop/.blueprint/run.json")
    assert exit_code == 4
    assert "stored data is not migrated" in err
    assert files_of(shop) == before
