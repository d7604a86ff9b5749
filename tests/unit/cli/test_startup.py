"""Help comes at once: it loads nothing that only a command needs. A command begins soon after it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import blueprint
from blueprint.cli import main

HEAVY = {
    "jinja2",
    "cookiecutter",
    "yaml",
    "rich",
    "click",
    "msgspec",
    "asyncio",
    "pydantic",
    "http",
    "subprocess",
}


LOADED = """
import sys
import typer.main
before = set(sys.modules)
from blueprint.cli import main
assert main.run(sys.argv[1:]) == 0
print(*(set(sys.modules) - before), file=sys.stderr)
"""

# They are loaded for help, too, which has to do without msgspec.
DATACLASSES = {
    "blueprint.errors.Problem",
    "blueprint.report.result.Result",
    "blueprint.cli.flags.Flags",
}
DEFINED = """
import sys
from dataclasses import is_dataclass
from blueprint.cli import main
assert main.run(sys.argv[1:]) == 0
modules = [module for name, module in sys.modules.items() if name.startswith("blueprint.")]
classes = {value for module in modules for value in vars(module).values() if isinstance(value, type)}
ours = {value for value in classes if value.__module__.startswith("blueprint.")}
print(*(f"{each.__module__}.{each.__qualname__}" for each in ours if is_dataclass(each)), file=sys.stderr)
"""


def told(script: str, *arguments: str) -> set[str]:
    """The words of the last line on stderr of a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(Path(blueprint.__file__).parents[1])}
    command = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return set(done.stderr.splitlines()[-1].split())


def test_help_loads_nothing_heavy() -> None:
    loaded = {name.partition(".")[0] for name in told(LOADED, "--help")}
    assert "blueprint" in loaded
    assert not loaded & HEAVY


def test_a_command_defines_few_dataclasses(tmp_path: Path) -> None:
    """Each takes forty times as long as a struct: docs/decisions/0015-values-are-structs.md."""
    wanted = f"shop --pattern monolith --stack fastapi --preset e-commerce --no-git --output {tmp_path}/shop"

    assert told(DEFINED, "new", *wanted.split()) == DATACLASSES


@pytest.mark.usefixtures("cache")
def test_a_project_that_was_written_before_needs_no_yaml_parser(tmp_path: Path) -> None:
    """To load one takes as long as to render a tenth of the project."""
    wanted = "--pattern monolith --stack fastapi --preset e-commerce --no-git --output"
    first, second = (
        told(LOADED, "new", name, *wanted.split(), f"{tmp_path}/{name}") for name in ("shop", "other")
    )

    assert "yaml" in first
    assert "yaml" not in second


def test_no_annotation_of_a_command_is_text_that_typer_has_to_evaluate() -> None:
    commands = {each.name: each.callback for each in main.app.registered_commands}
    told = {name: command.__annotations__ for name, command in commands.items() if command}

    assert {name: texts for name in told if (texts := _texts(told[name]))} == {}


def _texts(annotations: dict[str, object]) -> list[str]:
    return [name for name, value in annotations.items() if isinstance(value, str)]
