"""The text of a preset's spec, and how the header of a spec is filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from blueprint.catalog.documents import Documents
from blueprint.catalog.faults import PackError
from blueprint.catalog.model import CHOICES, Pack
from blueprint.errors import Problem
from blueprint.spec.nodes import Document

SPEC = "spec.yaml"
_ORDER = ("version", "name", "pattern", "stack", *CHOICES, "packs")


def preset_source(pack: Pack, name: str, pattern: str, stack: str, **choices: str) -> str:
    """The `blueprint.yaml` of a new project with this preset, comments and all.

    The choices are further keys of the header, as in `broker="kafka"`. Raises PackError without a spec.
    """
    with _spec_of(pack) as path:
        text = path.read_text(encoding="utf-8")
    return with_header(text, {"name": name, "pattern": pattern, "stack": stack, **choices})


def preset_document(pack: Pack) -> Document:
    """What the preset's spec says, whatever is written in its header. Errors as in `preset_source`."""
    documents = Documents()
    with _spec_of(pack) as path:
        document = documents.read(path)
    documents.save()
    return document


@contextmanager
def _spec_of(pack: Pack) -> Iterator[Path]:
    path = pack.folder / SPEC
    try:
        yield path
    except FileNotFoundError as error:
        message = f"the pack {pack.label} has no {SPEC}"
        raise PackError(Problem("bad-pack", message, path=str(path))) from error


def with_header(text: str, header: dict[str, str]) -> str:
    """The text of a spec with these plain values at the top level; what is written around them stays.

    A key that is not there yet comes behind those that belong before it. Without any of them it is left out.
    """
    for key, value in header.items():
        if _line_of(key).search(text):
            text = _line_of(key).sub(f"{key}: {value}", text, count=1)
        else:
            before = [one for one in _ORDER[: _ORDER.index(key)] if _line_of(one).search(text)]
            text = (
                re.sub(rf"^({before[-1]}:.*)$", rf"\1\n{key}: {value}", text, count=1, flags=re.M)
                if before
                else text
            )
    return text


def _line_of(key: str) -> re.Pattern[str]:
    return re.compile(rf"^{key}:[ \t]*[^\s#]*", re.MULTILINE)
