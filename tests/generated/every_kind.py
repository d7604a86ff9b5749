"""Rows of the spec `kinds`, which has a field of every type in every form; and what must become of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from tests.support.system import eventually

FOLLOWED_SECONDS = 30.0

EMPTY = "_or_none"
"""Ends the name of a field that may be empty."""
PART: Mapping[str, Any] = {
    "label": "x",
    "count": 1,
    "spare": True,
    "price": -1,
    "made": "2030-01-31T12:00:00Z",
    "owner": "x",
    "tests": [True, False],
    "repairs": ["2030-01-31T12:00:00.000001Z"],
    "weight": 0.1,
    "rate": "-0.0001",
    "born": "2000-02-29",
    "key": "2f1e9c52-7c1d-4d0e-9a55-0f4d1b8c6a3e",
    "contact": "ada@example.com",
    "site": "https://example.com/ada",
    "notes": {"of": [None, {"a": 1}]},
    "days": ["2000-02-29"],
    "rates": ["0.50"],
}
NEEDED = ("label", "count", "tests")
"""What is not optional of it."""
VALUES: Mapping[str, tuple[Any, ...]] = {
    "a_str": ("x", "", "'😀\u2028\"\n"),
    "an_int": (1, -(2**63), 2**63 - 1),
    "a_limited_int": (1, 2**63 - 1, 1),
    "a_money": (1, 2**63 - 1, -(2**63)),
    "a_limited_money": (1, 1, 2**63 - 1),
    "a_bool": (True, False, False),
    "a_time": ("2030-01-31T12:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"),
    "a_float": (1.5, 1.7976931348623157e308, -5e-324),
    "a_limited_float": (0.5, 99.5, 1.0),
    "a_decimal": ("1.5000", "99999.9999", "-0.0001"),
    "a_limited_decimal": ("0.5000", "99.5000", "1.0000"),
    "a_price": (1, 2**63 - 1, -(2**63)),
    "a_limited_price": (1, 99, 1),
    "a_date": ("2030-01-31", "0001-01-01", "9999-12-31"),
    "a_uuid": (PART["key"], "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"),
    "a_email": ("ada@example.com", "a@b", f"{'x' * 238}@example.com.ab"),
    "a_url": ("https://example.com", "http://[::1]:80/?a=b#c", f"https://example.com/{'x' * 1980}"),
    "a_json": ({"of": [None, 1.5, "\\u0000😀"]}, "", False),
    "a_ref": ("x", "", "Ä/?"),
    "a_type": (
        PART,
        {name: value if name in NEEDED else None for name, value in PART.items()},
        {**PART, "tests": []},
    ),
}
"""Field -> three of its values, of which the later ones are at an end of what it can hold."""
LISTS: Mapping[str, tuple[Any, ...]] = {
    f"{name.partition('_')[2]}s": (list(values), [], [values[-1]])
    for name, values in VALUES.items()
    if "limited" not in name
}


def row(which: int, *, empty: bool = False) -> dict[str, Any]:
    """The values with this index, 0 to 2, of all fields; `empty` makes those null that may be."""
    values = {name: each[which] for name, each in {**VALUES, **LISTS}.items()}
    return {**values, **{name + EMPTY: None if empty else value for name, value in values.items()}}


def bodies() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """What a request brings, and how it is answered."""
    for which in range(3):
        yield row(which), row(which)
    empty = row(0, empty=True)
    yield empty, empty
    yield {name: value for name, value in empty.items() if not name.endswith(EMPTY)}, empty


def check_every_kind(client: httpx.Client) -> None:
    """Each row is written, read, listed, replaced, and known to the service that follows its event."""
    expected: dict[str, dict[str, Any]] = {}
    for body, answer in bodies():
        created = _answered(client.post("/samples", json=body), 201)
        assert _without_own(created) == answer
        assert _answered(client.get(f"/samples/{created['id']}"), 200) == created
        expected[created["id"]] = answer
    assert {each["id"]: _without_own(each) for each in _listed(client, "/samples")} == expected
    eventually(lambda: len(_listed(client, "/copies")) == len(expected), FOLLOWED_SECONDS, "every copy")
    copies = {each.pop("sample_id"): each for each in map(_without_own, _listed(client, "/copies"))}
    assert copies == expected
    for id in expected:
        for body, answer in bodies():
            assert _without_own(_answered(client.put(f"/samples/{id}", json=body), 200)) == answer


def _listed(client: httpx.Client, path: str) -> list[dict[str, Any]]:
    page = _answered(client.get(path), 200)
    assert page["next_cursor"] is None
    assert "unreadable" not in page, page
    items: list[dict[str, Any]] = page["items"]
    return items


def _without_own(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name not in ("id", "created_at")}


def _answered(answer: httpx.Response, status: int) -> Any:
    assert answer.status_code == status, f"{answer.request.method} {answer.url}: {answer.text}"
    return answer.json()
