"""What holds for all events, whatever they hold."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema_rs import validator_for
from msgspec.structs import replace

from blueprint.compatibility.differences import differences
from blueprint.compatibility.wire import wire_of
from blueprint.documents.schemas import object_schema
from blueprint.spec.fields import field_of
from blueprint.spec.model import Bound, Field, FieldType, Spec, TypeDef
from blueprint.spec.names import Name

LAMP = TypeDef(Name("lamp"), (Field(Name("watts"), FieldType("int")),))
EMPTY = Spec(1, Name("shop"), Name("monolith"), Name("fastapi"), types=(LAMP,))
Fields = tuple[Field, ...]

_SCALARS = st.sampled_from(["str", "int", "money", "bool"]).map(lambda kind: FieldType(kind))
_TYPES = _SCALARS | _SCALARS.map(lambda of: FieldType("list", of))
_BOUNDS = st.builds(Bound, st.sampled_from([">=", ">", "<=", "<"]), st.integers(-2, 2))


@st.composite
def fields(draw: st.DrawFn, names: str = "abc", least: int = 0) -> Fields:
    """Some of the names, each with a type."""
    chosen = draw(st.lists(st.sampled_from(names), unique=True, min_size=least))
    return tuple(draw(field(name)) for name in chosen)


@st.composite
def field(draw: st.DrawFn, name: str) -> Field:
    type_ = draw(_TYPES)
    bound = draw(st.none() | _BOUNDS) if type_.kind in ("int", "money") else None
    return Field(Name(name), type_, draw(st.booleans()), bound=bound)


@st.composite
def values(draw: st.DrawFn, of: Fields) -> dict[str, Any]:
    """Data that an event with these fields can hold, with something beside that nobody knows."""
    known = {str(each.name): draw(_value(each)) for each in of if not each.optional or draw(st.booleans())}
    return {"unknown": draw(st.integers()), **known}


def _value(field: Field) -> st.SearchStrategy[Any]:
    if isinstance(field.type.of, FieldType):
        found: st.SearchStrategy[Any] = st.lists(_scalar(field.type.of, None), max_size=2)
    else:
        found = _scalar(field.type, field.bound)
    return st.none() | found if field.optional else found


def _scalar(type_: FieldType, bound: Bound | None) -> st.SearchStrategy[Any]:
    if type_.kind == "str":
        return st.text(max_size=3)
    if type_.kind == "bool":
        return st.booleans()
    if bound is None:
        return st.integers(-5, 5)
    low = bound.number + (bound.op == ">") if bound.op.startswith(">") else -5
    high = bound.number - (bound.op == "<") if bound.op.startswith("<") else 5
    return st.integers(low, high)


@st.composite
def followers(draw: st.DrawFn, of: Fields, names: str = "xyz") -> Fields:
    """Fields that are said to fit these: each the same or another one that fits, and some that may be empty.

    Nothing is thrown away here: a verdict that lets too much through is met in most examples.
    """
    changed = tuple(draw(st.just(each) | field(str(each.name))) for each in of)
    kept = [new if not clashes((old,), (new,)) else old for old, new in zip(of, changed, strict=True)]
    more = [replace(each, optional=True) for each in draw(fields(names))]
    return tuple(draw(st.permutations([*kept, *more])))


@st.composite
def followed(draw: st.DrawFn) -> tuple[Fields, Fields]:
    """Fields, and others that are said to fit them."""
    old = draw(fields(least=1))
    return old, draw(followers(old))


def clashes(old: Fields, new: Fields) -> list[str]:
    return list(differences(wire_of(EMPTY, old), wire_of(EMPTY, new)))


def takes(reader: Fields, data: dict[str, Any]) -> bool:
    return validator_for(json.loads(json.dumps(object_schema(reader)))).is_valid(data)


@given(fields())
def test_what_does_not_change_fits(one: Fields) -> None:
    assert clashes(one, one) == []


@given(fields(), field("new"))
def test_an_optional_field_more_fits(one: Fields, more: Field) -> None:
    optional = Field(more.name, more.type, True, bound=more.bound)

    assert clashes(one, (*one, optional)) == []


@given(fields(), field("new"))
def test_a_field_less_never_fits(one: Fields, more: Field) -> None:
    assert clashes((*one, more), one) != []


@given(fields())
def test_the_order_of_fields_makes_no_difference(one: Fields) -> None:
    assert clashes(one, one[::-1]) == []


@given(followed(), st.data())
def test_where_a_change_fits_both_sides_understand_each_other(
    change: tuple[Fields, Fields], data: st.DataObject
) -> None:
    old, new = change

    assert takes(new, data.draw(values(old)))
    assert takes(old, data.draw(values(new)))


@given(followed(), st.data())
def test_two_changes_that_fit_fit_together(change: tuple[Fields, Fields], data: st.DataObject) -> None:
    one, two = change
    three = data.draw(followers(two, "uvw"))

    assert clashes(one, three) == []


_NUMBER = "number"
_FORMS = {"str": "text", "int": _NUMBER, "money": _NUMBER, "bool": "truth", "time": "moment", "lamp": "lamp"}
_EVERY_TYPE = [*_FORMS, *(f"list[{kind}]" for kind in _FORMS)]


@pytest.mark.parametrize("optional", ["", "?"], ids=["required", "optional"])
@pytest.mark.parametrize("before", _EVERY_TYPE)
def test_two_types_fit_where_their_values_look_alike(before: str, optional: str) -> None:
    old = typed(f"{before}{optional}")

    fitting = [after for after in _EVERY_TYPE if clashes(old, typed(f"{after}{optional}")) == []]

    assert fitting == [after for after in _EVERY_TYPE if form_of(after) == form_of(before)]


def form_of(written: str) -> str:
    """What the values of a type are in JSON, by the table above and not by the code."""
    inner = written.removeprefix("list[").removesuffix("]")
    return f"list of {_FORMS[inner]}" if written != inner else _FORMS[inner]


def typed(written: str) -> Fields:
    found = field_of(Name("a"), written)
    assert isinstance(found, Field)
    return (found,)


_LIMITS = ["", *(f" {op} {number}" for op in (">=", ">", "<=", "<", "==") for number in (-1, 0, 1, 2))]


@pytest.mark.parametrize("kind", ["int", "money"])
@pytest.mark.parametrize("before", _LIMITS)
def test_two_limits_fit_where_they_let_in_the_same_numbers(before: str, kind: str) -> None:
    fitting = [after for after in _LIMITS if clashes(typed(kind + before), typed(kind + after)) == []]

    assert fitting == [after for after in _LIMITS if let_in(after) == let_in(before)]


def let_in(limit: str) -> list[int]:
    """The small numbers within the limit, as Python reads it."""
    return [number for number in range(-9, 9) if not limit or eval(f"{number}{limit}")]
