"""Docs, docstrings and messages use plain English: none of these phrases comes back.

Extend `PHRASES` when a review finds another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import ROOT

PLACES = ("README.md", "docs", "blueprint", "templates", "examples")
NOT_PROSE = ("blueprint/knowledge/",)
"""Data with quotations."""
SUFFIXES = (".py", ".md", ".yaml", ".j2")
PHRASES = re.compile(
    r"""\b(?:
        somebody | someone\ else | nobody\ (?:has|knows|needs|reads|asked|minds) | whoever
        | (?:is|are)\ told | told\ apart | by\ and\ by | to\ (?:its|their)\ word
        | what\ (?:is|was|were)\ (?:given|there) | that\ is\ (?:away|there\ already) | for\ ever | lest
        | ends?\ it\ well | come\ to\ rest | becomes?\ of\ (?:it|them|what)
        | all\ that\ is\ wrong | something\ of\ (?:the\ user's|yours)
        | put\ on\ the\ shelf | hangs?\ up\ on | what\ (?:he|they)\ ha(?:s|ve)\ put | does\ not\ listen
        | signs?\ of\ life
        | on\ our\ side | one\ of\ ours | of\ whoever | made\ anew | is\ to\ be\ told | in\ whatever\ case
    )\b""",
    re.VERBOSE | re.IGNORECASE,
)


def files_of(place: str) -> Iterator[Path]:
    """The texts of a folder, or the file itself, except data."""
    path = ROOT / place
    for file in [path] if path.is_file() else sorted(path.rglob("*")):
        if file.suffix in SUFFIXES and not file.relative_to(ROOT).as_posix().startswith(NOT_PROSE):
            yield file


@pytest.mark.parametrize("place", PLACES)
def test_a_text_has_no_phrase_of_the_list(place: str) -> None:
    files = list(files_of(place))
    found = [
        f"{file.relative_to(ROOT)}:{number}: {phrase[0]}"
        for file in files
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if (phrase := PHRASES.search(line))
    ]

    assert files
    assert found == []


@pytest.mark.parametrize("line", ["Somebody changed the file.", "what was given", "The user is told."])
def test_a_phrase_of_the_list_is_found(line: str) -> None:
    assert PHRASES.search(line)
