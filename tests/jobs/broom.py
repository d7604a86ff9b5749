"""A running project whose job can be held up, and what came of its runs."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx

from tests.support.system import Service, System

JOB = "sweeps.sweep"
PERIOD = 10


@dataclass(frozen=True, slots=True)
class Broom:
    """The project, and the folder in which its runs leave traces."""

    folder: Path
    seen: Path

    def system(self, *flags: str) -> System:
        """Started on entry, with two processes of the service that has the job."""
        return System(
            self.folder,
            self.seen / "log",
            "--instances",
            f"{self.process}=2",
            *flags,
            variables={"SWEEPS": str(self.seen)},
        )

    @property
    def process(self) -> str:
        """The one that holds the service."""
        programs = json.loads((self.folder / ".blueprint/run.json").read_text("utf-8"))["processes"]
        names = [program["name"] for program in programs]
        return "sweeps" if "sweeps" in names else "broom"

    @property
    def hold(self) -> Path:
        """While this file is there, a run does not end."""
        return self.seen / "hold"

    def doing(self) -> int | None:
        """The pid of the process that began a run last, since this was asked."""
        file = self.seen / "doing"
        if not file.exists() or not (text := file.read_text("utf-8")):
            return None
        file.unlink()
        return int(text)

    def rows(self) -> list[str]:
        """The pids of the runs that were done, in their order."""
        return [pid for (pid,) in self.ask('SELECT pid FROM "sweeps" ORDER BY created_at')]

    def due_times(self) -> list[datetime]:
        """When the runs were due that the schedule asked for."""
        ids = [id for (id,) in self.ask(f"SELECT id FROM _tasks WHERE id LIKE '{JOB} at %' ORDER BY seq")]
        return [datetime.fromisoformat(id.rpartition(" ")[2]) for id in ids]

    def open_runs(self) -> int:
        """How many runs have begun and not ended."""
        [(number,)] = self.ask("SELECT count(*) FROM _tasks WHERE key LIKE 'job/%' AND status <> 'done'")
        return int(number)

    def ask(self, sql: str) -> list[tuple[str, ...]]:
        """What the database of the process says."""
        with closing(sqlite3.connect(self.database, timeout=10)) as connection:
            rows = connection.execute(sql).fetchall()
            connection.commit()
            return rows

    @property
    def database(self) -> Path:
        return self.folder / f"var/{self.process}.db"


def by_hand(system: System, service: Service) -> int:
    """The status of the answer of an operator's request to start the job."""
    headers = {"Authorization": f"Bearer {system.environment['OPERATOR_TOKEN']}"}
    url = f"{service.url}/internal/jobs/{JOB}"
    return httpx.post(url, headers=headers, timeout=10, trust_env=False).status_code


def states(system: System, service: Service) -> dict[str, object]:
    """What an operator is told of the job."""
    headers = {"Authorization": f"Bearer {system.environment['OPERATOR_TOKEN']}"}
    answer = httpx.get(f"{service.url}/internal/jobs", headers=headers, timeout=10, trust_env=False)
    [item] = answer.json()["items"]
    return dict(item)
