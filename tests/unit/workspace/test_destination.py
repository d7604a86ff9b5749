from __future__ import annotations

import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from blueprint.errors import BlueprintError, ConflictError, MachineError, UsageError
from blueprint.workspace.destination import check_destination
from tests.unit.workspace.sample import create, snapshot


def code_of(error: pytest.ExceptionInfo[BlueprintError]) -> str:
    (problem,) = error.value.problems
    return problem.code


def test_a_path_that_does_not_exist_is_free(tmp_path: Path) -> None:
    found = check_destination(tmp_path / "shop")

    assert (found.path, found.anchor, found.exists) == (tmp_path / "shop", tmp_path, False)


def test_missing_parents_are_not_made_by_asking(tmp_path: Path) -> None:
    found = check_destination(tmp_path / "a" / "b" / "shop")

    assert found.anchor == tmp_path
    assert snapshot(tmp_path) == {}


def test_an_empty_folder_is_free(tmp_path: Path) -> None:
    assert check_destination(tmp_path).exists


def test_a_folder_with_only_a_repository_is_free(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()

    assert check_destination(tmp_path).exists


def test_a_folder_with_a_file_is_a_conflict(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()

    with pytest.raises(ConflictError) as error:
        check_destination(tmp_path)

    assert code_of(error) == "destination-not-empty"


def test_a_generated_project_is_a_conflict_of_its_own(tmp_path: Path) -> None:
    create(tmp_path / "shop")

    with pytest.raises(ConflictError) as error:
        check_destination(tmp_path / "shop")

    assert code_of(error) == "destination-is-a-project"


@pytest.mark.parametrize("below", ["", "shop"])
def test_a_file_in_the_way_is_a_conflict(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").write_text("mine")

    with pytest.raises(ConflictError) as error:
        check_destination(tmp_path / "file" / below)

    assert code_of(error) == "destination-is-a-file"


def test_a_socket_in_the_way_is_a_conflict(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))

        with pytest.raises(ConflictError):
            check_destination(tmp_path / "s")


def test_links_are_followed_once_and_shown(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")

    assert check_destination(tmp_path / "link").path == tmp_path / "real"
    assert check_destination(tmp_path / "link" / "shop").path == tmp_path / "real" / "shop"


@pytest.mark.parametrize("below", ["", "shop"])
@pytest.mark.parametrize("target", ["nowhere", "link"])
def test_a_link_to_nowhere_is_a_conflict(tmp_path: Path, below: str, target: str) -> None:
    (tmp_path / "link").symlink_to(target)

    with pytest.raises(ConflictError) as error:
        check_destination(tmp_path / "link" / below)

    assert code_of(error) == "destination-link"


def test_the_root_is_refused() -> None:
    with pytest.raises(UsageError):
        check_destination(Path("/"))


@pytest.mark.parametrize("path", ["~", "~/", "~/../home"])
def test_the_home_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))

    with pytest.raises(UsageError):
        check_destination(Path(path))


def test_a_tilde_is_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))

    assert check_destination(Path("~/shop")).path == tmp_path / "shop"


def test_an_unknown_user_is_refused() -> None:
    with pytest.raises(UsageError) as error:
        check_destination(Path("~no-such-user/shop"))

    assert code_of(error) == "home-unknown"


@pytest.mark.parametrize("inside", ["shop2", "src/new", ".blueprint/x", ".git/x"])
def test_the_inside_of_a_generated_project_is_refused(tmp_path: Path, inside: str) -> None:
    create(tmp_path / "shop")

    with pytest.raises(UsageError):
        check_destination(tmp_path / "shop" / inside)


def test_a_relative_path_starts_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert check_destination(Path("a/../shop/")).path == tmp_path / "shop"
    assert check_destination(Path()).path == tmp_path


@pytest.mark.parametrize(
    "name", ["my shop", "läden-店", "-shop", "é" * 127, "😀", "$(id)", "a'b\"c", "\udcff"]
)
def test_a_name_that_the_disk_takes_is_taken(tmp_path: Path, name: str) -> None:
    assert create(tmp_path / name).path == tmp_path / name
    assert list(tmp_path.iterdir()) == [tmp_path / name]


@pytest.mark.parametrize("name", ["a\nb", "a\x1bb", "\x7f", "a\0b"])
def test_control_characters_are_refused_in_a_new_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError) as error:
        check_destination(tmp_path / name)

    assert code_of(error) == "destination-name"


def test_an_old_folder_may_have_an_odd_name(tmp_path: Path) -> None:
    (tmp_path / "a\nb").mkdir()

    assert create(tmp_path / "a\nb" / "shop").files == 5


def test_a_name_too_long_for_the_disk_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MachineError) as error:
        check_destination(tmp_path / ("é" * 128))

    assert code_of(error) == "path-too-long"


def test_a_deleted_current_folder_is_said_to_be_gone(tmp_path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path\n"
        "from blueprint.errors import MachineError\n"
        "from blueprint.workspace.destination import check_destination\n"
        "os.chdir(sys.argv[1]); os.rmdir(sys.argv[1])\n"
        "try: check_destination(Path('shop'))\n"
        "except MachineError as error: print(error.problems[0].code, error.exit_code)\n"
    )
    gone = tmp_path / "gone"
    gone.mkdir()

    result = subprocess.run(
        [sys.executable, "-c", script, str(gone)], capture_output=True, text=True, check=True
    )

    assert result.stdout.split() == ["no-current-folder", "5"]


def test_asking_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    before = snapshot(tmp_path), (tmp_path / "shop").stat().st_mtime_ns

    check_destination(tmp_path / "shop")

    assert (snapshot(tmp_path), (tmp_path / "shop").stat().st_mtime_ns) == before
    assert stat.S_ISDIR((tmp_path / "shop").stat().st_mode)
