"""What `data` does: print the tables of a service, or a page of rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from blueprint.cli.console import Terminal
from blueprint.cli.spec_names import SPEC, unknown
from blueprint.errors import Problem, UsageError
from blueprint.report.grid import grid
from blueprint.report.result import Result
from blueprint.runtime.description import Description, read_description
from blueprint.runtime.secret_names import redaction_of
from blueprint.runtime.stored_rows import Stored, Table, open_stored
from blueprint.spec.load import load_spec
from blueprint.spec.model import Service, Spec
from blueprint.workspace.project import find_project


class Request(Struct, frozen=True):
    """What the command line asks for; without columns, all of them. Pages count from 1."""

    service: str
    table: str | None
    columns: tuple[str, ...]
    limit: int
    page: int
    tables: bool

    @property
    def offset(self) -> int:
        """Rows before the page."""
        return (self.page - 1) * self.limit


def read_number(text: str, option: str, most: int) -> int:
    """A number from 1 to `most`. Raises UsageError."""
    if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= most:
        return int(text)
    message = f"{option} takes a number from 1 to {most}, not {text[:40]!r}"
    raise UsageError(Problem("bad-number", message, f"write it as {option} 1"))


def show_data(terminal: Terminal, directory: Path, request: Request) -> Result:
    """Show the tables, or the rows of one.

    Raises UsageError, SpecError, MachineError.
    """
    root = find_project(directory)
    description = read_description(root)
    spec = load_spec((root / SPEC).read_text(encoding="utf-8-sig"), SPEC)
    service = _service(spec, request.service)
    stored = open_stored(root, description, _process(spec, service, description), terminal.progress)
    tables = stored.tables()
    if request.tables:
        return _show_tables(terminal, service, tables)
    table = _table(service, request.table, tables)
    if table is None:
        terminal.note(f"{service.name} has stored nothing yet")
        return Result("data", "ok", 0, {"service": str(service.name), "table": None, "rows": []})
    columns = _columns(table, request.columns)
    redaction = redaction_of(root, description)
    return _show_rows(
        terminal, request, table, columns, [redaction.row(row) for row in _page(stored, request, table)]
    )


def _page(stored: Stored, request: Request, table: Table) -> list[dict[str, object]]:
    """One row more than the page has: so it is known whether there is another page."""
    return stored.rows(table.table, request.limit + 1, request.offset)


def _show_rows(
    terminal: Terminal,
    request: Request,
    table: Table,
    columns: Sequence[str],
    rows: list[dict[str, object]],
) -> Result:
    shown = [{name: row.get(name) for name in columns} for row in rows[: request.limit]]
    more = len(rows) > request.limit
    if shown:
        for line in grid(columns, shown, terminal.width):
            terminal.say(line)
        first, last = request.offset + 1, request.offset + len(shown)
        next_page = f"; more: --page {request.page + 1}" if more else ""
        terminal.note(f"{table.table}: rows {first} to {last} of {_number(table)}{next_page}")
    else:
        terminal.note(f"{table.table}: no rows" + (f" on page {request.page}" if request.page > 1 else ""))
    data = {
        "service": request.service,
        "table": table.table,
        "rows": shown,
        "page": request.page,
        "next": request.page + 1 if more else None,
    }
    return Result("data", "ok", 0, data)


def _show_tables(terminal: Terminal, service: Service, tables: Sequence[Table]) -> Result:
    """Those of the service first, then those of the kit, which each process has."""
    own = [table for table in tables if table.service == service.name.module]
    kit = [table for table in tables if table.service == "platform" or table.table.startswith("_")]
    shown = [*own, *kit]
    width = max((len(each.table) for each in shown), default=0)
    for each in shown:
        terminal.say(f"{each.table:<{width}}  {_number(each):>6}  {', '.join(each.columns)}")
    if not shown:
        terminal.note(f"{service.name} has stored nothing yet")
    data = [{"table": each.table, "rows": each.rows, "columns": each.columns} for each in shown]
    return Result("data", "ok", 0, {"service": str(service.name), "tables": data})


def _number(table: Table) -> str:
    return f"{table.rows} or more" if table.rows >= table.counted else str(table.rows)


def _service(spec: Spec, name: str) -> Service:
    for service in spec.services:
        if name in (str(service.name), service.name.snake):
            return service
    names = [str(service.name) for service in spec.services]
    raise unknown("unknown-service", f"there is no service {name[:80]}", name, names)


def _process(spec: Spec, service: Service, description: Description) -> str:
    """The process that holds the service: one of its name, or the only one."""
    names = {program.name for program in description.programs}
    own = str(service.name.process)
    return own if own in names else str(spec.name.only_process)


def _table(service: Service, wanted: str | None, tables: Sequence[Table]) -> Table | None:
    """The table of this name; without one, that of the service's rows. None where nothing is stored."""
    if not tables:
        return None
    name = wanted or service.name.module
    found = next((table for table in tables if table.table == name), None)
    if found is not None and found.service in (service.name.module, "platform", None):
        return found
    if wanted is None:
        own = [table for table in tables if table.service == service.name.module]
        if own:
            return own[0]
    others = [table.table for table in tables if table.service == service.name.module]
    hint = f"there is {', '.join(others)}" if others else f"blueprint data {service.name} --tables"
    raise UsageError(Problem("unknown-table", f"{service.name} has no table {name[:80]}", hint))


def _columns(table: Table, wanted: Sequence[str]) -> Sequence[str]:
    unknown = [name for name in wanted if name not in table.columns]
    if unknown:
        hint = f"there is {', '.join(table.columns)}"
        raise UsageError(Problem("unknown-column", f"{table.table} has no column {unknown[0][:80]}", hint))
    return wanted or table.columns
