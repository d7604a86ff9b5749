"""A field is described in one short text, the same in the file and on the command line."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprint.errors import Problem
from blueprint.spec.fields import SCALARS, field_of
from blueprint.spec.model import Bound, Field, FieldType, Length
from blueprint.spec.names import Name

from .examples import blank_with, codes_of, only_problem_of

PRICE = Name("price")
LINE = FieldType("type", Name("line"))
RATE = FieldType("decimal", precision=9, scale=4)


def _range(least: str, most: str) -> Bound:
    return Bound("..", Decimal(least), Decimal(most))


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("str", Field(PRICE, FieldType("str"))),
        ("int", Field(PRICE, FieldType("int"))),
        ("bool", Field(PRICE, FieldType("bool"))),
        ("time?", Field(PRICE, FieldType("time"), optional=True)),
        ("str unique", Field(PRICE, FieldType("str"), unique=True)),
        ("str? unique", Field(PRICE, FieldType("str"), optional=True, unique=True)),
        ("money >= 0", Field(PRICE, FieldType("money"), bound=Bound(">=", Decimal(0)))),
        ("money>=0", Field(PRICE, FieldType("money"), bound=Bound(">=", Decimal(0)))),
        ("  int  <  -5 ", Field(PRICE, FieldType("int"), bound=Bound("<", Decimal(-5)))),
        (
            "int >= -9007199254740991",
            Field(PRICE, FieldType("int"), bound=Bound(">=", Decimal(-9007199254740991))),
        ),
        (
            "int <= 9007199254740991",
            Field(PRICE, FieldType("int"), bound=Bound("<=", Decimal(9007199254740991))),
        ),
        ("int? unique == 7", Field(PRICE, FieldType("int"), True, True, Bound("==", Decimal(7)))),
        ("str 1..200", Field(PRICE, FieldType("str"), length=Length(1, 200))),
        ("str? unique private 4..4", Field(PRICE, FieldType("str"), True, True, None, True, Length(4, 4))),
        ("list[line]  0..50", Field(PRICE, FieldType("list", LINE), length=Length(0, 50))),
        ("money private >= 0", Field(PRICE, FieldType("money"), bound=Bound(">=", Decimal(0)), private=True)),
        ("int 10..21", Field(PRICE, FieldType("int"), bound=Bound("..", Decimal(10), Decimal(21)))),
        ("float? -0.5..0.25", Field(PRICE, FieldType("float"), True, bound=_range("-0.5", "0.25"))),
        ("decimal(9,4) > 0.5", Field(PRICE, RATE, bound=Bound(">", Decimal("0.5")))),
        ("decimal( 9, 4 )? unique", Field(PRICE, RATE, optional=True, unique=True)),
        ("list[decimal(9, 4)]  0..50", Field(PRICE, FieldType("list", RATE), length=Length(0, 50))),
        ("money(EUR) 1..5", Field(PRICE, FieldType("money", currency="EUR"), bound=_range("1", "5"))),
        *((kind, Field(PRICE, FieldType(kind))) for kind in SCALARS),
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
        ("string text String", "str"),
        ("integer INTEGER", "int"),
        ("number double real", "float"),
        ("boolean Boolean", "bool"),
        ("decimal numeric", "decimal(9,2)"),
        ("datetime timestamp DateTime", "time"),
        ("guid", "uuid"),
        ("uri", "url"),
        ("object", "json"),
    ],
)
def test_what_other_languages_call_a_type_is_understood_and_refused(words, meant):
    text = "  orders: {resource: {note: %s}}\n"
    for word in words.split():
        for written, hint in ((word, meant), (f'"list[{word}]"', meant)):
            problem = only_problem_of(blank_with(text % written))
            assert (problem.code, problem.hint) == ("unknown-type", f'write "{hint}"')
    assert codes_of(blank_with(text % f'"{meant}"')) == []


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
        "decimal()",
        "decimal(9)",
        "decimal(0,0)",
        "decimal(19,2)",
        "decimal(2,3)",
        "decimal(9,2,1)",
        "decimal(9,-2)",
        "money()",
        "money(eur)",
        "money(EURO)",
        "list[money(E)]",
        "date(1)",
        "int 1.5..2",
        "int 3..2",
        "int 1..",
        "int 1..2..3",
        "int 1..2 >= 0",
        "float >= NaN",
        "float >= inf",
        "float >= 0.12345678901234567890",
        "decimal(3,1) <= 100",
        "decimal(3,1) <= 0.55",
        "decimal(3,1) 9..1",
        "decimal(2,2) > 0.99",
        "decimal(3,0) < -999",
        "decimal(18,0) <= 999999999999999999.00000000000000000001",
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
    scalars = st.sampled_from(SCALARS).map(FieldType) | st.just(FieldType("money", currency="EUR"))
    refs = st.sampled_from(["users", "order-items"]).map(lambda name: FieldType("ref", Name(name)))
    decimals = st.integers(1, 18).flatmap(
        lambda digits: st.builds(
            FieldType, st.just("decimal"), precision=st.just(digits), scale=st.integers(0, digits)
        )
    )
    one = scalars | refs | decimals | st.just(LINE)
    return one | one.map(lambda element: FieldType("list", element))


def _numbers(type_: FieldType) -> st.SearchStrategy[Decimal]:
    """Limits of the type."""
    if type_.kind == "decimal":
        most = 10**type_.precision - 1
        return st.integers(-most, most).map(lambda number: Decimal(number).scaleb(-type_.scale))
    largest = 2**53 - 1
    if type_.kind == "float":
        return st.integers(-largest, largest).map(lambda number: Decimal(repr(number / 2**20)))
    return st.integers(-largest, largest).map(Decimal)


def _bounds(type_: FieldType) -> st.SearchStrategy[Bound]:
    ranges = st.lists(_numbers(type_), min_size=2, max_size=2).map(sorted)
    operators = st.sampled_from([">=", ">", "<=", "<", "=="])
    return st.builds(Bound, operators, _numbers(type_)) | ranges.map(lambda ends: Bound("..", *ends))


_lengths = st.builds(Length, st.integers(0, 300), st.integers(301, 600))


def _fields() -> st.SearchStrategy[Field]:
    return _types().flatmap(_fields_of)


def _fields_of(type_: FieldType) -> st.SearchStrategy[Field]:
    bounds = _bounds(type_) if type_.is_number else st.none()
    lengths = _lengths if type_.kind in ("str", "list") else st.none()
    words = (st.booleans(), st.booleans(), st.none() | bounds, st.booleans(), st.none() | lengths)
    return st.builds(Field, st.just(PRICE), st.just(type_), *words)


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
        ("email", "str", True),
        ("url", "str", True),
        ("str", "email", False),
        ("uuid", "str", False),
        ("date", "time", False),
        ("money(EUR)", "money(EUR)", True),
        ("money(EUR)", "money(USD)", False),
        ("decimal(9,4)", "decimal(9,2)", False),
        ("int", "float", False),
    ],
)
def test_what_can_be_given_where_something_is_asked_for(known, wanted, fits):
    assert field_of(PRICE, known).fits(field_of(PRICE, wanted)) is fits
