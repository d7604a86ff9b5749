"""What stands in front of the instances: Caddy or HAProxy, as a project configures them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import httpx
import pytest

from blueprint.runtime.ports import free_ports
from blueprint.runtime.tools import locate
from tests.balancing.names import name_server
from tests.support.programs import require
from tests.support.system import eventually

Ports = Mapping[str, Sequence[int]]
Front = Callable[[Path, Ports, Path], AbstractContextManager[str]]
"""Base URL of a front: of a project, for processes at these ports, with its files in this folder."""


@contextmanager
def caddy(project: Path, ports: Ports, scratch: Path) -> Iterator[str]:
    """Base URL of Caddy in front of processes at these ports, by their name."""
    command = [locate("caddy"), "run", "--config", "deploy/Caddyfile", "--adapter", "caddyfile"]
    addresses = {name: " ".join(f"127.0.0.1:{port}" for port in each) for name, each in ports.items()}
    with _running(command, project, addresses, scratch) as url:
        yield url


@contextmanager
def haproxy(project: Path, ports: Ports, scratch: Path) -> Iterator[str]:
    """The same of HAProxy, which resolves names; `ports` may change meanwhile."""
    with name_server(ports) as server:
        config = scratch / "haproxy.cfg"
        text = (project / "deploy/haproxy.cfg").read_text()
        for known, here in (
            ("parse-resolv-conf", f"nameserver test {server}"),
            (
                "resolvers dns init-addr",
                "resolvers dns resolve-opts allow-dup-ip init-addr",
            ),  # all are on 127.0.0.1
        ):
            assert known in text
            text = text.replace(known, here)
        config.write_text(text)
        names = {name: f"_{name}._tcp.test" for name in ports}
        with _running([require("haproxy"), "-db", "-f", str(config)], project, names, scratch) as url:
            yield url


@contextmanager
def haproxy_of_the_registry(project: Path, registry: str, scratch: Path) -> Iterator[str]:
    """Base URL of HAProxy whose servers are those of the registry at this DISCOVERY_URL."""
    place = {"HAPROXY_SOCKET": str(scratch / "haproxy.sock")}
    with _running(
        [require("haproxy"), "-db", "-f", "deploy/haproxy.cfg"], project, {}, scratch, **place
    ) as url:
        command = [project / ".blueprint/venv/bin/python", "-m", "shop.entrypoints.balancer"]
        env = {**os.environ, **place, "DISCOVERY_URL": registry, "PYTHONPATH": "src"}
        with (scratch / "balancer.log").open("ab") as log:
            balancer = subprocess.Popen(command, cwd=project, env=env, stdout=log, stderr=log)
        try:
            yield url
        finally:
            balancer.kill()
            balancer.wait()


FRONTS = [
    pytest.param(caddy, id="caddy"),
    pytest.param(haproxy, id="haproxy", marks=pytest.mark.needs("haproxy")),
]


@contextmanager
def _running(
    command: Sequence[str], project: Path, addresses: Mapping[str, str], scratch: Path, **more: str
) -> Iterator[str]:
    [port] = free_ports(1)
    named = {f"{name.upper().replace('-', '_')}_ADDRESS": address for name, address in addresses.items()}
    env = {**os.environ, "PORT": str(port), "GATEWAY_HOST": "127.0.0.1", **named, **more}
    url = f"http://127.0.0.1:{port}"
    with (scratch / "front.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=project, env=env, stdout=log, stderr=log)
    try:
        eventually(lambda: process.poll() is not None or _lives(url), 15, "the front listens")
        assert process.poll() is None, (scratch / "front.log").read_text()[-2000:]
        yield url
    finally:
        process.kill()
        process.wait()


def _lives(url: str) -> bool:
    try:
        return httpx.get(f"{url}/livez", trust_env=False).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False
