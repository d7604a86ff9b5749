"""Eureka itself, as Spring Cloud Netflix has it: from Maven Central, compiled and started here.

Needs Maven, a JDK from version 17 on, and Maven Central or a mirror of it.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from blueprint.runtime.ports import free_ports
from tests.brokers.servers.java import STARTS_SOON
from tests.support.system import eventually

HERE = Path(__file__).parent
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
FETCH_SECONDS = 300
START_SECONDS = 280.0
"""On a machine that does much else meanwhile."""
SETTINGS = {
    "server.address": "127.0.0.1",
    "eureka.client.register-with-eureka": "false",
    "eureka.client.fetch-registry": "false",
    # As docs/how-to/run-several-instances.md says.
    "eureka.server.use-read-only-response-cache": "false",
    "eureka.server.response-cache-update-interval-ms": "1000",
    "eureka.server.response-cache-auto-expiration-in-seconds": "2",
    "eureka.server.eviction-interval-timer-in-ms": "1000",
    "eureka.server.enable-self-preservation": "false",
}


@dataclass(frozen=True, slots=True)
class Eureka:
    url: str
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@contextmanager
def eureka(folder: Path) -> Iterator[str]:
    """Base URL of a registry that runs; what it needs goes into the folder."""
    _build(folder)
    [port] = free_ports(1)
    with _running(folder, {"server.port": str(port)}, f"http://127.0.0.1:{port}/eureka") as registry:
        yield registry.url


@contextmanager
def eureka_pair(folder: Path) -> Iterator[list[Eureka]]:
    """Two registries that replicate each other. They need different hosts: one host is taken for oneself."""
    _build(folder)
    places = list(zip(("127.0.0.1", "127.0.0.2"), free_ports(2), strict=True))
    urls = [f"http://{host}:{port}/eureka" for host, port in places]
    with ExitStack() as stack:
        pair: list[Eureka] = []
        for (host, port), url in zip(places, urls, strict=True):
            [peer] = [other for other in urls if other != url]
            settings = {"server.port": str(port), "server.address": host, "eureka.instance.hostname": host}
            settings |= {"eureka.client.service-url.defaultZone": f"{peer}/"}
            pair.append(stack.enter_context(_running(folder, settings, url)))
        yield pair


@contextmanager
def _running(folder: Path, settings: Mapping[str, str], url: str) -> Iterator[Eureka]:
    words = [f"--{name}={value}" for name, value in {**SETTINGS, **settings}.items()]
    command = ["java", *STARTS_SOON, "-Xmx256m", "-cp", "classes:jars/*", "Registry", *words]
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    registry = Eureka(url, process)
    try:
        eventually(lambda: apps_of(url) is not None, START_SECONDS, f"Eureka answers, see {folder}/log", 0.2)
        yield registry
    finally:
        registry.kill()


def apps_of(url: str) -> dict[str, int] | None:
    """Service -> number of instances that are up; None where nobody answers."""
    try:
        answer = httpx.get(f"{url}/apps", headers={"Accept": "application/json"}, trust_env=False)
    except httpx.TransportError:
        return None
    if answer.status_code != httpx.codes.OK:
        return None
    apps = answer.json()["applications"]["application"]
    return {app["name"].lower(): sum(one["status"] == "UP" for one in app["instance"]) for app in apps}


def _build(folder: Path) -> None:
    fetch = ["mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), COPY, f"-DoutputDirectory={folder}/jars"]
    subprocess.run(fetch, check=True, timeout=FETCH_SECONDS)
    compile_ = ["javac", "-cp", f"{folder}/jars/*", "-d", f"{folder}/classes", str(HERE / "Registry.java")]
    subprocess.run(compile_, check=True, timeout=FETCH_SECONDS)
