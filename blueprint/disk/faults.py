"""What is in the way on a disk."""

from __future__ import annotations

from blueprint.errors import ConflictError, Problem


class LinkInTheWay(ConflictError):
    """A link where a file or a folder of its own has to be."""

    def __init__(self, path: str) -> None:
        message = "this is a link, and blueprint writes and removes nothing through one"
        hint = "put the file or folder itself here, or remove the link"
        super().__init__(Problem("link-in-the-way", message, hint, path))
