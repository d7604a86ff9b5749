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
ASSERTION = re.compile(r"^\s*(?:assert\b|raise AssertionError)", re.MULTILINE)
"""Python drops the one under -O, and nobody can catch the other by a name of its own."""
TEST = re.compile(r"(?:^|/)tests/|^conftest\.py$")
ONE_LINE_BREAK_LAST = re.compile(r"[^\n]\n\Z")


def flaws(path: str, content: bytes) -> list[str]:
    """What is wrong with this file, each with its path."""
    return [
        f"{path}: {flaw}" for flaw in _flaws(PurePosixPath(path).suffix, content, bool(TEST.search(path)))
    ]


@cache
def _flaws(suffix: str, content: bytes, is_test: bool) -> tuple[str, ...]:
    return tuple(_found(suffix, content.decode(), is_test))


def _found(suffix: str, text: str, is_test: bool) -> Iterator[str]:
    try:
        READERS.get(suffix, str)(text)
    except (SyntaxError, ValueError, yaml.YAMLError) as error:
        yield f"cannot be read: {error}"
    if suffix == ".py" and not is_test and ASSERTION.search(text):
        yield "an assertion decides what code does"
    if TEMPLATE_MARKS.search(text):
        yield "something of a template is left"
    if WHITE_SPACE_AT_AN_END.search(text):
        yield "a line ends in white space"
    if text and not ONE_LINE_BREAK_LAST.search(text):
        yield "does not end with one line break"
