"""Every code that an error can have is explained."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import blueprint
from blueprint import errors
from blueprint.knowledge.messages import load_messages

SOURCE = Path(blueprint.__file__).parent
MAKERS = {"Problem": 0, "problem": 0, "add": 1, "_refuse": 1, "_conflict": 0, "_unreadable": 1}
"""What makes a problem, and which of its arguments is the code."""


def codes() -> Iterator[str]:
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                yield from _code(node)


def _code(call: ast.Call) -> Iterator[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    position = MAKERS.get(name)
    # A set, too, has something added; a problem comes with a message at least.
    if position is None or len(call.args) < position + 2:
        return
    argument = call.args[position]
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value


def test_every_error_is_explained() -> None:
    """Codes stay the same: whoever changes one has to change what is said of it."""
    missing = sorted(set(codes()) - load_messages().errors.keys())
    assert missing == [], "add them to blueprint/knowledge/errors.yaml"


def test_every_exit_code_is_explained() -> None:
    classes = (
        errors.UsageError,
        errors.SpecError,
        errors.ConflictError,
        errors.MachineError,
        errors.SystemFailed,
    )
    used = {each.exit_code for each in (errors.BlueprintError, *classes)} | {0, 1, 129, 130, 141, 143}
    assert {int(code) for code in load_messages().exit_codes} == used
