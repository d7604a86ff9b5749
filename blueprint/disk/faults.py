"""Obstacles on a disk."""

from __future__ import annotations

from blueprint.errors import ConflictError, Problem


class LinkInTheWay(ConflictError):
    """A link in the place of a file or folder."""

    def __init__(self, path: str) -> None:
        message = "this is a link, and blueprint does not write or remove files through links"
        hint = "replace it with the file or folder, or remove it"
        super().__init__(Problem("link-in-the-way", message, hint, path))
