"""Which project `blueprint run` starts, and which of its processes."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from msgspec import Struct

from blueprint.errors import Problem, UsageError
from blueprint.runtime.description import FILE, Description, read_description

_RECORDS = ".blueprint"
_SPEC = "blueprint.yaml"


class Target(Struct, frozen=True):
    """A project with its description, and the processes that were named."""

    project: Path
    description: Description
    processes: tuple[str, ...]


def read_target(words: Sequence[str], directory: Path | None) -> Target:
    """With a directory, every word is a process; else one word may be the folder of the project.

    Raises:
        UsageError: there is no project or process of this name, or a word could be both.
        SpecError: the project's description is not valid.
    """
    folders = [] if directory is not None else [word for word in words if _is_path(word)]
    if len(folders) > 1:
        hint = "run one project at a time: blueprint run -C DIR [PROCESS]..."
        raise UsageError(Problem("usage", f"{' and '.join(folders)} are both folders of projects", hint))
    around = _around(directory or Path())
    if directory is None and not folders and around is None and words:
        folders = [words[0]]  # there is no project here whose process it could be
    if folders:
        _refuse_ambiguous(folders[0], around)
        project = Path(folders[0]).expanduser().resolve()
    else:
        project = around or (directory or Path()).expanduser().resolve()
    description = read_description(project)
    processes = tuple(word for word in words if word not in folders)
    _refuse_unknown(processes, description)
    return Target(project, description, processes)


def started_programs(description: Description, processes: Sequence[str], *, alone: bool) -> frozenset[str]:
    """These, with the gateway and helpers unless they are to be alone; empty for all."""
    if not processes:
        return frozenset()
    helpers = {each.name for each in description.programs if each.unless is not None}
    return frozenset(processes) | (set() if alone else {description.entry, *helpers})


def not_started(description: Description, started: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """Process to those that it calls and that do not start."""
    missing = {
        each.name: tuple(name for name in each.calls if name not in started)
        for each in description.programs
        if each.name in started
    }
    return {name: calls for name, calls in missing.items() if calls}


def debugged(description: Description, processes: Sequence[str]) -> str:
    """The one process to debug. Raises UsageError where it is not clear which one."""
    own = [
        each.name for each in description.programs if each.name != description.entry and each.unless is None
    ]
    names = list(processes) or own
    if len(names) == 1:
        return names[0]
    hint = f"name it: blueprint run {own[0]} --debug"
    raise UsageError(Problem("usage", "--debug runs one process in the foreground", hint))


def _is_path(word: str) -> bool:
    return "/" in word or word in (".", "..") or word.startswith("~") or _is_project(Path(word))


def _is_project(folder: Path) -> bool:
    return (folder / _SPEC).is_file() or (folder / _RECORDS).is_dir()


def _around(start: Path) -> Path | None:
    """The project that the folder lies in."""
    folder = start.expanduser().resolve()
    return next((each for each in (folder, *folder.parents) if _is_project(each)), None)


def _refuse_ambiguous(word: str, around: Path | None) -> None:
    if around is None or "/" in word or not (around / FILE).is_file():
        return
    if word in [program.name for program in read_description(around).programs]:
        message = f"{word} is a folder with a project, and a process of the project here"
        hint = f"blueprint run -C {word} for the folder, blueprint run -C . {word} for the process"
        raise UsageError(Problem("ambiguous", message, hint))


def _refuse_unknown(processes: Sequence[str], description: Description) -> None:
    known = [program.name for program in description.programs]
    problems = []
    for name in dict.fromkeys(processes):
        if name not in known:
            guess = "".join(f'did you mean "{near}"? ' for near in get_close_matches(name, known, 1))
            hint = f"{guess}there is {', '.join(known)}"
            problems.append(Problem("unknown-process", f'no process and no project "{name}"', hint))
    if problems:
        raise UsageError(problems)
