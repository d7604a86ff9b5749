"""Serialize data in the format given by the file name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

from blueprint.catalog.faults import PackError
from blueprint.documents.text import to_json
from blueprint.errors import Problem
from blueprint.render.data import Data
from blueprint.render.toml_text import to_toml
from blueprint.render.yaml_text import to_yaml


def serialised(data: dict[str, Data], path: str) -> str:
    """The text of a TOML, JSON or YAML file. Raises PackError for any other."""
    write = _WRITERS.get(PurePosixPath(path).suffix)
    if write is None:
        message = f"data can be written as TOML, JSON or YAML, but not as {path}"
        raise PackError(Problem("bad-pack", message))
    return write(data)


_WRITERS: Mapping[str, Callable[[dict[str, Data]], str]] = {
    ".toml": to_toml,
    ".json": to_json,
    ".yaml": to_yaml,
    ".yml": to_yaml,
}
