"""Why a process does not start, from what it printed."""

from __future__ import annotations

import json
from pathlib import Path

from blueprint.runtime.ends import End
from blueprint.runtime.tracebacks import reason_of

END = End("orders", 3, ())


def test_the_last_frame_of_the_project_is_the_place() -> None:
    printed = [
        "Traceback (most recent call last):",
        '  File "/p/src/shop/serve.py", line 1, in <module>',
        '  File "/p/src/shop/orders.py", line 7, in <module>',
        '  File "/p/.blueprint/venv/lib/web.py", line 9, in route',
        "ValueError: no such route",
    ]
    assert reason_of(printed, END, Path("/p")).text == "src/shop/orders.py:7: ValueError: no such route"


def test_a_refused_migration_is_told_in_its_own_words() -> None:
    events = ["orders/migrations/0002.sql was edited", "Application startup failed. Exiting."]
    printed = [json.dumps({"event": event, "level": "error"}) for event in events]
    assert reason_of(printed, END, Path("/p")).text == events[0]


def test_a_process_that_printed_nothing_is_told_by_how_it_ended() -> None:
    assert reason_of([], END, Path("/p")).text == "it ended with exit code 3 and printed nothing"
