"""Log lines for people and for programs."""

from __future__ import annotations

import json
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprint.report.logformat import human_format, plain_format

PROJECT = Path("/home/ada/shop")
NAMES = ["orders", "gateway"]
programs = plain_format(NAMES)


def people(name: str, line: str, columns: int = 80) -> str:
    return human_format(NAMES, coloured=False, columns=lambda: columns, project=PROJECT)(name, line)


@pytest.fixture(autouse=True)
def set_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Sets the time zone of this process; it is UTC until then."""

    def set_to(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    set_to("UTC")
    yield set_to
    monkeypatch.undo()
    time.tzset()


def log(**values: object) -> str:
    """A line as the kit writes it."""
    common = {"time": "2026-01-02T03:04:05.678901Z", "level": "info", "service": "orders"}
    return json.dumps({**common, **values})


TRACE = {"trace_id": "c856562bf6edfb9ec2ec406b45cf0745"}
EXAMPLES = [
    (
        log(event="request", method="POST", path="/orders", status=201, seconds=0.0031),
        "POST /orders 201 3 ms",
    ),
    (log(event="request", method="GET", path="/", status=200, seconds=0.00004), "GET / 200 1 ms"),
    (log(event="request", method="GET", path="/", status=200, seconds=2.34), "GET / 200 2.3 s"),
    (log(event="event published", type="order.placed", id="1", key="k"), "→ order.placed"),
    (
        log(event="task done", handler="products.reserve", trigger="order.placed", key="k", seconds=0.0008),
        "order.placed → products.reserve done 1 ms",
    ),
    (
        log(event="task done", handler="products.reserve", key="k", seconds=0.02),
        "products.reserve done 20 ms",
    ),
    (
        log(
            event="task failed",
            level="warning",
            handler="payments.charge",
            trigger="stock.reserved",
            status="waiting",
            attempts=3,
            delay=0.41,
            error="TimeoutError",
        ),
        "WARNING stock.reserved → payments.charge retry 3 in 0.4 s: TimeoutError",
    ),
    (
        log(
            event="task failed",
            level="warning",
            handler="a.b",
            key="k",
            status="dead",
            attempts=1,
            error="KeyError",
        ),
        "WARNING a.b given up after 1 attempt: KeyError",
    ),
    (
        log(event="task failed", level="warning", handler="a.b", status="waiting", attempts=1, error="E"),
        "WARNING task failed handler=a.b status=waiting attempts=1 error=E",
    ),
    (
        log(event="step done", handler="stock.take", trigger="order.placed", key="k", seconds=0.002),
        "order.placed → stock.take done 2 ms",
    ),
    (
        log(event="task done", handler="stock.take", key="k", seconds=0.002, refused="none_left"),
        "stock.take refused: none_left",
    ),
    (log(event="paid", path="/a", amount=3), "paid path=/a amount=3"),
    (log(event="request", method="GET"), "request method=GET"),
    (log(event="task done", handler="a", seconds="long"), "task done handler=a seconds=long"),
]


@pytest.mark.parametrize(("line", "shown"), EXAMPLES, ids=[shown for _, shown in EXAMPLES])
def test_people_read_what_happened_and_when(line: str, shown: str) -> None:
    assert people("orders", line, 200) == f"orders  | 03:04:05.678 {shown}"


def test_the_trace_is_shown_by_its_first_characters() -> None:
    assert people("orders", log(event="paid", **TRACE)) == "orders  | 03:04:05.678 paid c856562b"


def test_times_are_local(set_zone: Callable[[str], None]) -> None:
    set_zone("Asia/Kolkata")
    assert people("orders", log(event="paid")) == "orders  | 08:34:05.678 paid"
    assert people("orders", '{"ts": 1.5, "msg": "hi"}') == "orders  | 05:30:01.500 hi"


def test_the_service_is_named_where_it_is_not_the_process() -> None:
    assert people("gateway", log(event="paid")).endswith("paid service=orders")


@given(
    st.one_of(
        st.text(),
        st.dictionaries(st.sampled_from(["event", "level", "path", "exception"]), st.text()).map(json.dumps),
    ),
    st.sampled_from([40, 80, 140]),
)
def test_no_line_is_wider_than_the_terminal(line: str, columns: int) -> None:
    lines = people("orders", line, columns).split("\n")
    assert max(map(len, lines)) <= columns
    assert all(each.startswith("orders  | ") for each in lines)


def test_a_long_line_goes_on_below_and_loses_nothing() -> None:
    values = {f"key{number}": "v" * 9 for number in range(20)}

    first, *others = people("orders", log(event="paid", **values)).split("\n")

    assert first.startswith("orders  | 03:04:05.678 paid key0=vvvvvvvvv")
    assert all(each.startswith("orders  |   key") for each in others)
    words = " ".join(each.split(" | ")[1] for each in [first, *others]).split()
    assert words[2:] == [f"{key}={value}" for key, value in values.items()]


def test_ids_are_shortened_where_the_line_would_not_fit() -> None:
    path = "/orders/01a23121-5c11-70c3-82e7-e7be41883ec4"
    line = log(event="request", method="GET", path=path, status=200, seconds=0.001, **TRACE)

    assert people("orders", line) == "orders  | 03:04:05.678 GET /orders/…41883ec4 200 1 ms c856562b"
    assert path in people("orders", line, 140)


def _traceback(*files: str) -> str:
    """The traceback of a KeyError that was raised through these files."""
    frames = "".join(f'  File "{file}", line 7, in f\n    f()\n    ~^^\n' for file in files)
    return f"Traceback (most recent call last):\n{frames}KeyError: 'price'"


def test_a_traceback_shows_own_frames_in_full_and_counts_those_of_libraries() -> None:
    text = _traceback(
        "/home/ada/shop/.blueprint/venv/lib/python3.11/site-packages/starlette/routing.py",
        "/home/ada/shop/.blueprint/venv/lib/python3.11/site-packages/starlette/app.py",
        "/home/ada/shop/src/shop/platform/http/app.py",
        "/home/ada/shop/src/shop/orders/api.py",
        "/usr/lib/python3.11/json/decoder.py",
    )

    _, *lines = people("orders", log(event="failed", level="error", exception=text)).split("\n")

    assert [line.removeprefix("orders  | ") for line in lines] == [
        "Traceback (most recent call last):",
        '  File "src/shop/orders/api.py", line 7, in f',
        "    f()",
        "    ~^^",
        "  … 4 more in starlette, platform, Python",
        "KeyError: 'price'",
    ]


def test_a_traceback_that_is_no_json_is_shortened_too() -> None:
    text = _traceback("/usr/lib/python3.11/runpy.py", "/home/ada/shop/src/shop/orders/api.py")
    text = text.replace(
        "KeyError: 'price'", '  File "/home/ada/shop/src/shop/a.py", line 1\n    x (\nSyntaxError: no'
    )

    assert people("orders", text).replace("orders  | ", "").splitlines() == [
        "Traceback (most recent call last):",
        '  File "src/shop/orders/api.py", line 7, in f',
        "    f()",
        "    ~^^",
        "  … 1 more in Python",
        '  File "src/shop/a.py", line 1',
        "    x (",
        "SyntaxError: no",
    ]
    assert programs("orders", text).splitlines()[-1] == "orders  | SyntaxError: no"


def test_each_traceback_of_a_chain_is_shown() -> None:
    own, library = "/home/ada/shop/src/shop/orders/api.py", "/x/site-packages/httpx/client.py"
    text = f"{_traceback(own, library)}\n\nDuring handling of it, another exception:\n\n{_traceback(own)}"

    shown = people("orders", log(event="failed", exception=text))

    assert shown.count("KeyError: 'price'") == shown.count("api.py") == 2
    assert shown.count("1 more in httpx") == 1


def test_a_real_traceback_of_own_code_is_shown_whole() -> None:
    try:
        json.loads("{")
    except ValueError as error:
        text = "".join(traceback.format_exception(error))
    project = Path(__file__).parents[3]

    shown = human_format(["a"], coloured=False, columns=lambda: 500, project=project)(
        "a", json.dumps({"event": "failed", "exception": text})
    )

    assert 'File "tests/unit/report/test_logformat.py"' in shown
    assert "more in Python" in shown and str(Path(sys.prefix)) not in shown
    assert shown.endswith("(char 1)")


def test_programs_get_json_lines_as_they_are() -> None:
    assert programs("orders", log(event="paid")) == log(event="paid")


def test_other_lines_stand_behind_the_name_of_their_process() -> None:
    assert programs("orders", "hello") == people("orders", "hello") == "orders  | hello"


def test_a_line_that_only_looks_like_json_is_shown_as_it_is() -> None:
    assert people("orders", "{oops") == "orders  | {oops"


def test_escape_sequences_do_not_reach_the_terminal() -> None:
    assert people("orders", "\x1b]0;owned\x07a\x1b[31mb\x1b[0m\rc") == "orders  | abc"
    assert people("orders", '{"event": "a\\u001b[2Jb", "x": "\\u009bc"}') == "orders  | ab x=c"
    assert "\x1b" not in people("orders", log(event="a", exception="\x1b[2Jboom"))


def test_the_name_has_a_colour_of_its_own_if_colours_are_wanted() -> None:
    painted = human_format(NAMES, coloured=True, columns=lambda: 80, project=PROJECT)
    assert painted("orders", "x").split("orders")[0] != painted("gateway", "x").split("gateway")[0]
    assert "\x1b[2m03:04:05.678\x1b[0m paid \x1b[2mc856562b" in painted("orders", log(event="paid", **TRACE))
    assert "\x1b[31m03:04:05.678 ERROR paid" in painted("orders", log(event="paid", level="error"))
