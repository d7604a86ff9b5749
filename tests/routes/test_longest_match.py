"""The longest match decides who answers, alike in Caddy, HAProxy, an ingress and the app of a monolith."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
import yaml

from tests.balancing.fronts import FRONTS, Front
from tests.generated.recipes import Recipe
from tests.generated.workshop import Workshop

SERVICES = ("stories", "hooks", "media", "archive")
OWNERS = {
    "/stories": "stories",
    "/stories/1": "stories",
    "/stories/1/like": "stories",
    "/stories/latest": "stories",
    "/stories/archiver": "stories",
    "/stories/archive": "archive",
    "/stories/archive/1999": "archive",
    "/stories/1/archive": "stories",
    "/feed": "stories",
    "/feed/more": None,
    "/hooks/by-hand": "hooks",
    "/webhooks/stripe": "hooks",
    "/webhooks/other/v1.2": "hooks",
    "/webhooks": "hooks",
    "/media": "media",
    "/media/1": "media",
    "/media/older": "media",
    "/media/old": "archive",
    "/media/old/1": "media",
    "/uploads/photo": "media",
    "/upload": None,
    "/archive/1/pages/2": "archive",
    "/archives": None,
    "/": None,
}
"""A path, and the service that it leads to."""
ASKED = """
import asyncio, json, sys
from httpx import ASGITransport, AsyncClient
from newsroom.entrypoints.newsroom import create_app
from newsroom.platform.settings import Settings

async def main():
    settings = Settings(database_url="sqlite:///" + sys.argv[1], operator_token="operator of the tests")
    app = create_app(settings)
    client = AsyncClient(transport=ASGITransport(app), base_url="http://test")
    async with app.router.lifespan_context(app), client:
        for method, path in json.load(sys.stdin):
            answer = await client.request(method, path)
            print(answer.json()["detail"])

asyncio.run(main())
"""


@contextmanager
def echoes() -> Iterator[dict[str, list[int]]]:
    """A server for each service, which answers with its name; the ports by name."""
    servers = {name: ThreadingHTTPServer(("127.0.0.1", 0), echo(name)) for name in SERVICES}
    for server in servers.values():
        threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield {name: [server.server_port] for name, server in servers.items()}
    finally:
        for server in servers.values():
            server.shutdown()
            server.server_close()


def echo(name: str) -> type[BaseHTTPRequestHandler]:
    class Echo(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(name)))
            self.end_headers()
            self.wfile.write(name.encode())

        def log_message(self, *_: object) -> None: ...

    return Echo


@pytest.mark.parametrize("front", FRONTS)
def test_a_gateway_takes_the_longest_match(front: Front, workshop: Workshop, tmp_path: Path) -> None:
    project = workshop.project(Recipe("routes", "microservices"))
    with echoes() as ports, front(project, ports, tmp_path) as url:
        answers = {path: httpx.get(url + path, trust_env=False) for path in OWNERS}

    found = {path: each.text if each.status_code == 200 else None for path, each in answers.items()}
    assert found == OWNERS


def test_an_ingress_takes_the_longest_match(workshop: Workshop) -> None:
    """As Kubernetes says it: an exact path first, then the prefix with the most segments."""
    project = workshop.project(Recipe("routes", "event-driven"))
    ingress = yaml.safe_load((project / "deploy/k8s/base/ingress.yaml").read_text())
    entries = ingress["spec"]["rules"][0]["http"]["paths"]

    def owner(path: str) -> str | None:
        exact = [each for each in entries if each["pathType"] == "Exact" and each["path"] == path]
        below = [
            each
            for each in entries
            if each["pathType"] == "Prefix" and f"{path}/".startswith(f"{each['path']}/")
        ]
        longest = sorted(below, key=lambda each: len(each["path"].split("/")), reverse=True)
        taken = [*exact, *longest]
        return str(taken[0]["backend"]["service"]["name"]) if taken else None

    assert {path: owner(path) for path in OWNERS} == OWNERS


def test_the_app_of_a_monolith_takes_the_longest_match(workshop: Workshop, tmp_path: Path) -> None:
    routes = {
        ("GET", "/stories/archive/1999"): "GET /stories/archive/1999 has no code yet.",
        ("GET", "/media/old"): "GET /media/old has no code yet.",
        ("GET", "/media/older"): "There is no media with this id.",
        ("GET", "/stories/latest"): "GET /stories/latest has no code yet.",
        ("GET", "/stories/1"): "There is no story with this id.",
        ("PUT", "/stories/1/like"): "PUT /stories/1/like has no code yet.",
    }
    asked = json.dumps([list(each) for each in routes])

    said = workshop.run(
        Recipe("routes", "monolith"),
        *("python", "-c", ASKED, str(tmp_path / "test.db")),
        pythonpath="src",
        stdin=asked,
    )

    assert [line for line in said.splitlines() if not line.startswith("{")] == list(routes.values())
