"""Values that no command shows: passwords, secrets, tokens and hashes.

A value is hidden by the name of its column or key, and wherever it holds a secret of the project itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

HIDDEN = "(hidden)"

_WORDS = frozenset(
    [
        "password",
        "passwords",
        "passwd",
        "passphrase",
        "secret",
        "secrets",
        "token",
        "tokens",
        "hash",
        "hashes",
        "salt",
        "credential",
        "credentials",
        "otp",
        "apikey",
    ]
)
_PAIRS = (("api", "key"), ("private", "key"), ("access", "key"), ("signing", "key"))
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_SHORTEST = 8
"""Characters of a secret that is looked for inside of other values: a shorter one may be an ordinary word."""


def is_sensitive(name: str) -> bool:
    """Whether the name of a column, key or variable stands for a secret: `password_hash`, `apiKey`."""
    words = [word.lower() for word in _WORD.findall(name)]
    return bool(_WORDS & {*words}) or any(pair in _PAIRS for pair in zip(words, words[1:], strict=False))


class Redaction:
    """Hides what is secret by its name, by the `names` of the project, or as a secret among its variables."""

    def __init__(self, names: frozenset[str], variables: Mapping[str, str]) -> None:
        self._names = frozenset(name.lower() for name in names)
        values = {value for name, value in variables.items() if self._is_hidden(name)}
        long = sorted((value for value in values if len(value) >= _SHORTEST), key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, long))) if long else None

    def row(self, row: Mapping[str, object]) -> dict[str, object]:
        """The row without what is secret; texts that are JSON are looked into."""
        return {name: self._value(name, value) for name, value in row.items()}

    def _is_hidden(self, name: str) -> bool:
        return is_sensitive(name) or name.lower() in self._names

    def _value(self, name: str, value: object) -> object:
        if value is not None and self._is_hidden(name):
            return HIDDEN
        if isinstance(value, dict):
            return self.row(value)
        if isinstance(value, list):
            return [self._value("", item) for item in value]
        return self._text(value) if isinstance(value, str) else value

    def _text(self, text: str) -> str:
        if text[:1] in ("{", "["):
            try:
                parsed = json.loads(text)
            except ValueError:
                parsed = None
            if parsed is not None:
                safe = self._value("", parsed)
                return text if safe == parsed else json.dumps(safe, ensure_ascii=False)
        return self._secrets.sub(HIDDEN, text) if self._secrets else text
