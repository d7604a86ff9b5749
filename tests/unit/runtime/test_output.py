"""What a process prints is cut into lines, and nothing of it is lost or kept for too long."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable

import pytest

from blueprint.runtime.output import TAIL_LINES, Output


class Lines:
    """Stands for the logs."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, _: str, lines: Iterable[str]) -> None:
        self.lines += lines


def read(*chunks: bytes, pause: float = 0.01) -> tuple[list[str], list[str]]:
    """All lines of what is printed piece by piece, and the last ones as they are kept."""

    async def run() -> tuple[list[str], list[str]]:
        reading, writing = os.pipe()
        logs = Lines()
        output = Output("orders", reading, logs)  # type: ignore[arg-type]
        for chunk in chunks:
            os.write(writing, chunk)
            if pause:
                await asyncio.sleep(pause)
        os.close(writing)
        output.close()
        return logs.lines, list(output.tail)

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("chunks", "lines"),
    [
        ((b"a\nb\n",), ["a", "b"]),
        ((b"a", b"b\nc\n"), ["ab", "c"]),
        ((b"a\r\n\n",), ["a", ""]),
        ((b"a\nno end",), ["a", "no end"]),
        ((b"\xff\n",), ["\ufffd"]),
        ((), []),
    ],
)
def test_lines_come_as_they_were_printed(chunks: tuple[bytes, ...], lines: list[str]) -> None:
    assert read(*chunks) == (lines, lines)


def test_what_is_in_the_pipe_when_the_process_is_gone_is_read() -> None:
    """A process that ends at once is often noticed before what it said."""
    lines, last = read(b"Traceback\n", b"x" * 40_000, b"\nthe reason", pause=0)

    assert lines == last == ["Traceback", "x" * 40_000, "the reason"]


def test_a_line_without_an_end_is_passed_on_in_pieces() -> None:
    lines, _ = read(*[b"x" * 40_000] * 4, b"\n")

    assert len(lines) > 1
    assert "".join(lines) == "x" * 160_000


@pytest.mark.parametrize("pause", [0, 0.01])
def test_a_traceback_is_passed_on_as_one_text(pause: float) -> None:
    parts = [
        b"a\nTraceback (most recent call last):\n",
        b'  File "x", line 1',
        b"\n\n    x (\nSyntaxError: no\nb\n",
    ]
    lines, last = read(*parts, b"Traceback (most recent call last):\n  cut", pause=pause)

    head = "Traceback (most recent call last):\n"
    assert lines == ["a", f'{head}  File "x", line 1\n\n    x (\nSyntaxError: no', "b", f"{head}  cut"]
    assert last == "\n".join(lines).split("\n")


def test_the_last_lines_are_kept() -> None:
    lines, last = read(b"".join(b"%d\n" % number for number in range(100)))

    assert lines == [str(number) for number in range(100)]
    assert last == lines[-TAIL_LINES:]
