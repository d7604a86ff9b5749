"""The text of a preset's spec, and how the header of a spec is filled in."""

from __future__ import annotations

import re

from blueprint.catalog.faults import PackError
from blueprint.catalog.model import Pack
from blueprint.errors import Problem

SPEC = "spec.yaml"


def preset_source(pack: Pack, name: str, pattern: str, stack: str, **choices: str) -> str:
    """The `blueprint.yaml` of a new project with this preset, comments and all.

    The choices are further keys of the header, as in `broker="kafka"`. Raises PackError without a spec.
    """
    path = pack.folder / SPEC
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        message = f"the pack {pack.label} has no {SPEC}"
        raise PackError(Problem("bad-pack", message, path=str(path))) from error
    return with_header(text, {"name": name, "pattern": pattern, "stack": stack, **choices})


def with_header(text: str, header: dict[str, str]) -> str:
    """The text of a spec with these plain values at the top level; what is written around them stays.

    A key that is not there yet comes behind the one before it, the first behind `version`.
    """
    previous = "version"
    for key, value in header.items():
        line = re.compile(rf"^{key}:[ \t]*[^\s#]*", re.MULTILINE)
        if line.search(text):
            text = line.sub(f"{key}: {value}", text, count=1)
        else:
            text = re.sub(rf"^({previous}:.*)$", rf"\1\n{key}: {value}", text, count=1, flags=re.MULTILINE)
        previous = key
    return text
