"""The text of a preset's spec, and the values at its top level."""

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
    """The `blueprint.yaml` of a new project with this preset, including comments.

    The choices are further keys at the top level, as in `broker="kafka"`. Raises PackError without a spec.
    """
    with _spec_of(pack) as path:
        text = path.read_text(encoding="utf-8")
    return with_header(text, {"name": name, "pattern": pattern, "stack": stack, **choices})


def preset_document(pack: Pack) -> Document:
    """The preset's spec, independent of its top-level values. Raises errors as `preset_source`."""
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
    """Return the text of a spec with these scalar values at the top level; all other text stays.

    A new key is inserted after those that precede it in the usual order; without any of them it is left out.
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
