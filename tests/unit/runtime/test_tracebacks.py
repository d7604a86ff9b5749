"""Why a process does not start, from what it printed."""

from __future__ import annotations

import json
import os
from pathlib import Path

from blueprint.runtime.ends import End
from blueprint.runtime.gateway_errors import errors_of_gateway
from blueprint.runtime.launches import Launch
from blueprint.runtime.tools import locate
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


def test_an_error_is_preferred_to_later_lines_of_information() -> None:
    said = [("info", "using config"), ("error", "unexpected token, at Caddyfile:7"), ("info", "stopping")]
    printed = [json.dumps({"level": level, "msg": text}) for level, text in said]
    assert reason_of(printed, END, Path("/p")).text == "unexpected token, at Caddyfile:7"
    assert reason_of(printed[:1], END, Path("/p")).text == "using config"


def test_what_is_wrong_with_the_configuration_of_the_gateway_is_known(tmp_path: Path) -> None:
    (tmp_path / "Caddyfile").write_text(":8000 {\n}\ngarbage {{{\n")
    options = ("--config", "Caddyfile", "--adapter", "caddyfile")
    command = (locate("caddy"), "run", *options)
    launch = Launch("gateway", command, dict(os.environ), tmp_path, 8000, "/livez")

    printed = ['{"level": "info", "msg": "using config from file"}', *errors_of_gateway(launch)]

    assert "at Caddyfile:3" in reason_of(printed, END, tmp_path).text
    (tmp_path / "Caddyfile").write_text(":8000 {\n}\n")
    assert errors_of_gateway(launch) == ()
    assert errors_of_gateway(Launch("orders", ("python",), {}, tmp_path, 8000, "/")) == ()
