"""Typed access to a JSON object, collecting all problems."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from blueprint.errors import Problem


class Fields:
    """One JSON object of a file.

    Every access says what it needs. What does not fit is added to `problems`, and a neutral value of
    the right type comes back, so that reading goes on and finds the next problem.
    """

    def __init__(self, value: object, where: str, problems: list[Problem], file: str) -> None:
        self._where = where
        self._problems = problems
        self._file = file
        self._values: Mapping[str, object] = value if isinstance(value, dict) else {}
        if not isinstance(value, dict):
            self._add("wrong-type", f"{where or 'the file'} must be an object")

    def report(self, key: str, message: str, hint: str | None = None) -> None:
        """Add a problem with the value of this key."""
        self._add("not-valid", f"{self._name(key)} {message}", hint)

    def text(self, key: str, *, optional: bool = False) -> str:
        """A non-empty text; None if it is optional and missing."""
        value = self._values.get(key)
        if value is None and optional:
            return ""
        if isinstance(value, str) and value:
            return value
        self.report(key, "must be a text")
        return ""

    def number(self, key: str, *, optional: bool = False) -> int | None:
        """A whole number; None if it is optional and missing."""
        value = self._values.get(key)
        if value is None and optional:
            return None
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        self.report(key, "must be a number")
        return None

    def relative_path(self, key: str) -> str:
        """A path inside the project."""
        value = self.text(key)
        path = PurePosixPath(value)
        if path.is_absolute() or ".." in path.parts:
            self.report(key, "must be a path inside the project")
        return value

    def texts(self, key: str, *, optional: bool = False) -> tuple[str, ...]:
        """A non-empty list of texts; empty only if it is optional and missing."""
        value = self._values.get(key)
        if value is None and optional:
            return ()
        if isinstance(value, list) and value and _is_texts(value):
            return tuple(value)
        self.report(key, "must be a list of texts")
        return ()

    def texts_by_name(self, key: str) -> Mapping[str, str]:
        """An object of texts; empty if it is missing."""
        value = self._values.get(key, {})
        if isinstance(value, dict) and all(isinstance(item, str) for item in value.values()):
            return value
        self.report(key, "must be an object of texts")
        return {}

    def lists_by_name(self, key: str) -> Mapping[str, tuple[str, ...]]:
        """An object of lists of texts; empty if it is missing."""
        value = self._values.get(key, {})
        if isinstance(value, dict) and all(_is_texts(item) for item in value.values()):
            return {name: tuple(item) for name, item in value.items()}
        self.report(key, "must be an object of lists of texts")
        return {}

    def section(self, key: str, *, optional: bool = False) -> Fields | None:
        """An object; None if it is optional and missing."""
        value = self._values.get(key)
        if value is None and optional:
            return None
        return Fields(value, self._name(key), self._problems, self._file)

    def sections(self, key: str) -> tuple[Fields, ...]:
        """A non-empty list of objects."""
        value = self._values.get(key)
        if not isinstance(value, list) or not value:
            self.report(key, "must be a list of objects")
            return ()
        return tuple(
            Fields(item, f"{self._name(key)}[{index}]", self._problems, self._file)
            for index, item in enumerate(value)
        )

    def _name(self, key: str) -> str:
        return f"{self._where}.{key}" if self._where else key

    def _add(self, code: str, message: str, hint: str | None = None) -> None:
        self._problems.append(Problem(code, message, hint, self._file))


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
