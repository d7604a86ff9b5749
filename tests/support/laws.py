"""Property tests say something only where they reach their last assertion: this counts how often they do."""

from __future__ import annotations

import ast
import functools
import inspect
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType, FrameType
from typing import Any

ENOUGH = 10
"""So many examples tell how often a test reaches its end; a test of a few takes what there is."""


@dataclass
class Reach:
    """How many examples a property test has run, and how many of them have come to its last assertion."""

    examples: int = 0
    reached: int = 0

    def problem(self) -> str | None:
        """What is wrong with the strategies of the test, if most examples end before the assertion."""
        if self.examples < ENOUGH or 2 * self.reached >= self.examples:
            return None
        return f"only {self.reached} of {self.examples} examples reach the last assertion"

    def counted(self, test: Callable[..., Any]) -> Callable[..., Any]:
        """The test itself, with a look at the lines that it runs."""
        lines = lines_of_last_assertion(test)

        @functools.wraps(test)
        def run(*arguments: Any, **named: Any) -> Any:
            if sys.gettrace() is not None:  # coverage and debuggers come first
                return test(*arguments, **named)
            seen: set[int] = set()
            sys.settrace(_lines_into(seen, test.__code__))
            try:
                return test(*arguments, **named)
            finally:
                sys.settrace(None)
                self.examples += 1
                self.reached += not seen.isdisjoint(lines)

        return run


def lines_of_last_assertion(test: Callable[..., Any]) -> range:
    """The lines of its last `assert` in the file, or of its last statement where a helper asserts."""
    source, first = inspect.getsourcelines(test)
    [function] = ast.parse(textwrap.dedent("".join(source))).body
    assert isinstance(function, ast.FunctionDef)
    asserts = [node for node in ast.walk(function) if isinstance(node, ast.Assert)]
    last = max(asserts, key=lambda node: node.lineno) if asserts else function.body[-1]
    return range(first + last.lineno - 1, first + (last.end_lineno or last.lineno))


def _lines_into(seen: set[int], code: CodeType) -> Callable[[FrameType, str, object], Any]:
    def line(frame: FrameType, event: str, argument: object) -> Any:
        seen.add(frame.f_lineno)
        return line

    def call(frame: FrameType, event: str, argument: object) -> Any:
        return line if frame.f_code is code else None

    return call
