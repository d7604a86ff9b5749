"""Sanitize external text for a terminal."""

from __future__ import annotations

import re

_SEQUENCE = r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)|.?)"
_TURNS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidirectional controls
_CONTROL = re.compile(rf"{_SEQUENCE}|[\x00-\x08\x0a-\x1f\x7f-\x9f{_TURNS}]")  # except the tab
_BUT_LINES = re.compile(rf"{_SEQUENCE}|[\x00-\x08\x0b-\x1f\x7f-\x9f{_TURNS}]")
_BUT_STYLES = re.compile(rf"(\x1b\[[0-9;]*m)|{_BUT_LINES.pattern}")
_UNSAFE_IN_JSON = re.compile(rf"[\x7f-\x9f{_TURNS}]")


def one_line(text: str) -> str:
    """The text without control characters, escape sequences and line breaks."""
    return _CONTROL.sub("", text)


def lines(text: str) -> str:
    """The same, keeping line breaks."""
    return _BUT_LINES.sub("", text)


def styled_lines(text: str) -> str:
    """The same, keeping colour and weight sequences."""
    return _BUT_STYLES.sub(lambda match: match[1] or "", text)


def json_line(text: str) -> str:
    """JSON with bidirectional overrides escaped as well."""
    return _UNSAFE_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
