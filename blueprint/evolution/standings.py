"""Reads what stands on the disk: for each service its migrations, its table, and where its actions are."""

from __future__ import annotations

import ast
import hashlib
import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec.json import Decoder, encode

from blueprint.kept import Kept, cache_folder
from blueprint.plan.standing import Standing, Standings
from blueprint.plan.tables import StoredTable
from blueprint.spec.model import Service, Spec
from blueprint.tree import RelPath

_Value = TypeVar("_Value")

_TABLE: Decoder[StoredTable | None] = Decoder(StoredTable | None)
_NAMES = Decoder(frozenset[str])
_NUMBER = re.compile(r"[0-9]+")
_FUNCTION = re.compile(r"^(?:async[ \t]+)?def[ \t]+(\w+)", re.MULTILINE)


def read_standings(root: Path, spec: Spec, known: Collection[str]) -> Standings:
    """What the project in this folder has of the services of the spec.

    `known` are the paths that the tool wrote. Raises OSError where a file cannot be read.
    """
    kept = Kept(cache_folder(), "standings", f"{msgspec.__version__} {sys.version}")
    found = ((service, _folder(spec, service)) for service in spec.services)
    standings = {
        service.name: _standing(root, folder, service, known, kept)
        for service, folder in found
        if (root / folder).is_dir()
    }
    kept.save()
    return standings


def _folder(spec: Spec, service: Service) -> str:
    return f"src/{spec.name.snake}/{service.name.snake}"


def _standing(root: Path, folder: str, service: Service, known: Collection[str], kept: Kept) -> Standing:
    files = sorted((root / folder / "migrations").glob("*.sql"))
    # In the order in which a process applies them.
    texts = {file.name: file.read_text(encoding="utf-8", errors="replace") for file in files}
    paths = {name: RelPath(f"{folder}/migrations/{name}") for name in texts}
    return Standing(
        migrations={path: texts[name] for name, path in paths.items() if path in known},
        last_number=max((int(found[0]) for name in texts if (found := _NUMBER.match(name))), default=0),
        table=_table(service.name.snake, list(texts.values()), kept),
        modules={module.stem: _defined(module, kept) for module in _action_modules(root / folder)},
    )


def _table(name: str, migrations: list[str], kept: Kept) -> StoredTable | None:
    def run() -> StoredTable | None:
        from blueprint.evolution.tables import stored_table  # imports sqlite3

        return stored_table(name, migrations)

    return _once(_TABLE, "table", [name, *migrations], run, kept)


def _action_modules(folder: Path) -> Iterable[Path]:
    return [folder / name for name in ("actions.py", "reactions.py") if (folder / name).is_file()] + sorted(
        folder.glob("*_action.py")
    )


def _defined(module: Path, kept: Kept) -> frozenset[str]:
    """The names that a module has at its top level, also in the middle of an edit."""
    text = module.read_text(encoding="utf-8", errors="replace")
    return _once(_NAMES, "names", [text], lambda: frozenset(_names(text)), kept)


def _names(text: str) -> Iterator[str]:
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError):
        yield from _FUNCTION.findall(text)
        return
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def _once(
    decoder: Decoder[_Value], about: str, texts: list[str], find: Callable[[], _Value], kept: Kept
) -> _Value:
    """What was found in these texts, by an earlier run where there is one."""
    key = hashlib.sha256(encode([about, *texts])).hexdigest()
    if known := kept.get(key):
        with suppress(msgspec.DecodeError):
            return decoder.decode(known)
    value = find()
    kept.put(key, encode(value))
    return value
