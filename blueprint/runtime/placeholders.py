"""The `{name}` and `{name.part}` placeholders of run.json."""

from __future__ import annotations

import re
from collections.abc import Mapping

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_-]*(?:\.[a-z]+)?)\}")


def placeholders(text: str) -> tuple[str, ...]:
    """The names used in the text, in order."""
    return tuple(_PLACEHOLDER.findall(text))


def fill(text: str, values: Mapping[str, str]) -> str:
    """Replace placeholders by their values. Raises KeyError for an unknown name."""
    return _PLACEHOLDER.sub(lambda match: values[match.group(1)], text)
