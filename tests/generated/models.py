"""Systems that everybody knows, as specs: what users write first when they try a tool like this one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

MODELS: Mapping[str, str] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
"""The services of each system, by its name."""

_HEAD = "version: 1\nname: acme\npattern: {pattern}\nstack: fastapi\n"
_TYPES = "types:\n  dose: {name: str, amount: int >= 1, at: time?}\n"
_BESIDE = "workflows!: "


def spec_of(name: str, pattern: str) -> str:
    """The whole spec of a system."""
    lines = MODELS[name].splitlines()
    services = "".join(f"  {line}\n" for line in lines if not line.startswith(_BESIDE))
    workflows = "".join(f"workflows: {line[len(_BESIDE) :]}\n" for line in lines if line.startswith(_BESIDE))
    types = _TYPES if "dose" in services else ""
    return f"{_HEAD.format(pattern=pattern)}{types}services:\n{services}{workflows}"
