"""The singular follows lists of exceptions and short rules."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprint.spec.names import Name
from blueprint.spec.singular import singular

from .nouns import NOUNS


def test_the_singular_of_every_noun_of_the_table():
    assert len(NOUNS) >= 300
    assert {word: singular(word) for word in NOUNS} == NOUNS


@pytest.mark.parametrize("word", ["s", "os", "ids", "as", "es", "ies", "ves", "men", "eses"])
def test_a_short_word_keeps_a_letter(word):
    assert re.fullmatch("[a-z]+", singular(word))


def test_a_singular_is_mostly_its_own():
    """Whoever calls a service `order` means one, too; a few words are plurals as well: `people`."""
    changed = {one: singular(one) for one in NOUNS.values() if singular(one) != one}
    assert changed == {}


def test_only_the_last_word_of_a_name_changes():
    assert Name("news-categories").singular == "news-category"


@given(st.from_regex(re.compile(r"[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,8}){0,3}", re.ASCII), fullmatch=True))
def test_the_singular_of_a_name_is_a_name(text):
    assert isinstance(Name(text).singular, Name)
