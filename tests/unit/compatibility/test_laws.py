"""What holds for all events, whatever they hold."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from jsonschema_rs import validator_for

from blueprint.compatibility.differences import differences
from blueprint.compatibility.wire import wire_of
from blueprint.documents.schemas import object_schema
from blueprint.spec.model import Bound, Field, FieldType, Spec
from blueprint.spec.names import Name

EMPTY = Spec(1, Name("shop"), Name("monolith"), Name("fastapi"))
Fields = tuple[Field, ...]

_SCALARS = st.sampled_from(["str", "int", "money", "bool"]).map(lambda kind: FieldType(kind))
_TYPES = _SCALARS | _SCALARS.map(lambda of: FieldType("list", of))
_BOUNDS = st.builds(Bound, st.sampled_from([">=", ">", "<=", "<"]), st.integers(-2, 2))


@st.composite
def fields(draw: st.DrawFn, names: str = "abc") -> Fields:
    """Some of the names, each with a type."""
    chosen = draw(st.lists(st.sampled_from(names), unique=True))
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


@given(st.data())
def test_where_a_change_fits_both_sides_understand_each_other(data: st.DataObject) -> None:
    old = data.draw(fields())
    kept = tuple(data.draw(st.just(each) | field(each.name)) for each in old)
    new = (*kept, *data.draw(fields("xy")))
    if clashes(old, new):
        return

    assert takes(new, data.draw(values(old)))
    assert takes(old, data.draw(values(new)))


@given(fields(), fields(), fields())
def test_two_changes_that_fit_fit_together(one: Fields, two: Fields, three: Fields) -> None:
    if not clashes(one, two) and not clashes(two, three):
        assert clashes(one, three) == []
