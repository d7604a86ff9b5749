"""Until somebody writes it, one version becomes another by the names of its fields."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from blueprint.plan.conversions import conversion
from blueprint.spec.model import Field, FieldType
from blueprint.spec.names import Name
from blueprint.spec.versions import EventVersion

_KINDS = st.sampled_from(["str", "ref", "int", "bool", "time"])


@st.composite
def versions(draw: st.DrawFn) -> EventVersion:
    names = draw(st.lists(st.sampled_from("abcd"), unique=True))
    fields = (Field(Name(name), _type(draw(_KINDS)), draw(st.booleans())) for name in names)
    return EventVersion(Name("thing.made"), tuple(fields))


def _type(kind: str) -> FieldType:
    return FieldType("ref", Name("things")) if kind == "ref" else FieldType(kind)


def version(**fields: str) -> EventVersion:
    written = ((name, text.removesuffix("?"), text.endswith("?")) for name, text in fields.items())
    return EventVersion(
        Name("thing.made"),
        tuple(Field(Name(name), _type(kind), optional) for name, kind, optional in written),
    )


def filled(known: EventVersion, wanted: EventVersion) -> dict[str, tuple[bool, bool]]:
    return {one.field.name: (one.taken, one.made_up) for one in conversion(known, wanted)}


def test_a_field_is_taken_from_the_one_of_the_same_name() -> None:
    assert filled(version(a="str", b="ref"), version(a="str", b="str")) == {
        "a": (True, False),
        "b": (True, False),
    }


def test_what_may_be_missing_has_something_to_stand_in() -> None:
    assert filled(version(a="int?"), version(a="int")) == {"a": (True, True)}


def test_what_is_not_known_is_made_up_or_stays_empty() -> None:
    assert filled(version(a="int"), version(a="str", b="int", c="int?")) == {
        "a": (False, True),
        "b": (False, True),
    }


@given(versions())
def test_what_does_not_change_is_taken_as_it_is(one: EventVersion) -> None:
    assert set(filled(one, one).values()) <= {(True, False)}


@given(versions(), versions())
def test_all_that_has_to_be_there_is_filled_in(known: EventVersion, wanted: EventVersion) -> None:
    assert {field.name for field in wanted.fields if not field.optional} <= filled(known, wanted).keys()
