"""Runs command lines that have to be refused, and checks what every refusal has in common."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from blueprint.cli.main import run

Snapshot = dict[str, bytes | str | None]


@dataclass(frozen=True, slots=True)
class Told:
    """One problem as it was told: its code, and its place as `spec.yaml:3:7`, without what is not known."""

    code: str
    place: str
    message: str
    hint: str

    @property
    def lines(self) -> list[str]:
        place = f" ({self.place})" if self.place else ""
        return [f"error: {self.message}{place}", f"hint: {self.hint}"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """How a command line was refused."""

    exit_code: int
    told: list[Told]

    @property
    def codes(self) -> list[str]:
        return [one.code for one in self.told]

    @property
    def places(self) -> list[str]:
        return [one.place for one in self.told]


def snapshot(folder: Path) -> Snapshot:
    """All that is in the folder: the bytes of files, the targets of links, None for folders."""
    return {str(path.relative_to(folder)): _content(path) for path in sorted(folder.rglob("*"))}


def _content(path: Path) -> bytes | str | None:
    if path.is_symlink():
        return str(path.readlink())
    return path.read_bytes() if path.is_file() else None


def refusal(argv: Sequence[str], around: Path, capsys: pytest.CaptureFixture[str]) -> Refusal:
    """What a command line that is refused says; AssertionError for one that is not refused as all are.

    It is run for people and for programs: both get the same problems, each with a hint, and nothing in the
    folder `around` changes.
    """
    before = snapshot(around)
    exit_code = run(argv)
    for_people = capsys.readouterr()
    run(["--json", *argv])
    for_programs = capsys.readouterr()

    envelope = json.loads(for_programs.out)
    found = Refusal(exit_code, [_told(error) for error in envelope["errors"]])
    assert found.exit_code == envelope["exit_code"] != 0
    assert for_people.out == ""
    assert for_people.err.splitlines() == [line for one in found.told for line in one.lines]
    assert for_people.err == for_programs.err
    assert snapshot(around) == before
    return found


def _told(error: dict[str, str | int | None]) -> Told:
    place = ":".join(str(error[key]) for key in ("path", "line", "column") if error[key] is not None)
    return Told(str(error["code"]), place, str(error["message"]), str(error["hint"]))
