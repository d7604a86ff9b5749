"""`python -m tests.benchmarks.writing`: the event-driven shop, written by our tool and by others; and `--help`."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.benchmarks import plain_jinja, small_app, twins
from tests.benchmarks.processes import clean_environment, measured
from tests.benchmarks.rounds import Measurements, in_turns, ratio
from tests.benchmarks.tables import machine, show, table
from tests.benchmarks.tools import ROOT, installed, versions

ROUNDS = 5
OURS = "blueprint new --no-git"
OUR_HELP, SMALL_HELP = "blueprint --help", "a minimal typer app, --help"


@dataclass(frozen=True, slots=True)
class Arena:
    """Where everything happens: a folder, and the programs of the two environments."""

    folder: Path
    ours: Path
    theirs: Path

    def writer(self, command: Sequence[str], *, into: str = "") -> Callable[[], float]:
        """Runs the command with a new destination as its last argument; gives its seconds.

        What it wrote is compared; `into` is its place in the destination.
        """
        environment = clean_environment(self.folder / "home")

        def write() -> float:
            destination = Path(tempfile.mkdtemp(dir=self.folder))
            target = destination if into else destination / twins.PROJECT
            used = measured([*command, str(target)], environment)
            self._check(destination / twins.PROJECT)
            shutil.rmtree(destination)
            return used.wall

        return write

    def _check(self, written: Path) -> None:
        shutil.rmtree(written / ".blueprint", ignore_errors=True)
        twins.refuse_differences(self.folder / "same", written)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        (folder / "home").mkdir()
        ours = installed(folder / "ours", str(ROOT))
        theirs = installed(folder / "theirs", "cookiecutter", "copier", "jinja2")
        arena = Arena(folder, ours, theirs)
        _prepare(arena)
        writing = in_turns(_writers(arena), ROUNDS)
        helping = in_turns(_helpers(arena), ROUNDS)
        files = sum(1 for file in (folder / "same").rglob("*") if file.is_file())
        sys.stdout.write(machine() + versions(theirs, "cookiecutter", "copier", "jinja2") + "\n")
        show(f"Writing {files} files", _table(writing, OURS))
        show("Help", _table(helping, OUR_HELP))


def _prepare(arena: Arena) -> None:
    project = arena.folder / "prepared" / twins.PROJECT
    measured([*_new(arena), str(project)], clean_environment(arena.folder / "home"))
    same = arena.folder / "same"
    twins.copy_without_records(project, same)
    twins.write_cookiecutter_template(same, arena.folder / "cookiecutter")
    twins.write_copier_template(same, arena.folder / "copier")
    twins.write_plain_template(same, arena.folder / "plain")
    (arena.folder / "bytecode").mkdir()


def _new(arena: Arena) -> list[str]:
    choices = ["-p", "event-driven", "-s", "fastapi", "--preset", "e-commerce"]
    return [str(arena.ours / "blueprint"), "new", twins.PROJECT, *choices, "--no-git", "-o"]


def _writers(arena: Arena) -> dict[str, Callable[[], float]]:
    folder, theirs = arena.folder, arena.theirs
    plain = [str(theirs / "python"), plain_jinja.__file__, str(folder / "plain"), str(folder / "bytecode")]
    cookiecutter = [str(theirs / "cookiecutter"), "--no-input", str(folder / "cookiecutter"), "--output-dir"]
    copier = [str(theirs / "copier"), "copy", "--defaults", "--quiet", str(folder / "copier")]
    return {
        "cp -r": arena.writer(["cp", "-r", str(folder / "same")]),
        "plain Jinja2, bytecode cached": arena.writer(plain),
        OURS: arena.writer(_new(arena)),
        "cookiecutter": arena.writer(cookiecutter, into=twins.PROJECT),
        "copier": arena.writer(copier),
    }


def _helpers(arena: Arena) -> dict[str, Callable[[], float]]:
    environment = clean_environment(arena.folder / "home")
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
    return table(["what", "seconds, median", "range", "ours is this many times it"], rows)


if __name__ == "__main__":
    main()
