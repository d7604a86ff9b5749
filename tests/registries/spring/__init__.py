"""Eureka itself, as Spring Cloud Netflix has it: from Maven Central, compiled and started here.

Needs Maven, a JDK from version 17 on, and Maven Central or a mirror of it.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def eureka(folder: Path) -> Iterator[str]:
    """Base URL of a registry that runs; what it needs goes into the folder."""
    _build(folder)
    [port] = free_ports(1)
    settings = [f"--{name}={value}" for name, value in (SETTINGS | {"server.port": str(port)}).items()]
    command = ["java", *STARTS_SOON, "-Xmx256m", "-cp", "classes:jars/*", "Registry", *settings]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}/eureka"
    try:
        eventually(lambda: apps_of(url) is not None, START_SECONDS, f"Eureka answers, see {folder}/log", 0.2)
        yield url
    finally:
        process.kill()
        process.wait()


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
