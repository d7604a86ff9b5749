"""Values with a format are kept as they came, and what does not have it is refused with a reason."""

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel, ValidationError

from acme.platform.formats import Date, Email, Json, Url, Uuid
from acme.platform.storage.rows import Rows
from acme.platform.storage.table import Record
from acme.platform.values import STORED

ID = "2f1e9c52-7c1d-4d0e-9a55-0f4d1b8c6a3e"
LABEL = "x" * 63


class Card(BaseModel):
    day: Date | None = None
    key: Uuid | None = None
    contact: Email | None = None
    site: Url | None = None
    notes: Json | None = None
    days: Date | None = None
    contacts: Email | None = None
    sites: Url | None = None


class Kept(Record):
    notes: Json
    more: Json | None = None
    lists: list[Json] = []


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("day", "2024-02-29", "2024-02-29"),
        ("day", "0001-01-01", "0001-01-01"),
        ("key", ID.upper(), ID),
        ("contact", "o'hara+list@sub.example.co", "o'hara+list@sub.example.co"),
        ("contact", f"a@{LABEL}.{LABEL}", f"a@{LABEL}.{LABEL}"),
        (
            "site",
            "HTTPS://User:pass@example.com:8443/a%20b?c=d#e",
            "HTTPS://User:pass@example.com:8443/a%20b?c=d#e",
        ),
        ("site", "http://[::1]/", "http://[::1]/"),
        ("notes", {"a": [None, 1.5, 2**70, "\\u0000😀"]}, {"a": [None, 1.5, 2**70, "\\u0000😀"]}),
        ("notes", 0, 0),
        ("notes", False, False),
        ("notes", "", ""),
    ],
)
def test_a_value_comes_back_as_it_was_sent(field: str, value: object, shown: object) -> None:
    card = Card.model_validate_json(json.dumps({field: value}))

    assert json.loads(card.model_dump_json())[field] == shown


REFUSED: dict[str, list[Any]] = {
    "day": ["2023-02-29", "2030-1-31", "20300131", "2030-01-31T00:00:00Z", "٢٠٣٠-01-31", ""],
    "days": ["10000-01-01", "0000-01-01", True, {}],
    "key": [ID.replace("-", ""), f"{{{ID}}}", f"urn:uuid:{ID}", ID[:-1], "", 1],
    "contact": ["ada", "@b", "a@", "a@b@c", "a b@c", "a@-b", "a@b.", "ä@b", "a@b\n", "", 1],
    "contacts": [f"a@{LABEL}x", f"{'a' * 250}@b.cd"],
    "site": ["example.com", "//a", "ftp://a", "http://", "http:///a", "http://a b", "", 1],
    "sites": [
        "javascript:alert(1)",
        "http://ä",
        "http://[::1",
        "http://a\n",
        "http://:80",
        f"https://a/{'x' * 2000}",
    ],
    "notes": ["\ud800", {"\ud800": 1}, [float("nan")], float("inf"), "\0", {"\0": 1}, ["\\\0"]],
}


@pytest.mark.parametrize(
    ("field", "value"), [(field, value) for field, values in REFUSED.items() for value in values]
)
def test_what_does_not_have_the_format_is_refused(field: str, value: object) -> None:
    with pytest.raises(ValidationError, match=field):
        Card.model_validate({field: value})


def test_json_that_is_too_deep_is_refused() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]

    with pytest.raises(ValidationError, match="must be JSON"):
        Card(notes=deep)


@pytest.mark.parametrize(
    ("field", "long"), [("contact", f"{'a' * 250}@b.cd"), ("site", f"https://a/{'x' * 2000}")]
)
def test_rows_of_before_stay_readable_under_a_stricter_format(field: str, long: str) -> None:
    assert getattr(Card.model_validate({field: long}, context=STORED), field) == long


def test_code_can_give_what_code_has() -> None:
    card = Card(day=date(2030, 1, 31), key=UUID(ID))

    assert (card.day, card.key) == (date(2030, 1, 31), UUID(ID))
    with pytest.raises(ValidationError):
        Card(day=datetime(2030, 1, 31, 12))


@pytest.mark.parametrize("value", [{"a": None}, [], "", "text", 0, 1.5, False, {"deep": [[["\\\\u0000"]]]}])
def test_any_json_is_stored_as_text(value: object) -> None:
    rows = Rows("kept", Kept)
    row = rows.row(Kept(notes=value, lists=[value]))

    assert isinstance(row["notes"], str)
    assert row["more"] is None
    assert rows.record(row).notes == value
    assert rows.record(row).lists == [value]


def test_null_is_no_value_of_a_json_field_that_is_required() -> None:
    with pytest.raises(ValidationError, match="must not be null"):
        Kept(notes=None)
    assert Kept(notes=1, more=None).more is None
