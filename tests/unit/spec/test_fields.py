"""A field is described in one short text, the same in the file and on the command line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprint.errors import Problem
from blueprint.spec.fields import field_of
from blueprint.spec.model import Bound, Field, FieldType, Length
from blueprint.spec.names import Name

from .examples import blank_with, only_problem_of

PRICE = Name("price")
LINE = FieldType("type", Name("line"))


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("str", Field(PRICE, FieldType("str"))),
        ("int", Field(PRICE, FieldType("int"))),
        ("bool", Field(PRICE, FieldType("bool"))),
        ("time?", Field(PRICE, FieldType("time"), optional=True)),
        ("str unique", Field(PRICE, FieldType("str"), unique=True)),
        ("str? unique", Field(PRICE, FieldType("str"), optional=True, unique=True)),
        ("money >= 0", Field(PRICE, FieldType("money"), bound=Bound(">=", 0))),
        ("money>=0", Field(PRICE, FieldType("money"), bound=Bound(">=", 0))),
        ("  int  <  -5 ", Field(PRICE, FieldType("int"), bound=Bound("<", -5))),
        ("int >= -9007199254740991", Field(PRICE, FieldType("int"), bound=Bound(">=", -9007199254740991))),
        ("int <= 9007199254740991", Field(PRICE, FieldType("int"), bound=Bound("<=", 9007199254740991))),
        ("int? unique == 7", Field(PRICE, FieldType("int"), True, True, Bound("==", 7))),
        ("str 1..200", Field(PRICE, FieldType("str"), length=Length(1, 200))),
        ("str? unique private 4..4", Field(PRICE, FieldType("str"), True, True, None, True, Length(4, 4))),
        ("list[line]  0..50", Field(PRICE, FieldType("list", LINE), length=Length(0, 50))),
        ("money private >= 0", Field(PRICE, FieldType("money"), bound=Bound(">=", 0), private=True)),
        ("line", Field(PRICE, LINE)),
        ("list[line]", Field(PRICE, FieldType("list", LINE))),
        ("list[str]?", Field(PRICE, FieldType("list", FieldType("str")), optional=True)),
        ("list[ref(users)]", Field(PRICE, FieldType("list", FieldType("ref", Name("users"))))),
        ("ref(order-items)", Field(PRICE, FieldType("ref", Name("order-items")))),
    ],
)
def test_a_text_describes_a_field(text, field):
    assert field_of(PRICE, text) == field


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("string text email uuid String", "str"),
        ("integer number float INTEGER", "int"),
        ("boolean Boolean", "bool"),
        ("decimal", "money"),
        ("date datetime timestamp DateTime", "time"),
    ],
)
def test_what_other_languages_call_a_type_is_understood_and_refused(words, meant):
    text = "  orders: {resource: {note: %s}}\n"
    for word in words.split():
        for written, hint in ((word, meant), (f'"list[{word}]"', meant)):
            problem = only_problem_of(blank_with(text % written))
            assert (problem.code, problem.hint) == ("unknown-type", f'write "{hint}"')


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?",
        "str ?",
        "str??",
        "unique",
        "unique str",
        "money => 0",
        "money >= 0.5",
        "money >= 1e3",
        "money >= \u0661",
        "money >= x",
        "money >=",
        ">= 0",
        "int >= 0 <= 9",
        "str 1..",
        "str ..9",
        "str 9..1",
        "str 0..0",
        "str 1...9",
        "str 1..9 >= 0",
        "str 1..1000001",
        "str unique 1..601",
        "str private unique",
        "str; drop table",
        "list",
        "list[]",
        "list[list[str]]",
        "ref",
        "ref()",
        "ref(a.b)",
        "ref(metrics)",
        "str(10)",
        "Line",
        "{{7*7}}",
        "String",
        "int >= 9007199254740992",
        "int >= -9007199254740992",
        "int >= " + "9" * 5000,
    ],
)
def test_another_text_is_refused_with_a_hint(text):
    problem = field_of(PRICE, text)
    assert isinstance(problem, Problem)
    assert problem.hint


@pytest.mark.parametrize(("text", "meant"), [("String", "str"), ("DateTime", "time"), ("Integer", "int")])
def test_the_words_of_other_languages_are_translated(text, meant):
    assert field_of(PRICE, text).hint == f'write "{meant}"'


@given(st.text(max_size=50))
def test_any_text_is_a_field_or_a_problem(text):
    assert isinstance(field_of(PRICE, text), Field | Problem)


def _types() -> st.SearchStrategy[FieldType]:
    scalars = st.sampled_from(["str", "int", "money", "bool", "time"]).map(FieldType)
    refs = st.sampled_from(["users", "order-items"]).map(lambda name: FieldType("ref", Name(name)))
    one = scalars | refs | st.just(LINE)
    return one | one.map(lambda element: FieldType("list", element))


_bounds = st.builds(
    Bound, st.sampled_from([">=", ">", "<=", "<", "=="]), st.integers(-(2**53) + 1, 2**53 - 1)
)


_lengths = st.builds(Length, st.integers(0, 300), st.integers(301, 600))


def _fields() -> st.SearchStrategy[Field]:
    words = (st.booleans(), st.booleans())
    with_bound = st.builds(Field, st.just(PRICE), _types(), *words, st.none() | _bounds, st.booleans())
    with_length = st.builds(Field, st.just(PRICE), _types(), *words, st.none(), st.booleans(), _lengths)
    return with_bound | with_length


@given(_fields())
def test_a_field_reads_back_from_how_it_is_written(field):
    assert field_of(PRICE, str(field)) == field


@pytest.mark.parametrize(
    ("known", "wanted", "fits"),
    [
        ("str", "str", True),
        ("str", "str?", True),
        ("str?", "str", False),
        ("str?", "str?", True),
        ("money >= 0", "money", True),
        ("money", "int", False),
        ("ref(users)", "str", True),
        ("str", "ref(users)", True),
        ("ref(users)", "ref(users)", True),
        ("ref(users)", "ref(orders)", False),
        ("list[str]", "list[ref(users)]", True),
        ("list[line]", "list[line]", True),
        ("list[line]", "list[str]", False),
        ("list[line]", "line", False),
    ],
)
def test_what_can_be_given_where_something_is_asked_for(known, wanted, fits):
    assert field_of(PRICE, known).fits(field_of(PRICE, wanted)) is fits
