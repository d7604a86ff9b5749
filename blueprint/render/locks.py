"""Requirements of several packs as one lock file for pip and uv, with hashes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from blueprint.catalog.faults import PackError
from blueprint.errors import Problem
from blueprint.plan.model import Origin

_REQUIREMENT = re.compile(
    r"(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*\])?==(?P<version>[^\s;]+)(?:\s*;\s*(?P<marker>.*))?"
)
_LINE = re.compile(r"(?P<head>\S.*?)\s+(?P<hashes>(?:--hash=sha256:[0-9a-f]{64}\s*)+)")

Key = tuple[str, str]


def merged_lock(origins: Iterable[Origin]) -> str:
    """All requirements, each once and sorted by name, with nothing else.

    Raises PackError where two packs want two versions of one package, or a line is none of a lock file.
    """
    heads: dict[Key, tuple[str, str]] = {}
    hashes: dict[Key, set[str]] = {}
    for origin in origins:
        text = origin.file.location.read_text(encoding="utf-8")
        try:
            requirements = _requirements(text)
        except ValueError as error:
            message = f"not a requirement with a version and hashes: {error}"
            raise PackError(Problem("bad-pack", message, path=str(origin.file.location))) from error
        for key, head, found in requirements:
            other, pack = heads.setdefault(key, (head, origin.pack.label))
            if other != head:
                message = f"{pack} takes {other}, {origin.pack.label} takes {head}"
                raise PackError(Problem("pack-conflict", message, path=str(origin.file.location)))
            hashes.setdefault(key, set()).update(found)
    return "".join(_entry(heads[key][0], hashes[key]) for key in sorted(heads))


# What runs a project is a part of both of its locks.
@lru_cache(maxsize=4)
def _requirements(text: str) -> tuple[tuple[Key, str, list[str]], ...]:
    """Name and marker, the line without its hashes, and these. Raises ValueError for a line that is none."""
    return tuple(_parsed(text))


def _parsed(text: str) -> Iterator[tuple[Key, str, list[str]]]:
    for line in text.replace("\\\n", " ").splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        parts = _LINE.fullmatch(line)
        requirement = _REQUIREMENT.fullmatch(parts["head"]) if parts else None
        if parts is None or requirement is None:
            raise ValueError(line.partition("--hash")[0].strip())
        name = re.sub(r"[-_.]+", "-", requirement["name"]).lower()
        yield (name, requirement["marker"] or ""), parts["head"], parts["hashes"].split()


def _entry(head: str, hashes: Iterable[str]) -> str:
    return " \\\n    ".join([head, *sorted(hashes)]) + "\n"
