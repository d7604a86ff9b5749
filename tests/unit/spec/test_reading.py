"""What is stored can be read as another type where each value of the one is one of the other."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from blueprint.spec.fields import field_of
from blueprint.spec.model import Field, TypeDef
from blueprint.spec.names import Name
from blueprint.spec.reading import Types, reads_field

Entries = Mapping[str, Mapping[str, str]]


def field(name: str, text: str) -> Field:
    found = field_of(Name(name), text)
    assert isinstance(found, Field)
    return found


def types(entries: Entries) -> Types:
    return {
        type_: TypeDef(Name(type_), tuple(field(name, text) for name, text in fields.items()))
        for type_, fields in entries.items()
    }


def is_read(old: str, new: str, before: Entries, after: Entries) -> bool:
    return reads_field(field("it", old), field("it", new), types(before), types(after))


@pytest.mark.parametrize(
    ("old", "new", "fits"),
    [
        *((kind, kind, True) for kind in ("str", "int", "bool", "money", "time", "ref(users)", "list[int]")),
        ("ref(users)", "str", True),
        ("str", "ref(users)", True),
        ("time", "str", True),
        ("str", "time", False),
        ("ref(users)", "ref(orders)", False),
        ("int", "money", False),
        ("int", "str", False),
        ("str", "int", False),
        ("bool", "int", False),
        ("list[str]", "str", False),
        ("str", "list[str]", False),
        ("list[str]", "list[int]", False),
        ("list[time]", "list[str]", True),
        ("int", "int?", True),
        ("int?", "int", False),
        ("int?", "int?", True),
        ("int >= 2", "int", True),
        ("int >= 2", "int >= 1", True),
        ("int >= 2", "int > 1", True),
        ("int > 1", "int >= 2", True),
        ("int >= 2", "int >= 3", False),
        ("int >= 2", "int <= 9", False),
        ("int < 9", "int <= 8", True),
        ("int <= 8", "int < 9", True),
        ("int <= 8", "int < 8", False),
        ("int == 4", "int >= 4", True),
        ("int == 4", "int <= 4", True),
        ("int >= 4", "int == 4", False),
        ("int", "int >= -9007199254740991", False),
    ],
)
def test_a_value_stays_one_of_its_field(old: str, new: str, fits: bool) -> None:
    assert is_read(old, new, {}, {}) == fits


LINE = {"line": {"product": "ref(products)", "quantity": "int >= 1", "note": "str?"}}


@pytest.mark.parametrize("of", ["line", "list[line]", "line?"])
@pytest.mark.parametrize(
    ("line", "fits"),
    [
        ({"product": "ref(products)", "quantity": "int >= 1", "note": "str?"}, True),
        ({"note": "str?", "quantity": "int", "product": "str"}, True),
        ({"product": "ref(products)"}, True),
        ({"product": "ref(products)", "more": "int?"}, True),
        ({"product": "ref(products)", "more": "int"}, False),
        ({"quantity": "int >= 2"}, False),
        ({"quantity": "str"}, False),
        ({"note": "str"}, False),
    ],
)
def test_an_entry_is_read_where_each_of_its_fields_is(of: str, line: dict[str, str], fits: bool) -> None:
    assert is_read(of, of, LINE, {"line": line}) == fits
    nested = {"box": {"lines": "list[line]"}}
    assert is_read("box", "box", LINE | nested, {"line": line} | nested) == fits


@pytest.mark.parametrize(("before", "after"), [({}, {}), (LINE, {}), ({}, LINE)])
def test_an_entry_that_is_not_known_any_more_is_what_its_name_means(before: Entries, after: Entries) -> None:
    assert is_read("line", "line", before, after)
    assert not is_read("line", "row", before, after)


def test_an_entry_of_another_name_is_read_by_what_it_holds() -> None:
    assert is_read("line", "row", LINE, {"row": LINE["line"]})
    assert not is_read("line", "str", LINE, LINE)
