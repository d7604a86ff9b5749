"""What PostgreSQL takes though no record is like that: named, and hiding no other row."""

from __future__ import annotations

from pathlib import Path

import httpx

from tests.databases.server import Postgres
from tests.generated.recipes import Recipe
from tests.generated.spoils import EVERYWHERE, Samples, spoils
from tests.generated.workshop import Workshop
from tests.support.system import System


def test_what_somebody_spoilt_is_named_and_hides_no_other(
    server: Postgres, workshop: Workshop, tmp_path: Path
) -> None:
    url, log = server.new_database(), tmp_path / "log"
    project = workshop.startable(Recipe("kinds", "monolith", database="postgresql"))
    with (
        System(project, log, variables={"DATABASE_URL": url}) as system,
        httpx.Client(base_url=system.url, timeout=30) as client,
    ):
        samples = Samples(client, spoils(EVERYWHERE))
        [schema] = server.ask(url, "SELECT schemaname FROM pg_tables WHERE tablename = 'samples'")
        for statement in samples.statements(f'"{schema}".samples'):
            server.ask(url, statement)

        samples.check(log)
