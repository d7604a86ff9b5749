"""From what a process printed before it ended to the place in the project where it failed."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from blueprint.runtime.ends import End
from blueprint.runtime.listening import Reason

_FRAME = re.compile(r'^\s*File "(?P<path>.+?)", line (?P<line>\d+)')
_EXCEPTION = re.compile(r"^(?:[A-Za-z_][\w.]*(?:Error|Exception|Exit|Warning)\b.*|[A-Za-z_][\w.]*: .+)$")
_NOISE = re.compile(r"^(?:(?:ERROR|INFO|WARNING):\s*)?Application startup failed\. Exiting\.$")
_LONGEST = 500


def reason_of(printed: Sequence[str], end: End, project: Path) -> Reason:
    """The exception and the last line of the project in its traceback; without one, the last line printed."""
    errors = [line for line in printed if not _is_routine(line)] or printed
    said = [line for line in map(_event, errors) if line.strip()]
    lines = [line for line in said if not _NOISE.match(line.strip())]
    frames = [match for line in lines if (match := _FRAME.match(line)) and _is_own(project, match["path"])]
    if not frames:
        return Reason(_message(lines[-1:], end))
    last = frames[-1]
    after = lines[lines.index(last.string) :]
    raised = [line.strip() for line in after if not line.startswith(" ") and _EXCEPTION.match(line)]
    path = Path(last["path"]).relative_to(project).as_posix()
    return Reason(_message(raised[-1:] or lines[-1:], end), path, int(last["line"]))


def _event(line: str) -> str:
    """What a line of the log tells; a line that is no JSON stays as it is."""
    if not line.startswith("{"):
        return line
    try:
        fields = json.loads(line)
    except ValueError:
        return line
    return next((str(fields[key]) for key in ("event", "msg", "message") if key in fields), line)


def _is_routine(line: str) -> bool:
    """A JSON line of a level that tells no failure."""
    try:
        fields = json.loads(line) if line.startswith("{") else None
    except ValueError:
        return False
    return isinstance(fields, dict) and fields.get("level") in ("debug", "info")


def _message(lines: Sequence[str], end: End) -> str:
    said = lines[0].strip() if lines else f"it ended with {end.how} and printed nothing"
    return said.removeprefix("ERROR:").strip()[:_LONGEST]


def _is_own(project: Path, path: str) -> bool:
    """A file of the project, not of its environment."""
    file = Path(path)
    return file.is_relative_to(project) and ".blueprint" not in file.relative_to(project).parts
