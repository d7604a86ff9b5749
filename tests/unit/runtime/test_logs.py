"""Log lines come out in order, or are counted."""

from __future__ import annotations

import os
import threading

from blueprint.runtime import logs
from blueprint.runtime.logs import Logs


def labelled(name: str, line: str) -> str:
    return f"{name}: {line}"


def test_lines_come_out_in_order() -> None:
    reading, writing = os.pipe()
    stream = Logs(writing, labelled)
    stream.add("orders", ["one", "two"])
    stream.note("three")
    stream.close()
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        assert pipe.read().splitlines() == ["orders: one", "orders: two", "blueprint: three"]


def test_lines_that_nobody_reads_in_time_are_left_out_and_counted() -> None:
    reading, writing = os.pipe()
    stream = Logs(writing, labelled)
    total = 3 * logs._MAX_WAITING // 1000
    for _ in range(total):
        stream.add("orders", ["x" * 1000])
    with os.fdopen(reading, encoding="utf-8") as pipe:
        lines: list[str] = []
        reader = threading.Thread(target=lambda: lines.extend(pipe))
        reader.start()
        stream.close()
        os.close(writing)
        reader.join()
    kept = sum(line.startswith("orders") for line in lines)
    left_out = sum(int(line.split()[1]) for line in lines if line.startswith("blueprint"))
    assert left_out > 0
    assert kept + left_out == total
