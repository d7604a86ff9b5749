"""What compose.yaml describes, started outside of containers, with the same commands and variables."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from sysconfig import get_path
from typing import Any

import httpx
import pytest

from blueprint.runtime.ports import free_ports
from tests.balancing.fronts import haproxy
from tests.brokers.servers.program import Program, running
from tests.databases.server import Postgres
from tests.generated.containers import SECRETS, compose, instructions
from tests.generated.recipes import PATTERNS, Recipe
from tests.generated.workshop import Workshop, output
from tests.support.contract import keep_contract
from tests.support.system import eventually

PASSWORD = """p@ss/w:o?r#d%20&"+=$ \\ü"""
START_SECONDS = 60.0
CONTRACT_SECONDS = 200.0
SAMPLE = ("test_checkout.py", "test_users.py")
CHOSEN = "paid_order or declined_card or told_their_id"
PORT = "8000"

PROJECTS = [
    pytest.param(
        Recipe("e-commerce", pattern, "postgresql", "nats" if pattern == "event-driven" else None),
        id=pattern,
        marks=() if pattern == "event-driven" else pytest.mark.exhaustive,
    )
    for pattern in PATTERNS
]


class Stack:
    """The processes of a project on this machine; a host and a port of compose.yaml is a port here."""

    def __init__(self, project: Path, scratch: Path) -> None:
        self.project, self._scratch = project, scratch
        self.services = _described(project)
        self.processes = [
            name for name, one in self.services.items() if "entrypoints" in str(one.get("command"))
        ]
        self.ports = dict(zip(self.processes, free_ports(len(self.processes)), strict=True))
        self.places = {f"{name}:{PORT}": f"127.0.0.1:{port}" for name, port in self.ports.items()}
        self.places["/data/"] = f"{scratch}/"

    def environment(self, name: str) -> dict[str, str]:
        """The variables of a service, with the addresses of this machine."""
        found = {}
        for variable, value in self.services[name]["environment"].items():
            text = str(value).replace("$$", "$")  # as Compose writes it in a file
            for place, here in self.places.items():
                text = text.replace(place, here)
            found[variable] = text
        return found

    @contextmanager
    def process(self, name: str) -> Iterator[Program]:
        """It, until the end of the block."""
        dockerfile = (self.project / "Dockerfile").read_text()
        [entrypoint] = instructions(dockerfile, "ENTRYPOINT")
        words = [*json.loads(entrypoint), *self.services[name]["command"]]
        image = {
            "PATH": f"{self.project}/.blueprint/venv/bin:{os.defpath}",
            "PYTHONPATH": f"{self.project}/src",
        }
        command = [
            word.replace("0.0.0.0", "127.0.0.1").replace(PORT, str(self.ports[name])) for word in words
        ]

        def start() -> subprocess.Popen[bytes]:
            with (self._scratch / f"{name}.log").open("ab") as log:
                env = {**image, **self.environment(name)}
                return subprocess.Popen(command, cwd=self.project, env=env, stdout=log, stderr=log)

        program = Program(start)
        try:
            yield program
        finally:
            program.kill()  # it would drain for seconds

    def is_ready(self, name: str) -> bool:
        try:
            answer = httpx.get(f"http://127.0.0.1:{self.ports[name]}/readyz", trust_env=False)
        except httpx.TransportError:
            return False
        return answer.status_code == httpx.codes.OK

    def log(self, name: str) -> str:
        return (self._scratch / f"{name}.log").read_text()[-3000:]


def _described(project: Path) -> Mapping[str, Mapping[str, Any]]:
    """What Docker Compose understands, with the secrets that the project makes, and a difficult password."""
    python = str(project / ".blueprint/venv/bin/python")
    env = {"PYTHONPATH": "src", "PATH": os.defpath}
    made = output([python, "-m", "shop.entrypoints.secrets"], project, env)
    given = dict(line.split("=", 1) for line in made.splitlines() if "=" in line)
    assert {*SECRETS, "POSTGRES_PASSWORD"} <= given.keys()
    return compose(project, **{**given, "POSTGRES_PASSWORD": f"'{PASSWORD}'"})["services"]


@contextmanager
def nats(project: Path, folder: Path) -> Iterator[str]:
    """The address of a server with the configuration of the project."""
    [port, watched] = free_ports(2)
    folder.mkdir()
    settings = json.loads((project / "deploy/nats.json").read_text())
    settings["jetstream"]["store_dir"] = str(folder)
    config = folder / "nats.json"
    config.write_text(json.dumps({**settings, "port": port, "http_port": watched}))
    with running([str(Path(get_path("scripts"), "nats-server")), "--config", str(config)], port, folder):
        yield f"127.0.0.1:{port}"


def with_database(server: Postgres, settings: Mapping[str, str]) -> str:
    """The address of the server, once it has what the image of PostgreSQL makes of its variables."""
    url = server.url("postgres")
    password = settings["POSTGRES_PASSWORD"].replace("'", "''")
    server.ask(url, "DROP ROLE IF EXISTS postgres")
    server.ask(url, f"CREATE ROLE postgres SUPERUSER LOGIN PASSWORD '{password}'")
    server.ask(url, f'DROP DATABASE IF EXISTS "{settings["POSTGRES_DB"]}"')
    server.ask(url, f'CREATE DATABASE "{settings["POSTGRES_DB"]}"')
    return url.rpartition("@")[2].partition("/")[0]


@pytest.mark.long
@pytest.mark.needs("haproxy")
@pytest.mark.timeout(START_SECONDS + CONTRACT_SECONDS + 60)
@pytest.mark.parametrize("recipe", PROJECTS)
def test_a_shop_with_the_variables_of_compose_keeps_the_contract(
    recipe: Recipe, workshop: Workshop, server: Postgres, tmp_path: Path
) -> None:
    stack = Stack(workshop.startable(recipe), tmp_path)
    stack.places["postgres:5432"] = with_database(server, stack.environment("postgres"))
    gateway = stack.environment("gateway")

    with ExitStack() as system:
        if recipe.broker:
            stack.places[f"{recipe.broker}:4222"] = system.enter_context(
                nats(stack.project, tmp_path / "nats")
            )
        started = {name: system.enter_context(stack.process(name)) for name in stack.processes}
        for name in started:
            eventually(partial(stack.is_ready, name), START_SECONDS, f"{name}\n{stack.log(name)}")
        assert {gateway[f"{name.upper()}_ADDRESS"] for name in started} == {
            f"127.0.0.1:{port}" for port in stack.ports.values()
        }
        ports = {name: [port] for name, port in stack.ports.items()}
        url = system.enter_context(haproxy(stack.project, ports, tmp_path))

        keep_contract(stack.project, *SAMPLE, flags=("--url", url, "-k", CHOSEN), within=CONTRACT_SECONDS)

        for name in started:  # the address that an Ingress routes to one of them
            answer = httpx.get(f"http://127.0.0.1:{stack.ports[name]}/openapi.json", trust_env=False)
            assert answer.json() == json.loads((stack.project / "docs/openapi.json").read_text())
