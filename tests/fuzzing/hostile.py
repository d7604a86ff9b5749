"""Requests that look valid, or nearly so, and hold what a value, JSON, a path or a header must not hold."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.fuzzing.operations import Operation

UNSTORABLE = (r'"\ud800"', r'"x\udfffy"', r'"\u0000"', r'"x\u0000"', r'"\ud83e\u0000"')
"""JSON of texts that no database takes: halves of surrogate pairs, U+0000."""
HOSTILE = (
    "9" * 400,
    "-" + "9" * 19,
    "9223372036854775808",
    "1e400",
    "-1e308",
    "1.5",
    "NaN",
    "-Infinity",
    "true",
    "null",
    "[]",
    "{}",
    '[[["x"]]]',
    '{"": ""}',
    '""',
    '"0001-01-01T00:00:00+14:00"',
    '"9999-12-31T23:59:59-14:00"',
    '"2030-02-30T12:00:00Z"',
    '"2030-01-31T12:00:60Z"',
    '"2030-01-31T12:00:00+99:99"',
    f'"2030-01-31T12:00:00.{"9" * 60}Z"',
    '"' + "x" * 500_000 + '"',
    r'"\ufeff\u202e\u2028\ud83d\ude00"',
    r'"\u0001\u001b[2J"',
)
WHOLE_BODIES = (
    b"",
    b" ",
    b"null",
    b"[]",
    b'"\\ud800"',
    b"{",
    b"\xff\xfe{}",
    b"\xef\xbb\xbf{}",
    "{}".encode("utf-16"),
    b'{"\\ud800": 1}',
    b'{"a": "\xff"}',
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b"[" * 900 + b"]" * 900,
    b'{"a": ' + b"9" * 10_000 + b"}",
    b'{"a": 1, "a": 2}',
)
IN_PATHS = (
    "%00",
    "%zz",
    "%",
    "%ff",
    "%ED%A0%80",
    "%c0%80",
    "..%2f..",
    "%2e%2e",
    "%5c",
    ";a=b",
    "x" * 9000,
    "\\",
    "%0d%0a",
)
QUERIES = (
    "limit=%zz",
    "limit=%ff",
    "limit=1&limit=2",
    "limit=%D9%A3",
    "limit=" + "9" * 5000,
    "limit=1e1",
    "cursor=",
    "cursor=~",
    "cursor=%00",
    "cursor=~AA",
    "cursor=~7aCA",
    "cursor=~" + "A" * 5000,
    "cursor=%ED%A0%80",
    "order_id=%00",
    "order_id=%ff",
    "order_id=" + "x" * 20_000,
    "&".join(f"a{number}=" for number in range(2000)),
    "=",
    "&&",
    "%",
)


def _token(header: str) -> bytes:
    return b"Bearer " + base64.urlsafe_b64encode(header.encode()).rstrip(b"=") + b".e30.AA"


HEADERS = (
    {"Idempotency-Key": b"\xff\xfe"},
    {"Idempotency-Key": "\N{GRINNING FACE}".encode()},
    {"Idempotency-Key": b""},
    {"Idempotency-Key": b"k" * 201},
    {"Idempotency-Key": b"a\tb"},
    {"Authorization": b""},
    {"Authorization": b"Bearer"},
    {"Authorization": b"Bearer \xff"},
    {"Authorization": b"Bearer a.b.c"},
    {"Authorization": _token("[" * 20_000)},
    {"Authorization": _token('{"alg": {"a": []}}')},
    {"Authorization": _token('{"alg": "EdDSA", "kid": "\\ud800", "crit": [[]]}')},
    {"Authorization": _token('{"alg": "none", "typ": 5}')},
    {"Authorization": _token('{"alg": ' + "9" * 5000 + "}")},
    {"Content-Type": b"application/json; charset=utf-16"},
    {"Content-Type": b'application/json; charset="\xff"'},
    {"Content-Type": b'application/json; boundary="'},
    {"Content-Type": b"multipart/form-data"},
    {"Content-Type": b"\xff/\xff"},
    {"traceparent": b"\xff"},
    {"X-Forwarded-For": b"\xff"},
    {"X-Forwarded-For": b"2600::1%x"},
    {"X-Forwarded-For": b"1.2.3.4, , 5"},
    {"Forwarded": b'for="_"'},
    {"Origin": b"\xff"},
    {"Cookie": b"\xff"},
    {"Cookie": b'login_device=\xff; login_device="\\000"; login_device=a.b.c; =; ;'},
    {"Accept": b"\xff"},
    {"Range": b"bytes=9-1"},
    {"Host": b"a:b:c"},
    {"Content-Length": b"-1"},
    {"Content-Length": b"9" * 5000},
)


@dataclass(frozen=True, slots=True)
class Request:
    """`wanted` are the statuses that it may have; none means any below 500."""

    method: str
    target: str
    body: bytes = b""
    headers: Mapping[str, bytes] = field(default_factory=dict)
    wanted: tuple[int, ...] = ()

    def __str__(self) -> str:
        headers = {
            name: value[:80]
            for name, value in self.headers.items()
            if name != "Authorization" or len(value) < 80
        }
        return f"{self.method} {self.target[:120]} {headers} {self.body[:300]!r}"


def requests(operations: list[Operation], token: str, every: int = 1) -> Iterator[Request]:
    """What is asked of each operation; `token` is that of a user, empty where nobody logs in.

    Of the values that may be refused, each place gets one of `every` so many, and places that follow others.
    """
    known = {"Authorization": f"Bearer {token}".encode()} if token else {}
    json_type = {"Content-Type": b"application/json"}
    for one in operations:
        for body, wanted in _bodies(one, every):
            yield Request(one.method, one.path("x"), body, {**known, **json_type}, wanted)
        sample = json.dumps(one.sample).encode() if one.sample is not None else b""
        for headers in HEADERS:
            yield Request(one.method, one.path("x"), sample, {**known, **json_type, **headers})
        for part in IN_PATHS:
            yield Request(one.method, one.path(part), sample, {**known, **json_type})
            yield Request(one.method, f"{one.path('x')}{part}", sample, {**known, **json_type})
        for query in QUERIES:
            yield Request(one.method, f"{one.path('x')}?{query}", sample, {**known, **json_type})


def _bodies(one: Operation, every: int) -> Iterator[tuple[bytes, tuple[int, ...]]]:
    if one.sample is None:
        return
    for body in WHOLE_BODIES:
        yield body, (400, 401, 404, 422)
    marker = "\N{SNOWMAN}"
    for number, changed in enumerate(_with(one.sample, marker)):
        text = json.dumps(changed, ensure_ascii=False)
        for value in UNSTORABLE[number % min(every, 2) :: min(every, 2)]:
            yield text.replace(f'"{marker}"', value).encode(), (422,)
        for value in HOSTILE[number % every :: every]:
            yield text.replace(f'"{marker}"', value).encode(), ()


def _with(value: Any, marker: str) -> Iterator[Any]:
    """The value with the marker in place of each of its parts."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from ({**value, name: changed} for changed in [marker, *_with(part, marker)])
    elif isinstance(value, list) and value:
        yield from ([changed, *value[1:]] for changed in [marker, *_with(value[0], marker)])
