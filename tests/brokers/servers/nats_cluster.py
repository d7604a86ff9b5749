"""Servers of NATS on this machine that are one cluster."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from sysconfig import get_path
from typing import Any

import httpx

from blueprint.runtime.ports import free_ports
from tests.brokers.servers.program import Program, running
from tests.support.system import eventually

CONFIG = """
server_name: "{name}"
listen: "127.0.0.1:{port}"
http: "127.0.0.1:{http}"
jetstream: {{store_dir: "{folder}/data"}}
cluster: {{name: "cluster", listen: "127.0.0.1:{route}", routes: [{routes}]}}
"""
HEALTHY_SECONDS = 60.0


@dataclass(slots=True)
class Node:
    name: str
    port: int
    http: int
    folder: Path
    program: Program

    def kill(self) -> None:
        self.program.kill()

    def start(self) -> None:
        self.program.start_again()

    def wipe(self) -> None:
        """Remove what is on its disk."""
        shutil.rmtree(self.folder / "data")

    def look(self, path: str) -> dict[str, Any]:
        """What its monitoring answers."""
        answer: dict[str, Any] = httpx.get(f"http://127.0.0.1:{self.http}/{path}", trust_env=False).json()
        return answer

    @property
    def is_healthy(self) -> bool:
        """Whether it has caught up with all streams that it keeps."""
        try:
            return self.look("healthz").get("status") == "ok"
        except (httpx.TransportError, json.JSONDecodeError):
            return False


@dataclass(frozen=True, slots=True)
class Cluster:
    nodes: list[Node]

    def url(self, place: str) -> str:
        hosts = ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)
        return f"nats://{hosts}/{place}"

    def wait_healthy(self) -> None:
        eventually(
            lambda: all(node.is_healthy for node in self.nodes), HEALTHY_SECONDS, "all nodes are healthy"
        )

    def replicas(self, stream: str) -> int:
        """The number of copies of a stream. A server knows those of which it has a copy."""
        found = [node.look("jsz?streams=true&config=true").get("account_details", []) for node in self.nodes]
        streams = [each for accounts in found for one in accounts for each in one.get("stream_detail", [])]
        configs = [each["config"] for each in streams if each["name"] == stream]
        return max((int(config["num_replicas"]) for config in configs), default=0)


@contextmanager
def cluster_in(folder: Path, size: int) -> Iterator[Cluster]:
    """A cluster of so many servers, each with a folder of its own."""
    ports = free_ports(3 * size)
    clients, https, routes = ports[:size], ports[size : 2 * size], ports[2 * size :]
    urls = ", ".join(f'"nats://127.0.0.1:{route}"' for route in routes)
    nodes: list[Node] = []
    with ExitStack() as stack:
        for number, (port, http, route) in enumerate(zip(clients, https, routes, strict=True)):
            place = folder / f"node-{number}"
            place.mkdir()
            config = place / "nats.conf"
            config.write_text(
                CONFIG.format(name=place.name, port=port, http=http, route=route, routes=urls, folder=place)
            )
            server = [str(Path(get_path("scripts"), "nats-server")), "-c", str(config)]
            program = stack.enter_context(running(server, port, place))
            nodes.append(Node(place.name, port, http, place, program))
        cluster = Cluster(nodes)
        cluster.wait_healthy()
        yield cluster
