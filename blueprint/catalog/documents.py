"""The YAML documents of packs: each is parsed once, and kept for the next run in the user's cache.

To load a YAML parser takes as long as to render a tenth of a project.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path

import msgspec

from blueprint.cache import Cache, cache_folder
from blueprint.spec.nodes import Document, Node


class Documents:
    """Reads documents; `save` keeps what was parsed."""

    def __init__(self) -> None:
        self._cache = Cache(cache_folder(), "documents", msgspec.__version__)
        self._decoder: msgspec.json.Decoder[Node] = msgspec.json.Decoder(Node)

    def read(self, path: Path) -> Document:
        """The document in this file. Raises SpecError where it cannot be read to its end, and OSError."""
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
        """Write what is new, if that is possible."""
        self._cache.save()
