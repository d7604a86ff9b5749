"""A process of the generated project, with its own database, on a broker."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx

from blueprint.runtime.ports import free_ports
from tests.brokers.generated import Office
from tests.support.system import eventually

READY_SECONDS = 30.0
END_SECONDS = 30.0
TOKEN = "a-token-for-operators"


_BROKER_WARNINGS = ("broker is not available", "cannot publish events")


class Service:
    """Not started yet. `folder` holds its log and its database (unless it shares one) over several starts."""

    def __init__(
        self, office: Office, name: str, broker: str, folder: Path, database: Path | None = None
    ) -> None:
        self._office, self._name, self._broker, self._folder = office, name, broker, folder
        folder.mkdir()
        self.database = database or folder / f"{name}.db"
        [self._port] = free_ports(1)
        self._process: subprocess.Popen[bytes] | None = None
        self.glasses = folder / "glasses"
        """Once this is there, clerks can read everything."""

    def start(self) -> None:
        """Returns when it is ready."""
        self.launch()
        eventually(self._is_ready, READY_SECONDS, f"{self._name} is ready")

    def launch(self) -> subprocess.Popen[bytes]:
        app = f"office.entrypoints.{self._name}:create_app"
        command = [self._office.python, "-m", "uvicorn", "--factory", app, "--port", str(self._port)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--log-level", "warning"], env=self._environment, stdout=log, stderr=log
            )
        return self._process

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    def kill(self) -> None:
        """`kill -9`, where it runs."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def stop(self) -> int:
        """Ends it in order; the exit code."""
        assert self._process
        self._process.terminate()
        return self._process.wait(END_SECONDS)

    def post(self, letter: Mapping[str, str]) -> None:
        """Returns when the letter is accepted."""
        answer = httpx.post(f"{self._url}/letters", json=letter, timeout=20, trust_env=False)
        assert answer.status_code == httpx.codes.CREATED, answer.text

    def dead_letters(self) -> list[dict[str, Any]]:
        answer = httpx.get(f"{self._url}/internal/dead-letters", headers=self._operator, trust_env=False)
        letters: list[dict[str, Any]] = answer.raise_for_status().json()["items"]
        return letters

    def settle(self, letter: Mapping[str, Any], how: str) -> None:
        """`replay` or `skip` a dead letter."""
        url = f"{self._url}/internal/dead-letters/{letter['id']}/{how}"
        httpx.post(url, headers=self._operator, trust_env=False).raise_for_status()

    def stamped(self) -> list[str]:
        """The ids of the letters that a clerk has stamped, in order."""
        with closing(sqlite3.connect(self.database)) as database:
            return [row[0] for row in database.execute("SELECT letter_id FROM clerks ORDER BY id")]

    def said(self) -> list[str]:
        """All lines of its log."""
        return self._log.read_text("utf-8").splitlines()

    def warnings(self) -> list[str]:
        """What it said of a broker that does not answer."""
        lines = [json.loads(line) for line in self.said() if line.startswith("{")]
        return [line["error"] for line in lines if line.get("event") in _BROKER_WARNINGS]

    @property
    def _log(self) -> Path:
        return self._folder / f"{self._name}.log"

    @property
    def _url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def _operator(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {TOKEN}"}

    @property
    def _environment(self) -> dict[str, str]:
        return {
            **self._office.environment,
            "DATABASE_URL": f"sqlite:///{self.database}",
            "BROKER_URL": self._broker,
            "OPERATOR_TOKEN": TOKEN,
            "GLASSES": str(self.glasses),
        }

    def _is_ready(self) -> bool:
        assert self._process and self._process.poll() is None, "\n".join(self.said()[-20:])
        try:
            return httpx.get(f"{self._url}/readyz", timeout=2, trust_env=False).is_success
        except httpx.TransportError:
            return False
