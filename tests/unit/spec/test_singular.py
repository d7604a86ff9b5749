"""The singular follows one short rule."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprint.spec.names import Name
from blueprint.spec.singular import singular


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("orders", "order"),
        ("users", "user"),
        ("products", "product"),
        ("payments", "payment"),
        ("categories", "category"),
        ("companies", "company"),
        ("ties", "tie"),
        ("boxes", "box"),
        ("addresses", "address"),
        ("batches", "batch"),
        ("dishes", "dish"),
        ("heroes", "hero"),
        ("videos", "video"),
        ("quizzes", "quiz"),
        ("prizes", "prize"),
        ("statuses", "status"),
        ("buses", "bus"),
        ("viruses", "virus"),
        ("bonuses", "bonus"),
        ("aliases", "alias"),
        ("houses", "house"),
        ("warehouses", "warehouse"),
        ("responses", "response"),
        ("purchases", "purchase"),
        ("databases", "database"),
        ("invoices", "invoice"),
        ("caches", "cache"),
        ("movies", "movie"),
        ("people", "person"),
        ("children", "child"),
        ("news", "news"),
        ("series", "series"),
        ("analytics", "analytics"),
        ("status", "status"),
        ("address", "address"),
        ("analysis", "analysis"),
        ("feed", "feed"),
        ("inventory", "inventory"),
        ("telemetry", "telemetry"),
        ("s", "s"),
        ("os", "os"),
        ("ids", "id"),
    ],
)
def test_the_singular_of_a_noun(plural, one):
    assert singular(plural) == one


def test_only_the_last_word_of_a_name_changes():
    assert Name("news-categories").singular == "news-category"


@given(st.from_regex(re.compile(r"[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,8}){0,3}", re.ASCII), fullmatch=True))
def test_the_singular_of_a_name_is_a_name(text):
    assert isinstance(Name(text).singular, Name)
