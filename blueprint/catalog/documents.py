"""Parses the YAML documents of packs, with a cache in the user's cache folder.

Loading a YAML parser takes as long as rendering a tenth of a project.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path

import msgspec

from blueprint.cache import Cache, cache_folder
from blueprint.spec.nodes import Document, Node


class Documents:
    """Reads documents; `save` writes the cache."""

    def __init__(self) -> None:
        self._cache = Cache(cache_folder(), "documents", msgspec.__version__)
        self._decoder: msgspec.json.Decoder[Node] = msgspec.json.Decoder(Node)

    def read(self, path: Path) -> Document:
        """Return the document in this file. Raises SpecError if it cannot be parsed, and OSError."""
        content = path.read_bytes()
        key = hashlib.sha256(f"{path}\0".encode() + content).hexdigest()
        if known := self._cache.get(key):
            with suppress(msgspec.DecodeError):
                return Document(self._decoder.decode(known))
        from blueprint.spec.document import read_document  # imports yaml

        document = read_document(content, str(path))
        if not document.problems:
            self._cache.put(key, msgspec.json.encode(document.root))
        return document

    def save(self) -> None:
        """Write new entries if the cache is writable."""
        self._cache.save()
