"""Lock files for pip and uv: packages with versions and hashes, sorted by name, without URLs."""

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
    """One entry. `name` is normalised; `head` is the text before the hashes."""

    name: str
    version: str
    marker: str
    head: str
    hashes: frozenset[str]

    @property
    def key(self) -> tuple[str, str]:
        """The identity of the entry in a lock."""
        return self.name, self.marker


# Both locks of a project contain the runtime dependencies.
@lru_cache(maxsize=8)
def read_lock(text: str) -> tuple[Locked, ...]:
    """The entries of a lock file. Raises ValueError with the text of an invalid line."""
    return tuple(_entries(text))


def write_lock(entries: Iterable[Locked]) -> str:
    """The text of a lock file. Entries with the same head are merged."""
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
        match = _REQUIREMENT.fullmatch(parts["head"]) if parts else None
        if parts is None or match is None:
            raise ValueError(line.partition("--hash")[0].strip())
        name = re.sub(r"[-_.]+", "-", match["name"]).lower()
        hashes = frozenset(parts["hashes"].split())
        yield Locked(name, match["version"], match["marker"] or "", parts["head"], hashes)
