"""`.blueprint/packs.json`: the external packs of a project and their versions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress

from msgspec import DecodeError, Struct, ValidationError, field
from msgspec.json import decode

from blueprint.catalog.model import Pack
from blueprint.catalog.sources import Source
from blueprint.tree import RelPath

PACKS_FILE = RelPath(".blueprint/packs.json")


class Provenance(Struct, frozen=True, rename={"source": "from"}):
    """The source of a pack, the version of its distribution, and the SHA-256 of the pack.

    `copied` is the SHA-256 of the pack that it was copied from, if the copy has been edited.
    """

    source: str
    digest: str
    version: str | None = None
    copied: str | None = None

    @property
    def origin(self) -> str:
        """The SHA-256 of the pack before edits in the project."""
        return self.copied or self.digest

    def __str__(self) -> str:
        return f"{self.source} {self.version}" if self.version else self.source


class _File(Struct, frozen=True):
    packs: dict[str, Provenance] = field(default_factory=dict)


def provenance_of(packs: Iterable[Pack]) -> Mapping[str, Provenance]:
    """External packs by label."""
    return {
        pack.label: _provenance(pack, pack.source)
        for pack in sorted(packs, key=lambda pack: pack.label)
        if pack.source
    }


def _provenance(pack: Pack, source: Source) -> Provenance:
    digest, copied = f"sha256:{pack.digest}", source.copied.get(pack.label)
    return Provenance(source.name, digest, source.version, None if copied == digest else copied)


def provenance_text(known: Mapping[str, Provenance]) -> str:
    """The file, with one pack per line, so that branches merge."""
    lines = [f"    {json.dumps(label)}: {json.dumps(_entry(each))}" for label, each in sorted(known.items())]
    return '{\n  "packs": {\n' + ",\n".join(lines) + "\n  }\n}\n"


def read_provenance(content: bytes) -> Mapping[str, Provenance]:
    """The content of the file; empty if it is damaged, as in a new project."""
    with suppress(DecodeError, ValidationError):
        return decode(content, type=_File).packs
    return {}


def changed_packs(before: Mapping[str, Provenance], now: Mapping[str, Provenance]) -> Iterator[str]:
    """A line for each pack that has changed or is no longer used."""
    for label, old in before.items():
        new = now.get(label)
        if new is None:
            yield f"the pack {label} of {old} is no longer used"
        elif new.digest != old.digest or new.source != old.source:
            since = "" if str(new) == str(old) else f", now {new}"
            yield f"the pack {label} of {old} has changed{since}"


def _entry(each: Provenance) -> dict[str, str]:
    known = {"from": each.source, "version": each.version, "digest": each.digest, "copied": each.copied}
    return {key: value for key, value in known.items() if value is not None}
