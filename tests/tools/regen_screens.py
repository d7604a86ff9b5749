"""Take the pictures in docs/images anew, of terminals and a browser: `python -m tests.tools.regen_screens`.

Names after the command (`run-80 start-page`) select some of them. Chromium has to be installed. Look at each
picture before you commit it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from io import StringIO
from itertools import groupby
from pathlib import Path
from socket import socket

import pyte
from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.style import Style
from rich.terminal_theme import MONOKAI
from rich.text import Text

from tests.support.shop import open_shop
from tests.support.system import START_SECONDS
from tests.unit.cli.screen import DOWN, ENTER, Screen

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs" / "images"
COLOURED = {"TERM": "xterm-256color", "NO_COLOR": "", "FORCE_COLOR": "", "PROMPT_TOOLKIT_COLOR_DEPTH": ""}
NARROW, WIDE = 80, 140
_BASES = range(8000, 9000, 100)
_PROCESSES = 5
_NAMES_OF_PYTE = {"brown": "yellow", "default": "default"}
# As rich has it, without the fonts that it takes from another host.
_SVG = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
  font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace;
  font-size: {char_height}px; line-height: {line_height}px;
}}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def picture(rows: Sequence[Sequence[pyte.screens.Char]], title: str) -> str:
    """An SVG of the rows of a terminal, without empty ones at the end."""
    lines = [_text(row) for row in rows]
    while lines and not lines[-1].plain.strip():
        lines.pop()
    console = Console(
        record=True, width=len(rows[0]), file=StringIO(), force_terminal=True, legacy_windows=False
    )
    for line in lines:
        console.print(line, no_wrap=True, crop=True, soft_wrap=False)
    console.print()  # or the last line loses what is below its base
    return console.export_svg(title=title, theme=MONOKAI, code_format=_SVG, unique_id="screen")


def _text(row: Sequence[pyte.screens.Char]) -> Text:
    """The row, in as few pieces as its styles allow."""
    line = Text(end="")
    for style, cells in groupby(row, _style):
        line.append("".join(cell.data for cell in cells), style)
    line.rstrip()
    return line


def _renamed(row: Sequence[pyte.screens.Char], old: str, new: str) -> Sequence[pyte.screens.Char]:
    """The row with another path in place of this one."""
    start = "".join(cell.data for cell in row).find(old)
    if start < 0:
        return row
    return [*row[:start], *(row[start]._replace(data=each) for each in new), *row[start + len(old) :]]


def _style(cell: pyte.screens.Char) -> Style:
    return Style(
        color=_colour(cell.fg),
        bgcolor=_colour(cell.bg),
        bold=cell.bold,
        italic=cell.italics,
        underline=cell.underscore,
        reverse=cell.reverse,
    )


def _colour(name: str) -> str:
    if len(name) == 6 and set(name) <= set("0123456789abcdef"):
        return f"#{name}"
    name = _NAMES_OF_PYTE.get(name, name)
    return name.replace("bright", "bright_") if name.startswith("bright") else name


@contextmanager
def terminal(folder: Path, words: tuple[str, ...], columns: int, rows: int) -> Iterator[Screen]:
    screen = Screen(folder, words, columns, rows, COLOURED)
    try:
        yield screen
    finally:
        with suppress(OSError):
            screen.terminate()
        screen.close()


def shop_in(folder: Path) -> None:
    """The event-driven shop, with its environment."""
    command = [sys.executable, "-m", "blueprint", "new", "shop", "-p", "event-driven", "--no-git", "-y"]
    command += ["--preset", "e-commerce"]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    smoke = [sys.executable, "-m", "blueprint", "run", "shop", "--smoke"]
    subprocess.run(smoke, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@contextmanager
def running(folder: Path, columns: int, rows: int) -> Iterator[tuple[Screen, str]]:
    """The terminal of a run that is ready, and the base URL."""
    base = next(base for base in _BASES if all(map(_is_free, range(base, base + _PROCESSES))))
    with terminal(folder, ("run", "shop", "--port", str(base)), columns, rows) as screen:
        screen.wait(lambda: "is ready at" in screen.shown, START_SECONDS)
        yield screen, f"http://127.0.0.1:{base}"


def _is_free(port: int) -> bool:
    with socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def take_run(columns: int, rows: int, folder: Path) -> str:
    """`blueprint run` after an order."""
    with running(folder, columns, rows) as (screen, url):
        with open_shop(url) as api:
            user = api.register()
            user.order((user.product(stock=12), 2))
        screen.wait(lambda: "orders.confirm done" in " ".join(screen.lines), START_SECONDS)
        return picture(screen.cells, "blueprint run")


def take_new(folder: Path) -> str:
    """The questions of `blueprint new`, up to its summary."""
    with tempfile.TemporaryDirectory() as empty, terminal(Path(empty), ("new",), NARROW, 24) as screen:
        screen.press("What is its name?", *["\x15", "shop"], ENTER)
        screen.press("Which architecture pattern?", DOWN, DOWN, ENTER)
        screen.press("Which preset?", DOWN, ENTER)
        screen.press("How do callers log in?", ENTER)
        screen.wait(lambda: "Write it?" in screen.question)
        return picture([_renamed(row, empty, "/home/ada") for row in screen.cells], "blueprint new")


def take_new_list(folder: Path) -> str:
    """A list of `blueprint new`."""
    with tempfile.TemporaryDirectory() as empty, terminal(Path(empty), ("new",), NARROW, 24) as screen:
        screen.press("What is its name?", *["\x15", "shop"], ENTER)
        screen.press("Which architecture pattern?", DOWN)
        return picture(screen.cells, "blueprint new")


def take_start_page(folder: Path) -> bytes:
    """The start page of the running shop."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    with running(folder, NARROW, 24) as (_, url), sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": 880, "height": 980})
        page.goto(url)
        page.wait_for_load_state("networkidle")
        return page.screenshot()


PICTURES: dict[str, Callable[[Path], str | bytes]] = {
    "run-80.svg": lambda folder: take_run(NARROW, 40, folder),
    "run-140.svg": lambda folder: take_run(WIDE, 32, folder),
    "new-list.svg": take_new_list,
    "new.svg": take_new,
    "start-page.png": take_start_page,
}


def main(wanted: Sequence[str]) -> None:
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        shop_in(folder)
        for name, take in PICTURES.items():
            if not wanted or Path(name).stem in wanted:
                taken = take(folder)
                content = taken if isinstance(taken, bytes) else taken.encode()
                (IMAGES / name).write_bytes(content)
                sys.stdout.write(f"docs/images/{name}: {len(content)} bytes\n")


if __name__ == "__main__":
    main(sys.argv[1:])
