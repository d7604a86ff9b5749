"""`python -m tests.benchmarks.writing`: the event-driven shop, written by us and by others; and `--help`."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

from tests.benchmarks import plain_jinja, small_app, twins
from tests.benchmarks.processes import Usage, clean_environment, measured
from tests.benchmarks.rounds import Measurements, in_turns, ratio
from tests.benchmarks.tables import machine, show, table
from tests.benchmarks.tools import ROOT, fresh_folder, installed, new_shop, versions

ROUNDS = 11
PATTERN = "event-driven"
OURS, OUR_FIRST = "blueprint new --no-git", "the same, for the first time"
OUR_HELP, SMALL_HELP = "blueprint --help", "a minimal typer app, --help"

Contestant = tuple[str, Callable[[], float]]


@dataclass(frozen=True, slots=True)
class Arena:
    """Where everything happens: a folder, and the programs of the two environments."""

    folder: Path
    ours: Path
    theirs: Path

    @property
    def home(self) -> Path:
        """Of a user who has run every tool before."""
        return self.folder / "home"

    @property
    def same(self) -> Path:
        """The files that all of them write."""
        return self.folder / "same"

    def checked(self, write: Callable[[Path], Usage]) -> float:
        """The seconds that it takes to write the project into a new folder, which must be the same files."""
        project = fresh_folder(self.folder) / twins.PROJECT
        used = write(project)
        twins.refuse_differences(self.same, project)
        return used.wall


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        ours = installed(folder / "ours", str(ROOT))
        theirs = installed(folder / "theirs", "cookiecutter", "copier", "jinja2")
        arena = Arena(folder, ours, theirs)
        arena.home.mkdir()
        first = folder / "first" / twins.PROJECT
        _write_ours(arena, first)
        twins.copy_without_records(first, arena.same)
        writing = in_turns(dict(_writers(arena)), ROUNDS)
        helping = in_turns(_helpers(arena), ROUNDS)
        files = sum(1 for file in arena.same.rglob("*") if file.is_file())
        sys.stdout.write(machine() + versions(theirs, "cookiecutter", "copier", "jinja2") + "\n")
        show(f"Writing {files} files", _table(writing, OURS))
        show("Help", _table(helping, OUR_HELP))


def _write_ours(arena: Arena, project: Path, home: Path | None = None) -> Usage:
    environment = clean_environment(home or arena.home)
    return new_shop([str(arena.ours / "blueprint")], twins.PROJECT, PATTERN, project, environment)


def _write_ours_first(arena: Arena, project: Path) -> Usage:
    """By a user who has no compiled templates yet."""
    return _write_ours(arena, project, fresh_folder(arena.folder))


def _writers(arena: Arena) -> Iterator[Contestant]:
    yield "cp -r", _writer(arena, ["cp", "-r", str(arena.same)])
    yield OURS, partial(arena.checked, partial(_write_ours, arena))
    yield OUR_FIRST, partial(arena.checked, partial(_write_ours_first, arena))
    yield from _others(arena, "light", {})
    yield from _others(arena, "full", twins.tags_of_our_templates(PATTERN))


def _others(arena: Arena, kind: str, tags: twins.Tags) -> Iterator[Contestant]:
    """Those that render the files, from a template of this kind."""
    folder, theirs = arena.folder / kind, arena.theirs
    twins.write_cookiecutter_template(arena.same, folder / "cookiecutter", tags)
    twins.write_copier_template(arena.same, folder / "copier", tags)
    twins.write_plain_template(arena.same, folder / "plain", tags)
    (folder / "bytecode").mkdir()
    plain = [str(theirs / "python"), plain_jinja.__file__, str(folder / "plain"), str(folder / "bytecode")]
    cookiecutter = [str(theirs / "cookiecutter"), "--no-input", str(folder / "cookiecutter"), "--output-dir"]
    copier = [str(theirs / "copier"), "copy", "--defaults", "--quiet", str(folder / "copier")]
    yield f"plain Jinja2, {kind}, compiled before", _writer(arena, plain)
    yield f"cookiecutter, {kind}", _writer(arena, cookiecutter, into_parent=True)
    yield f"copier, {kind}", _writer(arena, copier)


def _writer(arena: Arena, command: Sequence[str], *, into_parent: bool = False) -> Callable[[], float]:
    """The last argument is the project's folder, for some the one that it comes into."""
    environment = clean_environment(arena.home)

    def write(project: Path) -> Usage:
        return measured([*command, str(project.parent if into_parent else project)], environment)

    return partial(arena.checked, write)


def _helpers(arena: Arena) -> dict[str, Callable[[], float]]:
    environment = clean_environment(arena.home)
    ours = [str(arena.ours / "blueprint"), "--help"]
    small = [str(arena.ours / "python"), small_app.__file__, "--help"]
    return {
        SMALL_HELP: lambda: measured(small, environment).wall,
        OUR_HELP: lambda: measured(ours, environment).wall,
    }


def _table(measurements: Measurements, ours: str) -> str:
    rows = (
        [
            name,
            f"{median(seconds):.3f}",
            f"{min(seconds):.3f} to {max(seconds):.3f}",
            "" if name == ours else f"{ratio(measurements, ours, to=name):.2f}",
        ]
        for name, seconds in measurements.items()
    )
    return table(["what", "seconds, median", "range", f"`{ours}` takes this many times it"], rows)


if __name__ == "__main__":
    main()
