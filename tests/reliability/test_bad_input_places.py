"""Folders where no project can be, and flags that do not fit: told before anything is written."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.reliability.refusals import refusal

Capture = pytest.CaptureFixture[str]
Setting = Callable[[Path], object]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "around" / "here"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


def file_of(path: str) -> Setting:
    def write(here: Path) -> None:
        (here / path).parent.mkdir(parents=True, exist_ok=True)
        (here / path).write_text("not yours")

    return write


OBSTACLES = {
    "a file": (file_of("shop"), 4, "destination-is-a-file", "shop"),
    "a folder that is not empty": (file_of("shop/notes.txt"), 4, "destination-not-empty", "shop"),
    "a generated project": (file_of("shop/.blueprint/lock.json"), 4, "destination-is-a-project", "shop"),
    "inside of a generated project": (
        file_of(".blueprint/lock.json"),
        2,
        "destination-wrong-place",
        "shop",
    ),
    "a link to nowhere": (
        lambda here: (here / "shop").symlink_to("gone"),
        4,
        "destination-link",
        "shop",
    ),
}


@pytest.mark.parametrize(("setting", "exit_code", "code", "place"), OBSTACLES.values(), ids=OBSTACLES)
def test_what_is_in_the_way_stays_as_it_is(
    setting: Setting, exit_code: int, code: str, place: str, here: Path, capsys: Capture
) -> None:  # G15, G20
    setting(here)
    found = refusal(["new", "shop"], here.parent, capsys)
    assert (found.exit_code, found.codes, found.places) == (exit_code, [code], [str(here / place)])


WRONG_PLACES = {
    "the root": ("/", 2, "destination-wrong-place"),
    "the home": ("~", 2, "destination-wrong-place"),
    "the home of nobody": ("~nobody-of-this-name/shop", 2, "home-unknown"),
    "below a file": ("/dev/null/shop", 4, "destination-is-a-file"),
    "a folder of git": (".git/shop", 2, "destination-wrong-place"),
    "a name over 255 bytes": ("é" * 128, 5, "path-too-long"),
    "a path over 4096 bytes": ("/".join(["x" * 200] * 25), 5, "path-too-long"),
}


@pytest.mark.parametrize(("output", "exit_code", "code"), WRONG_PLACES.values(), ids=WRONG_PLACES)
def test_a_place_that_cannot_be_is_told_before_anything_is_written(
    output: str, exit_code: int, code: str, here: Path, capsys: Capture
) -> None:  # G15 to G18
    found = refusal(["new", "shop", "-o", output], here.parent, capsys)
    assert (found.exit_code, found.codes) == (exit_code, [code])


def test_a_disk_without_room_is_told_with_what_is_needed(
    here: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:  # G06
    full = SimpleNamespace(f_frsize=4096, f_blocks=10, f_bavail=10)
    monkeypatch.setattr(os, "statvfs", lambda _: full)
    found = refusal(["new", "shop"], here.parent, capsys)
    assert (found.exit_code, found.codes, found.places) == (5, ["disk-full"], [str(here / "shop")])
    assert "40 KiB free" in found.told[0].message


def test_a_folder_that_nobody_may_write_into_is_told(
    here: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:  # G08
    allowed = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != here and allowed(path, mode))
    found = refusal(["new", "shop"], here.parent, capsys)
    assert (found.exit_code, found.codes, found.places) == (5, ["no-permission"], [str(here)])


def test_a_current_folder_that_is_gone_is_told(
    here: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:  # G19
    here.rmdir()
    found = refusal(["new", "shop"], here.parent, capsys)
    monkeypatch.undo()
    assert (found.exit_code, found.codes) == (5, ["no-current-folder"])


USAGE = {
    "no name": (["new"], "missing-name", "blueprint new NAME"),
    "two names": (["new", "shop", "mall"], "usage", "see blueprint new --help"),
    "no such pattern": (["new", "shop", "-p", "micro"], "unknown-pattern", 'did you mean "microservices"?'),
    "an empty pattern": (["new", "shop", "-p", ""], "unknown-pattern", "there is monolith"),
    "a pattern with escapes": (["new", "shop", "-p", "\x1b[31m[red]"], "unknown-pattern", "there is"),
    "no such stack": (["new", "shop", "-s", "fastap"], "unknown-stack", 'did you mean "fastapi"?'),
    "no such preset": (["new", "shop", "--preset", "eshop"], "unknown-preset", "e-commerce"),
    "a preset and a spec": (
        ["new", "shop", "--preset", "blank", "--spec", "spec.yaml"],
        "usage",
        "remove one of them",
    ),
    "no such flag": (["new", "shop", "--presets", "blank"], "usage", "--preset"),
    "a flag without its value": (["new", "shop", "-o"], "usage", "see blueprint new --help"),
    "an empty folder": (["new", "shop", "-o", ""], "usage", "see blueprint new --help"),
    "an empty spec": (["new", "--spec", ""], "usage", "see blueprint new --help"),
    "a mistyped command": (["nwe", "shop"], "usage", "new"),
}


@pytest.mark.parametrize(("argv", "code", "hint"), USAGE.values(), ids=USAGE)
def test_a_command_line_that_does_not_fit_is_told_with_what_would(
    argv: list[str], code: str, hint: str, here: Path, capsys: Capture
) -> None:  # G18, G53
    found = refusal(argv, here.parent, capsys)
    assert (found.exit_code, found.codes, found.places) == (2, [code], [""])
    assert hint in found.told[0].hint
