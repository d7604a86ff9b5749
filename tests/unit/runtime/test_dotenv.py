"""Secrets are written once, for the owner only, and read back as they are."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from blueprint.disk.faults import LinkInTheWay
from blueprint.errors import MachineError, SystemFailed
from blueprint.runtime.dotenv import complete_dotenv, make_dotenv, read_dotenv


def make(path: Path, script: str) -> None:
    make_dotenv(path, [sys.executable, "-c", script], path.parent, os.environ)


def test_the_output_of_the_command_is_kept_for_the_owner_only(tmp_path: Path) -> None:
    make(tmp_path / ".env", "print('KEY=secret')")
    assert (tmp_path / ".env").read_text() == "KEY=secret\n"
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600


def test_a_command_that_fails_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(SystemFailed, match="exit code 1: no luck"):
        make(tmp_path / ".env", "print('KEY=half'); raise SystemExit('no luck')")
    assert list(tmp_path.iterdir()) == []


def test_secrets_go_through_no_link(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "config").symlink_to("outside")
    with pytest.raises(LinkInTheWay):
        make_dotenv(tmp_path / "config/.env", [sys.executable, "-c", "print(1)"], tmp_path, os.environ)

    (tmp_path / ".env").symlink_to("outside/.env")
    make(tmp_path / ".env", "print('KEY=secret')")

    assert not (tmp_path / ".env").is_symlink()
    assert list((tmp_path / "outside").iterdir()) == []


def test_key_value_lines_are_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "# a comment\n#OFF=1\n # OFF=2\n"
        "\nPLAIN=a=b#c\nexport EXPORTED=1\nQUOTED=\"two words\"\nSINGLE='x'\nEMPTY=\nword\n"
        'LIKE_QUOTES=abca\nONE_QUOTE="\nMIXED=\'x"\nSPACES = a b \n'
    )
    assert read_dotenv(tmp_path / ".env") == {
        "PLAIN": "a=b#c",
        "EXPORTED": "1",
        "QUOTED": "two words",
        "SINGLE": "x",
        "EMPTY": "",
        "LIKE_QUOTES": "abca",
        "ONE_QUOTE": '"',
        "MIXED": "'x\"",
        "SPACES": "a b",
    }


def test_a_disk_that_fails_leaves_no_secrets_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "rename", fail)
    with pytest.raises(MachineError, match="cannot write"):
        make(tmp_path / ".env", "print('KEY=secret')")
    assert list(tmp_path.iterdir()) == []


SCRIPT = "print('A=new'); print('# Made up.'); print('# Really.'); print('B=new'); print('C=new')"


def complete(path: Path, *names: str) -> None:
    complete_dotenv(path, [sys.executable, "-c", SCRIPT], path.parent, os.environ, names)


@pytest.mark.parametrize("end", ["", "\n"])
def test_what_is_missing_is_added_with_its_comments_and_all_else_stays(tmp_path: Path, end: str) -> None:
    (tmp_path / ".env").write_text(f"# Mine.\nA=old{end}")

    complete(tmp_path / ".env", "B")

    assert (tmp_path / ".env").read_text() == "# Mine.\nA=old\n# Made up.\n# Really.\nB=new\n"
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600


def test_what_the_command_does_not_print_is_not_added(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=old\n")

    complete(tmp_path / ".env", "D", "C")

    assert (tmp_path / ".env").read_text() == "A=old\nC=new\n"


def test_a_link_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "vault").write_text("A=old\n")
    (tmp_path / ".env").symlink_to("vault")

    with pytest.raises(LinkInTheWay):
        complete(tmp_path / ".env", "B")

    assert (tmp_path / ".env").is_symlink()
    assert (tmp_path / "vault").read_text() == "A=old\n"
