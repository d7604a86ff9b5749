"""Shorten Python tracebacks: the project's own frames in full, frames of libraries as one line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

_FRAME = re.compile(r'\s+File "(?P<file>[^"]+)", line (?P<line>\d+), in (?P<function>.+)')


@dataclass(frozen=True, slots=True)
class _Frame:
    file: PurePath
    lines: tuple[str, ...]


def shortened(traceback: str, project: Path) -> list[str]:
    """The lines of a traceback: the frames of the project's own code, the number of the others, the error.

    The kit of the project (`platform/`) counts as a library. Each part of a chain of exceptions is
    shortened by itself; text that is no traceback, and a traceback of an exception group, stays as it is.
    """
    lines = traceback.rstrip().splitlines()
    if any("Exception Group Traceback" in line for line in lines):
        return lines
    return list(_shortened(lines, project))


def _shortened(lines: Sequence[str], project: Path) -> Iterator[str]:
    index = 0
    while index < len(lines):
        if not _FRAME.fullmatch(lines[index]):
            yield lines[index].replace(f'  File "{project}/', '  File "')  # of a syntax error
            index += 1
            continue
        frames, index = _frames(lines, index)
        own = [frame for frame in frames if _is_own(frame.file, project)]
        others = [frame for frame in frames if frame not in own]
        for frame in own:
            yield from (line.replace(f'"{project}/', '"') for line in frame.lines)
        if others:
            yield f"  … {len(others)} more in {', '.join(_packages(others, project))}"


def _frames(lines: Sequence[str], index: int) -> tuple[list[_Frame], int]:
    """The frames from this line on, each with its source, and the index of the line after them."""
    frames: list[_Frame] = []
    while index < len(lines) and (match := _FRAME.fullmatch(lines[index])):
        end = index + 1
        while end < len(lines) and lines[end].startswith("    ") and not _FRAME.fullmatch(lines[end]):
            end += 1
        frames.append(_Frame(PurePath(match["file"]), tuple(lines[index:end])))
        index = end
    return frames, index


def _is_own(file: PurePath, project: Path) -> bool:
    if not file.is_relative_to(project):
        return False
    parts = file.relative_to(project).parts
    return not parts[0].startswith(".") and parts[2:3] != ("platform",)


def _packages(frames: Sequence[_Frame], project: Path) -> list[str]:
    """The unique packages of the frames, in call order."""
    return list(dict.fromkeys(_package(frame.file, project) for frame in frames))


def _package(file: PurePath, project: Path) -> str:
    parts = file.parts
    if "site-packages" in parts:
        return PurePath(parts[len(parts) - parts[::-1].index("site-packages")]).stem
    if file.is_relative_to(project) and not file.relative_to(project).parts[0].startswith("."):
        return "platform"
    return "Python" if file.is_absolute() else str(file)
