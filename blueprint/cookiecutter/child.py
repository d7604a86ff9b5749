"""The process that renders an untrusted template: limits, input and output."""

from __future__ import annotations

import os
import resource
import signal
import sys
from pathlib import Path

from msgspec.msgpack import decode, encode

from blueprint.cookiecutter.limited import Answer, Order
from blueprint.cookiecutter.model import (
    LARGEST,
    MOST,
    TOO_LARGE,
    TOO_MUCH_MEMORY,
    TemplateFault,
    beyond_limit,
)
from blueprint.cookiecutter.render import render_template
from blueprint.disk.folder import open_folder
from blueprint.errors import BlueprintError, Interrupted, Problem
from blueprint.memory import limited_memory

_BUG = 70


def main() -> None:
    """Read the order from the folder in the last argument, render, and write the answer there."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    _limit(resource.RLIMIT_FSIZE, 2 * LARGEST)
    _limit(resource.RLIMIT_CORE, 0)
    with open_folder(Path(sys.argv[-1])) as folder:
        order = decode(folder.read("order"), type=Order)
        _limit(resource.RLIMIT_CPU, order.seconds)
        try:
            content = _answered(order)
        except Interrupted as stop:
            os._exit(128 + stop.signum)
        folder.create("answer", content)


def _limit(which: int, wanted: int) -> None:
    _, hard = resource.getrlimit(which)
    resource.setrlimit(which, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


def _answered(order: Order) -> bytes:
    template = order.request.template
    if not order.is_colored:
        from rich import reconfigure

        reconfigure(
            color_system=None
        )  # cookiecutter prompts with rich, which prints bold text even without colour
    try:
        with limited_memory():
            return _rendered(order)
    except MemoryError:
        return _refused(TOO_MUCH_MEMORY, template)
    except BlueprintError as error:
        return encode(Answer(exit_code=error.exit_code, problems=error.problems))
    except Exception:
        import traceback

        return encode(Answer(exit_code=_BUG, problems=(Problem("bug", traceback.format_exc()),)))


def _rendered(order: Order) -> bytes:
    made = render_template(order.request)
    if (
        len(made.tree) + len(made.empty) > MOST
        or sum(len(blob.content) for blob in made.tree.values()) > LARGEST
    ):
        return encode(
            Answer(
                exit_code=TemplateFault.exit_code, problems=(beyond_limit(TOO_LARGE, order.request.template),)
            )
        )
    files = {str(path): blob for path, blob in made.tree.items()}
    return encode(Answer(made.name, files, dict(made.answers), made.skipped, tuple(map(str, made.empty))))


def _refused(what: str, template: str) -> bytes:
    return encode(Answer(exit_code=TemplateFault.exit_code, problems=(beyond_limit(what, template),)))
