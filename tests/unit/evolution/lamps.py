"""A service whose migrations lie in a folder: what a change of its spec asks of the rows that it has."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Literal

from blueprint.catalog.load import load_catalog
from blueprint.errors import SpecError
from blueprint.evolution.disk_state import read_disk_states
from blueprint.plan.model import Template, Text
from blueprint.plan.planner import make_plan
from blueprint.render.context import context_about, context_of
from blueprint.render.environment import Templates
from blueprint.spec.load import load_spec
from blueprint.spec.model import Spec
from blueprint.sql.changes import run
from blueprint.sql.statements import statements
from blueprint.tree import RelPath

CATALOG = load_catalog()
HEAD = "version: 1\nname: shop\npattern: monolith\nstack: fastapi\nservices:\n  lamps:\n"
FOLDER = "src/shop/lamps/migrations"
Answer = Literal["nothing", "migration", "refused"]


class Lamps:
    """The service in a folder. Whatever a migration is made of, only what it does is looked at."""

    def __init__(self, root: Path, fields: str, types: str = "") -> None:
        self.root = root
        self.folder = root / FOLDER
        self.folder.mkdir(parents=True)
        self._followed: Spec | None = None
        assert self.becomes(fields, types) == "migration"

    def becomes(self, fields: str, types: str = "") -> Answer:
        """What a change to these fields and entries of `types` comes to; its migrations are written."""
        text = f"{HEAD}    resource: {{{fields}}}\n" + (f"types: {{{types}}}\n" if types else "")
        spec = load_spec(text, "blueprint.yaml")
        known = {RelPath(f"{FOLDER}/{file.name}") for file in self.folder.iterdir()}
        try:
            plan = make_plan(spec, CATALOG, text, read_disk_states(self.root, spec, known, self._followed))
        except SpecError as error:
            assert {problem.code for problem in error.problems} == {"stored-rows"}
            return "refused"
        templates, before = Templates(plan, context_of(plan)), len(known)
        for file in plan.files:
            if file.path.startswith(FOLDER) and file.path not in known:
                source = file.source
                assert isinstance(source, Text | Template)
                written = (
                    source.text
                    if isinstance(source, Text)
                    else templates.render(source.origin.label, context_about(source.subject))
                )
                (self.root / file.path).write_text(written, "utf-8")
        self._followed = spec
        return "migration" if len(list(self.folder.iterdir())) > before else "nothing"

    def migrate(self, statements: str) -> None:
        """A migration of the user's."""
        number = len(list(self.folder.iterdir())) + 1
        (self.folder / f"{number:04}_by_hand.sql").write_text(statements, "utf-8")

    def takes(self, **row: object) -> bool:
        """Whether SQLite keeps a row with these values, after all migrations."""
        database = sqlite3.connect(":memory:", isolation_level=None)
        try:
            for file in sorted(self.folder.iterdir()):
                for statement in statements(file.read_text("utf-8")):
                    run(database, statement)
            values = {"id": "1", "created_at": "now", **row}
            names, marks = ", ".join(f'"{name}"' for name in values), ", ".join("?" for _ in values)
            database.execute(f"INSERT INTO lamps ({names}) VALUES ({marks})", list(values.values()))
        except sqlite3.IntegrityError:
            return False
        finally:
            database.close()
        return True
