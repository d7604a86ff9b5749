"""Reads `packs` of a spec: folders of the project, and installed distributions."""

from __future__ import annotations

import re

from blueprint.errors import Problem
from blueprint.spec.findings import Findings
from blueprint.spec.location import Location
from blueprint.spec.names import shown
from blueprint.spec.nodes import Node
from blueprint.spec.shape import text_of, values_of

_FOLDER = re.compile(r"\.(/(?!\.{1,2}(/|$))[^/\\\x00-\x1f]{1,255}){1,16}")
_DISTRIBUTION = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,98}[A-Za-z0-9])?")
_EXAMPLE = 'for example "[./packs, acme-packs]"'


def packs_in(node: Node | None, findings: Findings) -> tuple[str, ...]:
    """The sources of packs, in file order."""
    names: dict[str, str] = {}
    for value in values_of(node, '"packs"', findings):
        text = text_of(value, '"packs"', findings)
        if text is None:
            continue
        written = text.value.rstrip("/")
        if problem := _problem(written, text.location):
            findings.problems.append(problem)
        elif written in names:
            findings.add(text.location, "same-name", f"{shown(written)} comes twice", "keep one of the two")
        else:
            names[written] = written
    return tuple(names)


def _problem(written: str, at: Location) -> Problem | None:
    if _FOLDER.fullmatch(written) or _DISTRIBUTION.fullmatch(written):
        return None
    message = f"{shown(written)} is not a folder of the project or a distribution"
    hint = f"write a folder inside of the project, starting with ./: {_EXAMPLE}"
    return at.problem("bad-value", message, hint)
