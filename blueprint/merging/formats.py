"""Choose how to merge a file: by structure, or as prose for human readers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from fnmatch import fnmatchcase
from typing import Protocol

from msgspec import Struct

from blueprint.merging.data import Data, merge_data, same_data
from blueprint.merging.spans import Block, MergeConflict, merge_blocks

Sides = tuple[str, str, str]
"""Base, yours and new."""


class Format(Protocol):
    """A kind of file."""

    def merge(self, sides: Sides) -> str:
        """Both changes. Raises MergeConflict."""

    def is_sound(self, merged: str, sides: Sides) -> bool:
        """Whether a text merged by lines is valid.

        Returns True if yours cannot be parsed.
        """


def format_of(path: str) -> Format | None:
    """The format for a file of this name; None if it can only be merged by lines."""
    loader = next((load for pattern, load in _FORMATS.items() if _fits(path, pattern)), None)
    return loader() if loader else None


def is_prose(path: str) -> bool:
    """Whether the file may contain conflict markers, because no program reads it."""
    return format_of(path) is None and any(_fits(path, pattern) for pattern in _PROSE)


def _fits(path: str, pattern: str) -> bool:
    return fnmatchcase(path.rpartition("/")[2].lower(), pattern)


def _python() -> Format:
    from blueprint.merging.python_text import Python

    return Python()


def _json() -> Format:
    from blueprint.merging.json_text import json_block, load_json

    return _Data("JSON", json_block, load_json)


def _toml() -> Format:
    from blueprint.merging.toml_text import load_toml, toml_block

    return _Data("TOML", toml_block, load_toml)


def _yaml() -> Format:
    from blueprint.merging.yaml_text import load_yaml, yaml_block

    return _Data("YAML", yaml_block, load_yaml)


def _lock() -> Format:
    from blueprint.merging.lock_text import lock_block

    return _Lock("a lock", lock_block)


def _settings() -> Format:
    from blueprint.merging.line_text import settings_block

    return _Lines("settings", settings_block)


def _patterns() -> Format:
    from blueprint.merging.line_text import patterns_block

    return _Lines("patterns", patterns_block)


def _ini() -> Format:
    from blueprint.merging.line_text import ini_block

    return _Lines("INI", ini_block)


_FORMATS: Mapping[str, Callable[[], Format]] = {
    "*.py": _python,
    "*.pyi": _python,
    "*.json": _json,
    "*.toml": _toml,
    "*.yaml": _yaml,
    "*.yml": _yaml,
    "requirements*.lock": _lock,
    "requirements*.txt": _lock,
    ".env*": _settings,
    "*.env": _settings,
    ".gitignore": _patterns,
    ".dockerignore": _patterns,
    ".importlinter": _ini,
    "*.ini": _ini,
    "setup.cfg": _ini,
}
_PROSE = ("*.md", "*.markdown", "*.rst", "*.adoc", "*.txt", "readme", "license", "changelog")

Cut = Callable[[str], Block | None]


class _Lines(Struct, frozen=True):
    """A file that is cut into lines without further validation."""

    name: str
    cut: Cut

    def merge(self, sides: Sides) -> str:
        base, yours, new = map(self._block, sides)
        try:
            merged = merge_blocks(base, yours, new)
        except (ValueError, RecursionError):
            raise MergeConflict(f"it cannot be parsed as {self.name}") from None
        self._block(merged)
        return merged

    def is_sound(self, merged: str, sides: Sides) -> bool:
        return not self._can_be_cut(sides[1]) or self._can_be_cut(merged)

    def _block(self, text: str) -> Block:
        with suppress(ValueError, RecursionError):
            block = self.cut(text)
            if block is not None:
                return block
        raise MergeConflict(f"it cannot be parsed as {self.name}")

    def _can_be_cut(self, text: str) -> bool:
        with suppress(MergeConflict):
            return bool(self._block(text))
        return False


class _Lock(_Lines, frozen=True):
    """A lock: where both sides changed a package, your entries stay, for `blueprint lock` to resolve."""

    def merge(self, sides: Sides) -> str:
        from blueprint.merging.lock_text import keeping

        base, yours, new = map(self._block, sides)
        merged = merge_blocks(base, yours, keeping(base, yours, new))
        self._block(merged)
        return merged

    def is_sound(self, merged: str, sides: Sides) -> bool:
        """Whether it equals a merge by package: lines of two versions may be mixed."""
        try:
            by_package = self._block(self.merge(sides))
        except MergeConflict:
            return super().is_sound(merged, sides)
        return self._can_be_cut(merged) and self._entries(self._block(merged)) == self._entries(by_package)

    def _entries(self, block: Block) -> list[tuple[object, object]]:
        return [(item.key, item.normalized) for item in block.items]


class _Data(_Lines, frozen=True):
    """A data file: the merged text has to load to the merge of the data."""

    load: Callable[[str], Data]

    def merge(self, sides: Sides) -> str:
        merged = super().merge(sides)
        base, yours, new = map(self._read, sides)
        if not same_data(self._read(merged), merge_data(base, yours, new)):
            raise MergeConflict("it cannot be merged without loss")
        return merged

    def is_sound(self, merged: str, sides: Sides) -> bool:
        base, yours, new = map(self._try_to_read, sides)
        if yours is None:
            return True
        data = self._try_to_read(merged)
        if data is None or base is None or new is None:
            return data is not None
        try:
            return same_data(data, merge_data(base, yours, new))
        except MergeConflict:
            return True  # both sides changed a value, on lines that do not touch

    def _read(self, text: str) -> Data:
        data = self._try_to_read(text)
        if data is None:
            raise MergeConflict(f"it cannot be parsed as {self.name}")
        return data

    def _try_to_read(self, text: str) -> Data | None:
        with suppress(ValueError, RecursionError):
            return self.load(text)
        return None
