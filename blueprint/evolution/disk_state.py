"""Read the disk state of each service: its migrations, its table, and the modules of its actions."""

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
from msgspec.structs import replace

from blueprint.cache import Cache, cache_folder
from blueprint.plan.disk_state import DiskState, DiskStates
from blueprint.plan.tables import StoredTable, stored_bound, table_of
from blueprint.spec.model import Service, Spec
from blueprint.spec.names import Name
from blueprint.tree import RelPath

_Value = TypeVar("_Value")

_TABLE: Decoder[StoredTable | None] = Decoder(StoredTable | None)
_NAMES = Decoder(frozenset[str])
_KEY, _ROUTER = "IdempotencyKey", "router"
_NUMBER = re.compile(r"[0-9]+")
_FIRST_WITHOUT_DIGEST = re.compile(r"0001_(?!.*_[0-9a-f]{8}\.sql).*\.sql")
_FUNCTION = re.compile(r"^(?:async[ \t]+)?def[ \t]+(\w+)", re.MULTILINE)


def read_disk_states(
    root: Path, spec: Spec, known: Collection[str], before: Spec | None = None
) -> DiskStates:
    """What the project in this folder has of the services of the spec.

    `known` are the paths that the tool wrote, `before` is the spec as it was last followed; where that is not
    known, what the spec says now is taken for it. Raises OSError where a file cannot be read.
    """
    cache = Cache(cache_folder(), "disk-states", f"{msgspec.__version__} {sys.version}")
    folders = ((service, _folder(spec, service)) for service in spec.services)
    disk_states = {
        service.name: _follow(_disk_state(root, folder, service, known, cache), service.name, before or spec)
        for service, folder in folders
        if (root / folder).is_dir()
    }
    cache.save()
    return disk_states


def _follow(disk_state: DiskState, service: Name, followed: Spec) -> DiskState:
    """The disk state with types and limits that only the last followed spec has."""
    resources = {each.name: each.resource or () for each in followed.services}
    fields = {field.name.snake: field for field in resources.get(service, ())}
    table = disk_state.table
    if table is not None:
        columns = tuple(
            replace(column, type=str(fields[column.name].type))
            if not column.type and column.name in fields
            else column
            for column in table.columns
        )
        table = replace(table, columns=columns)
    bounds = {name: stored_bound(field) for name, field in fields.items()}
    unique = frozenset(name for name, field in fields.items() if field.unique)
    return replace(disk_state, table=table, bounds=bounds, unique=unique, types=followed.types)


def _folder(spec: Spec, service: Service) -> str:
    return f"src/{spec.name.package}/{service.name.module}"


def _disk_state(root: Path, folder: str, service: Service, known: Collection[str], cache: Cache) -> DiskState:
    files = sorted((root / folder / "migrations").glob("*.sql"), key=lambda file: file.stem)
    # in the order in which a process applies them
    texts = {file.name: file.read_text(encoding="utf-8", errors="replace") for file in files}
    api = root / folder / "api.py"
    answered = _defined(api, cache) if api.is_file() else None
    paths = {name: RelPath(f"{folder}/migrations/{name}") for name in texts}
    return DiskState(
        migrations={path: texts[name] for name, path in paths.items() if path in known},
        last_number=max((int(match[0]) for name in texts if (match := _NUMBER.match(name))), default=0),
        table=_table(table_of(service), [text for name, text in texts.items() if is_for_sqlite(name)], cache),
        modules={module.stem: _defined(module, cache) for module in _action_modules(root / folder)},
        takes_keys=answered is None or _KEY in answered,
        has_router=answered is not None and _ROUTER in answered,
        earlier_records=any(_FIRST_WITHOUT_DIGEST.fullmatch(name) for name in texts),
        api=api.read_text(encoding="utf-8", errors="replace") if api.is_file() else "",
    )


def is_for_sqlite(name: str) -> bool:
    """Whether SQLite runs this file; `0003_faster.postgresql.sql` is for PostgreSQL."""
    return not name.endswith(".postgresql.sql")


def _table(name: str, migrations: list[str], cache: Cache) -> StoredTable | None:
    def run() -> StoredTable | None:
        from blueprint.evolution.tables import stored_table  # imports sqlite3

        return stored_table(name, migrations)

    return _once(_TABLE, "table", [name, *migrations], run, cache)


def _action_modules(folder: Path) -> Iterable[Path]:
    return [folder / name for name in ("actions.py", "reactions.py") if (folder / name).is_file()] + sorted(
        folder.glob("*_action.py")
    )


def _defined(module: Path, cache: Cache) -> frozenset[str]:
    """The top-level names of a module, even if it is being edited."""
    text = module.read_text(encoding="utf-8", errors="replace")
    return _once(_NAMES, "names", [text], lambda: frozenset(_names(text)), cache)


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
    decoder: Decoder[_Value], about: str, texts: list[str], find: Callable[[], _Value], cache: Cache
) -> _Value:
    """The result for these texts, cached between runs."""
    key = hashlib.sha256(encode([about, *texts])).hexdigest()
    if known := cache.get(key):
        with suppress(msgspec.DecodeError):
            return decoder.decode(known)
    value = find()
    cache.put(key, encode(value))
    return value
