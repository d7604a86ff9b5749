"""Text from outside, made safe for a terminal."""

from __future__ import annotations

import re

_CONTROL = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|.?)"  # escape sequences
    r"|[\x00-\x08\x0a-\x1f\x7f-\x9f]"  # control characters but the tab
    r"|[\u202a-\u202e\u2066-\u2069]"  # what turns the direction of writing
)


def one_line(text: str) -> str:
    """The text without control characters, escape sequences and line breaks."""
    return _CONTROL.sub("", text)
