"""What `sync`, `check` and `undo` say, and how they answer."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from blueprint.cli.main import run
from tests.support.programs import require
from tests.unit.cli.projects import MORE, RESOURCE, SPEC, files_of, kill_half_way, project_at

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder is the one that the project lies in."""
    monkeypatch.chdir(tmp_path)
    return project_at(tmp_path / "shop")


def answer(capsys: Capture, *argv: str) -> dict[str, object]:
    run(["--json", *argv])
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def said(capsys: Capture, *argv: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr."""
    exit_code = run(list(argv))
    captured = capsys.readouterr()
    return exit_code, captured.out, captured.err


def actions(answer: dict[str, object]) -> dict[str, str]:
    data = answer["data"]
    assert isinstance(data, dict)
    return {change["path"]: change["action"] for change in data["changes"]}


def test_a_project_as_it_should_be_has_nothing_to_change(shop: Path, capsys: Capture) -> None:
    assert said(capsys, "sync", "shop") == (0, f"nothing to change in {shop}\n", "")
    assert said(capsys, "check", "shop") == (0, f"{shop} matches its blueprint.yaml\n", "")
    assert answer(capsys, "sync", "shop")["status"] == "unchanged"
    assert answer(capsys, "check", "shop")["status"] == "ok"


def test_what_the_spec_gains_the_project_gains(shop: Path, capsys: Capture) -> None:
    (shop / "blueprint.yaml").write_text(MORE)

    exit_code, out, err = said(capsys, "sync", "shop")
    assert exit_code == 0
    assert "  create  src/shop/letters/api.py\n" in out
    assert err == "next: blueprint run shop\n"
    assert (shop / "src/shop/letters/api.py").exists()
    assert (shop / "blueprint.yaml").read_text() == MORE
    assert said(capsys, "check", "shop")[0] == 0


def test_a_check_tells_all_that_sync_would_change_and_changes_nothing(shop: Path, capsys: Capture) -> None:
    (shop / "blueprint.yaml").write_text(MORE)
    before = files_of(shop)

    exit_code, out, err = said(capsys, "check", "shop")
    assert (exit_code, err) == (1, "next: blueprint sync shop\n")
    assert out.startswith(f"{shop} does not match its blueprint.yaml: ")
    checked = answer(capsys, "check", "shop")
    assert (checked["status"], checked["exit_code"]) == ("drift", 1)
    assert files_of(shop) == before
    assert actions(checked) == actions(answer(capsys, "sync", "shop"))


def test_a_dry_run_shows_a_diff_and_changes_nothing(shop: Path, capsys: Capture) -> None:
    (shop / "blueprint.yaml").write_text(MORE)
    before = files_of(shop)

    exit_code, out, err = said(capsys, "sync", "-n", "shop")
    assert (exit_code, err) == (0, "next: run the same command without -n\n")
    assert "+++ b/src/shop/letters/api.py\n@@ -0,0 +1," in out
    assert "\x1b" not in out
    dry = answer(capsys, "sync", "-n", "shop")
    assert files_of(shop) == before
    assert actions(dry) == actions(answer(capsys, "sync", "shop"))


def test_a_diff_has_colours_where_they_are_wanted(shop: Path, capsys: Capture) -> None:
    (shop / "blueprint.yaml").write_text(MORE)

    assert "\x1b[32m+" in said(capsys, "sync", "-n", "shop", "--color", "always")[1]


def test_escape_sequences_in_a_file_do_not_reach_the_terminal(shop: Path, capsys: Capture) -> None:
    (shop / "README.md").write_text(f"\x1b]0;owned\x07\n{(shop / 'README.md').read_text()}")
    (shop / "blueprint.yaml").write_text(MORE)

    assert "\x1b" not in said(capsys, "sync", "-n", "shop")[1]


def test_an_edit_of_the_user_is_no_drift(shop: Path, capsys: Capture) -> None:
    for file in ("README.md", RESOURCE, "src/shop/notes/api.py", "pyproject.toml"):
        (shop / file).write_text((shop / file).read_text() + "# mine\n")
    (shop / "tests/mine.py").write_text("")
    (shop / "src/shop/notes/tests/test_notes.py").unlink()

    assert said(capsys, "check", "shop")[0] == 0


def test_a_comment_in_the_spec_is_no_drift(shop: Path, capsys: Capture) -> None:
    (shop / "blueprint.yaml").write_text(f"# mine\n{SPEC}")

    assert said(capsys, "check", "shop")[0] == 0


def test_a_conflict_is_told_with_its_line_and_what_to_do(shop: Path, capsys: Capture) -> None:
    readme = shop / "README.md"
    readme.write_text(readme.read_text().replace("1 service: notes.", "Just notes."))
    assert "Just notes." in readme.read_text()
    (shop / "blueprint.yaml").write_text(MORE)

    exit_code, out, err = said(capsys, "sync", "shop")
    assert exit_code == 4
    assert "conflict  README.md  (both changed the same lines)" in out
    assert err.splitlines() == [
        "next: resolve the conflicts below, then blueprint check shop",
        "error: you and blueprint changed the same lines (shop/README.md:3)",
        "hint: resolve the lines between the markers",
    ]
    assert "<<<<<<< yours\nJust notes.\n=======\n" in readme.read_text()
    assert (shop / "src/shop/letters/api.py").exists()


def test_a_dry_run_with_a_conflict_asks_nobody_to_settle_what_is_not_there(
    shop: Path, capsys: Capture
) -> None:
    readme = shop / "README.md"
    readme.write_text(readme.read_text().replace("1 service: notes.", "Just notes."))

    exit_code, out, err = said(capsys, "add-service", "letters", "--field", "text: str", "-C", "shop", "-n")
    assert (exit_code, err.splitlines()[0]) == (4, "next: run the same command without -n")
    assert "conflict  README.md" in out


def test_after_a_service_was_added_one_thing_comes_next(shop: Path, capsys: Capture) -> None:
    exit_code, _, err = said(capsys, "add-service", "letters", "--field", "text: str", "-C", "shop")
    assert (exit_code, err) == (0, "next: blueprint run shop\n")


def test_until_a_conflict_is_settled_nothing_else_is_written(shop: Path, capsys: Capture) -> None:
    readme = shop / "README.md"
    readme.write_text(readme.read_text().replace("1 service: notes.", "Just notes."))
    (shop / "blueprint.yaml").write_text(MORE)
    run(["sync", "shop"])
    capsys.readouterr()
    before = files_of(shop)

    exit_code, _, err = said(capsys, "sync", "shop")
    assert (exit_code, err.splitlines()[0]) == (
        4,
        f"error: the file contains conflict markers ({shop}/README.md:3)",
    )
    checked = answer(capsys, "check", "shop")
    assert (checked["exit_code"], actions(checked)) == (1, {"README.md": "unresolved"})
    assert files_of(shop) == before


def test_the_last_change_is_taken_back(shop: Path, capsys: Capture) -> None:
    (shop / "blueprint.yaml").write_text(MORE)
    before = files_of(shop)
    run(["sync", "shop"])
    capsys.readouterr()

    exit_code, out, err = said(capsys, "undo", "-n", "shop")
    assert (exit_code, err.splitlines()[-1]) == (0, "next: blueprint undo shop")
    assert "--- a/src/shop/letters/api.py\n+++ /dev/null\n" in out
    exit_code, out, err = said(capsys, "undo", "shop")
    assert (exit_code, err.splitlines()[-1]) == (0, "next: blueprint check shop")
    assert "  delete  src/shop/letters/api.py\n" in out
    assert files_of(shop) == before
    assert said(capsys, "undo", "shop")[0] == 4


def test_undo_says_which_command_it_takes_back(shop: Path, capsys: Capture) -> None:
    (shop / "blueprint.yaml").write_text(MORE)
    run(["sync", "shop"])
    capsys.readouterr()

    data = answer(capsys, "undo", "shop")["data"]
    assert isinstance(data, dict)
    assert (data["undone"], data["written"]) == ("sync", True)


def test_a_project_is_found_from_inside(shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.chdir(shop / "src")
    (shop / "blueprint.yaml").write_text(MORE)

    assert said(capsys, "sync")[2] == f"next: blueprint run {shop}\n"
    monkeypatch.chdir(shop)
    assert said(capsys, "undo")[2].splitlines()[-1] == "next: blueprint check"


def test_an_interrupted_run_is_taken_back_and_that_is_told(shop: Path, capsys: Capture) -> None:
    (shop / "blueprint.yaml").write_text(MORE)
    before = files_of(shop)
    kill_half_way(shop)
    assert files_of(shop) != before

    exit_code, out, err = said(capsys, "sync", "-n", "shop")
    assert exit_code == 0
    assert err.startswith("an interrupted run was found: its changes were rolled back first\n")
    assert files_of(shop) == before


def test_line_ends_and_a_byte_order_mark_of_other_systems_stay(shop: Path, capsys: Capture) -> None:
    spec = ("\ufeff" + MORE.replace("\n", "\r\n")).encode()
    (shop / "blueprint.yaml").write_bytes(spec)

    assert said(capsys, "sync", "shop")[0] == 0
    assert (shop / "blueprint.yaml").read_bytes() == spec
    assert said(capsys, "check", "shop")[0] == 0


RELEASED = SPEC.replace("pattern: monolith", "pattern: event-driven").replace(
    "    resource: {text: str}", "    resource: {text: str, by: str?}\n    publishes: {created: note.taken}"
)


def released(project: Path) -> None:
    """The project in a repository, with a tag, and with nothing to change."""
    (project / "blueprint.yaml").write_text(RELEASED)
    assert run(["sync", str(project)]) == 0
    git = [require("git"), "-C", str(project), "-c", "user.name=A", "-c", "user.email=a@example.com"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "released"], ["tag", "v1"]):
        subprocess.run([*git, *words], check=True)


def test_an_event_that_no_longer_fits_what_was_released_is_refused(shop: Path, capsys: Capture) -> None:
    released(shop)
    assert run(["check", "shop", "--against", "v1"]) == 0
    (shop / "blueprint.yaml").write_text(RELEASED.replace(", by: str?", ""))
    run(["sync", "shop"])
    capsys.readouterr()

    exit_code, _, err = said(capsys, "check", "shop", "--against", "v1")

    assert exit_code == 1
    assert '"by" is gone, but current consumers expect it' in err
    assert "note.taken.v2" in err


def test_what_was_released_must_be_known_to_git(shop: Path, capsys: Capture) -> None:
    exit_code, _, err = said(capsys, "check", "shop", "--against", "v7")

    assert exit_code == 2
    assert err.startswith("error: git has no blueprint.yaml at 'v7'\nhint: --against takes a commit")


def test_a_migration_that_goes_is_told_since_what_it_made_stays(shop: Path, capsys: Capture) -> None:
    (shop / "blueprint.yaml").write_text(MORE)
    run(["sync", "shop"])
    [migration] = (shop / "src/shop/letters/migrations").iterdir()
    capsys.readouterr()

    _, _, dry = said(capsys, "undo", "shop", "-n")
    _, _, err = said(capsys, "undo", "shop")

    told = f"{migration.name}: its changes stay in databases where it ran; "
    assert f"{told}`blueprint migrations fetch` restores the file\n" in dry
    assert told in err


def test_check_names_the_migration_that_no_database_takes(shop: Path, capsys: Capture) -> None:
    folder = shop / "src/shop/notes/migrations"
    (folder / "0002_mine.sql").write_text("-- mine\nCREATE INDEX a ON notes (text);\n\nDROP TABLE nowhere;\n")

    [problem] = answer(capsys, "check", "shop")["errors"]

    assert (problem["code"], problem["line"]) == ("migration-fails", 4)
    assert problem["path"].endswith("notes/migrations/0002_mine.sql")
    assert "no such table: nowhere" in problem["message"]
    (folder / "0002_mine.sql").rename(folder / "0002_mine.postgresql.sql")
    assert answer(capsys, "check", "shop")["status"] == "ok"


def test_a_check_is_red_until_what_lies_beside_a_file_is_settled(shop: Path, capsys: Capture) -> None:
    beside = shop / f"{RESOURCE}.blueprint-new"
    beside.write_text("a version that could not be merged")

    exit_code, _, err = said(capsys, "check", "shop")

    assert exit_code == 1
    assert f"another version is in {beside.name} (shop/{RESOURCE})" in err
    assert answer(capsys, "check", "shop")["status"] == "drift"
    beside.unlink()
    assert said(capsys, "check", "shop")[0] == 0


@pytest.mark.parametrize("words", [(), ("-n",)])
def test_sync_without_news_names_what_still_lies_beside_a_file(
    words: tuple[str, ...], shop: Path, capsys: Capture
) -> None:
    beside = shop / f"{RESOURCE}.blueprint-new"
    beside.write_text("a version that could not be merged")

    exit_code, out, err = said(capsys, "sync", "shop", *words)

    assert exit_code == 4
    assert "nothing to change" in out
    assert f"another version is in {beside.name} (shop/{RESOURCE})" in err
    assert "blueprint check" in err
    assert answer(capsys, "sync", "shop", *words)["status"] == "conflict"
    beside.unlink()
    assert said(capsys, "sync", "shop", *words)[0] == 0


def test_add_service_names_what_still_lies_beside_a_file(shop: Path, capsys: Capture) -> None:
    (shop / f"{RESOURCE}.blueprint-new").write_text("a version that could not be merged")

    exit_code, _, err = said(capsys, "add-service", "letters", "--field", "text:str", "-C", "shop")

    assert exit_code == 4
    assert "resource.py.blueprint-new" in err
    assert (shop / "src/shop/letters/resource.py").exists()
