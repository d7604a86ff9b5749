"""Logs of `blueprint run`: for people at a terminal, as JSON lines for programs."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import termios
from collections.abc import Mapping, Sequence

import pytest

from tests.runtime.project import BLUEPRINT, Project

SMOKE = ["{python}", "-c", "pass"]
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def shop(project: Project) -> Project:
    """A gateway that logs nothing, and orders with three log lines."""
    project.describe({"gateway": [], "orders": ["logs-an-order"]}, smoke=SMOKE)
    return project


def at_terminal(project: Project, columns: int, *flags: str) -> str:
    """What `blueprint run --smoke` writes to a terminal that is so wide."""
    reading, writing = pty.openpty()
    fcntl.ioctl(writing, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    command: Sequence[str] = [*BLUEPRINT, "run", str(project.folder), "--smoke", *flags]
    variables: Mapping[str, str] = {**project.environment, "TZ": "Asia/Kolkata", "TERM": "xterm"}
    with subprocess.Popen(command, env=variables, stdin=writing, stdout=writing, stderr=writing) as process:
        os.close(writing)
        content = b""
        while True:
            try:
                chunk = os.read(reading, 65536)
            except OSError:  # the terminal has no writer any more
                break
            if not chunk:
                break
            content += chunk
    os.close(reading)
    assert process.returncode == 0, content.decode()
    return content.decode().replace("\r\n", "\n")


def of_orders(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("orders ")]


def test_at_a_terminal_lines_are_short_local_and_coloured(shop: Project) -> None:
    text = at_terminal(shop, 80)

    lines = COLOURS.sub("", text).splitlines()
    assert "orders    | 08:34:05.678 POST /orders 201 3 ms c856562b" in lines
    assert max(map(len, lines)) <= 80
    assert "\x1b[" in text


def test_at_a_terminal_an_exception_is_a_traceback(shop: Project) -> None:
    lines = of_orders(COLOURS.sub("", at_terminal(shop, 140)))

    index = next(number for number, line in enumerate(lines) if "failed" in line)
    assert [line.removeprefix("orders    | ") for line in lines[index + 1 : index + 6]] == [
        "Traceback (most recent call last):",
        '  File "src/shop/orders/api.py", line 7, in create',
        "    total = prices[item]",
        "  … 1 more in Python",
        "KeyError: 'item'",
    ]


def test_a_pipe_gets_json_lines(shop: Project) -> None:
    records = [json.loads(line) for line in shop.run("--smoke").stderr.splitlines() if line.startswith("{")]

    assert [record["event"] for record in records] == ["request", "paid", "failed"]


def test_each_format_can_be_asked_for(shop: Project) -> None:
    assert [line for line in at_terminal(shop, 80, "--log", "json").splitlines() if line.startswith("{")]
    assert "POST /orders 201 3 ms" in shop.run("--smoke", "--log", "text").stderr


def test_the_logs_of_one_process_can_be_shown_alone(shop: Project) -> None:
    only_orders = shop.run("--smoke", "--log", "text", "--logs", "orders").stderr
    only_gateway = shop.run("--smoke", "--log", "text", "--logs", "gateway").stderr

    assert "POST /orders" in only_orders
    assert "POST /orders" not in only_gateway and "blueprint | stopping" in only_gateway


def test_logs_of_an_unknown_process_are_refused(shop: Project) -> None:
    done = shop.run("--smoke", "--logs", "order")

    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        'error: --logs: there is no process "order"',
        'hint: did you mean "orders"? there is gateway, orders',
    ]
