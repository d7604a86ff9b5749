"""What can be wrong with a file of any project, whoever reads it."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import PurePosixPath

import yaml

READERS: Mapping[str, Callable[[str], object]] = {
    ".py": lambda text: ast.parse(text, feature_version=(3, 11)),
    ".toml": tomllib.loads,
    ".json": json.loads,
    ".yaml": lambda text: yaml.CSafeLoader(text).get_single_data(),
    ".yml": lambda text: yaml.CSafeLoader(text).get_single_data(),
}
# A workflow's own ${{ }} is no Jinja, and neither are the doubled braces of an f-string.
TEMPLATE_MARKS = re.compile(r"(?<!\$)\{\{ |\{%|%\}| \}\}|\{#")
WHITE_SPACE_AT_AN_END = re.compile(r"[ \t\r]$", re.MULTILINE)
ONE_LINE_BREAK_LAST = re.compile(r"[^\n]\n\Z")


def flaws(path: str, content: bytes) -> list[str]:
    """What is wrong with this file, each with its path."""
    return [f"{path}: {flaw}" for flaw in _flaws(PurePosixPath(path).suffix, content)]


@cache
def _flaws(suffix: str, content: bytes) -> tuple[str, ...]:
    return tuple(_found(suffix, content.decode()))


def _found(suffix: str, text: str) -> Iterator[str]:
    try:
        READERS.get(suffix, str)(text)
    except (SyntaxError, ValueError, yaml.YAMLError) as error:
        yield f"cannot be read: {error}"
    if TEMPLATE_MARKS.search(text):
        yield "something of a template is left"
    if WHITE_SPACE_AT_AN_END.search(text):
        yield "a line ends in white space"
    if text and not ONE_LINE_BREAK_LAST.search(text):
        yield "does not end with one line break"
