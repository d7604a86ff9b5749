"""Lock files for pip and uv: packages with their versions and hashes, sorted by name, without an address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from msgspec import Struct

_REQUIREMENT = re.compile(
    r"(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*\])?==(?P<version>[^\s;]+)(?:\s*;\s*(?P<marker>.*))?"
)
_LINE = re.compile(r"(?P<head>\S.*?)\s+(?P<hashes>(?:--hash=sha256:[0-9a-f]{64}\s*)+)")


class Locked(Struct, frozen=True):
    """One entry. `name` is normalised; `head` is what stands before the hashes."""

    name: str
    version: str
    marker: str
    head: str
    hashes: frozenset[str]

    @property
    def key(self) -> tuple[str, str]:
        """What can be there once."""
        return self.name, self.marker


# What runs a project is a part of both of its locks.
@lru_cache(maxsize=8)
def read_lock(text: str) -> tuple[Locked, ...]:
    """The entries of a lock file. Raises ValueError with the text of a line that is none."""
    return tuple(_entries(text))


def write_lock(entries: Iterable[Locked]) -> str:
    """The text of a lock file. Hashes of entries with one head are put together."""
    hashes: dict[tuple[tuple[str, str], str], set[str]] = {}
    for entry in entries:
        hashes.setdefault((entry.key, entry.head), set()).update(entry.hashes)
    return "".join(
        " \\\n    ".join([head, *sorted(hashes[key, head])]) + "\n" for key, head in sorted(hashes)
    )


def _entries(text: str) -> Iterator[Locked]:
    for line in re.sub(r"\\\r?\n", " ", text).splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        parts = _LINE.fullmatch(line)
        found = _REQUIREMENT.fullmatch(parts["head"]) if parts else None
        if parts is None or found is None:
            raise ValueError(line.partition("--hash")[0].strip())
        name = re.sub(r"[-_.]+", "-", found["name"]).lower()
        hashes = frozenset(parts["hashes"].split())
        yield Locked(name, found["version"], found["marker"] or "", parts["head"], hashes)
