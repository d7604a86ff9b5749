"""Jinja alone: `plain_jinja.py TEMPLATES BYTECODE DESTINATION`. Bytecode is kept from one run to the next."""

from __future__ import annotations

import sys
from pathlib import Path

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader

NAMES = {"project": "web-shop", "package": "web_shop"}


def write(templates: str, bytecode: str, destination: Path) -> None:
    """Render every file of the folder into the destination."""
    environment = Environment(
        loader=FileSystemLoader(templates),
        bytecode_cache=FileSystemBytecodeCache(bytecode),
        keep_trailing_newline=True,
    )
    for name in environment.list_templates():
        path = destination / name.replace("[package]", NAMES["package"])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(environment.get_template(name).render(NAMES), encoding="utf-8")


if __name__ == "__main__":
    write(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
