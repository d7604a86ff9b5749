"""The form of a text file: its line endings and byte order mark.

Contents are compared and merged without these, as bytes, since not every file is UTF-8.
"""

from __future__ import annotations

from msgspec import Struct

_BOM = b"\xef\xbb\xbf"


class Form(Struct, frozen=True):
    """The most frequent line ending, and whether there is a byte order mark."""

    line_end: bytes
    has_bom: bool

    def applied_to(self, plain: bytes) -> bytes:
        """Convert plain content to this form."""
        content = plain.replace(b"\n", self.line_end) if self.line_end != b"\n" else plain
        return _BOM + content if self.has_bom else content


def form_of(content: bytes) -> Form:
    """The form of a file."""
    windows = content.count(b"\r\n")
    return Form(b"\r\n" if 2 * windows > content.count(b"\n") else b"\n", content.startswith(_BOM))


def plain(content: bytes) -> bytes:
    """The content with `\\n` at the end of every line, and no byte order mark."""
    return content.removeprefix(_BOM).replace(b"\r\n", b"\n")
