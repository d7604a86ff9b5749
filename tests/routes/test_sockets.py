"""WebSockets pass the gateway and what every request passes, and end with 1001, in every pattern."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.auth.conftest import settings
from tests.auth.provider import Provider
from tests.balancing.fronts import haproxy
from tests.conftest import PATTERNS
from tests.generated.workshop import Workshop
from tests.routes.newsroom import Newsroom
from tests.support.system import System

OF_STORIES = {"monolith": "newsroom", "microservices": "stories", "event-driven": "stories"}
LARGEST_MESSAGE = 1 << 20


@contextmanager
def client(project: Newsroom, url: str, *words: str) -> Iterator[Callable[..., str]]:
    """Sends a line, if it is one, and returns the next that the client says."""
    process = project.connect(url.replace("http", "ws", 1), *words)
    assert process.stdin and process.stdout
    said, told = process.stdout, process.stdin

    def talk(line: str = "") -> str:
        if line:
            told.write(f"{line}\n")
            told.flush()
        return said.readline().strip()

    try:
        yield talk
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_websocket_passes_the_gateway_and_ends_with_1001(
    pattern: str, newsroom: Callable[[str], Newsroom], tmp_path: Path
) -> None:
    project = newsroom(pattern)
    with System(project.folder, tmp_path / "log") as system:
        stories = system.services[OF_STORIES[pattern]]
        with (
            client(project, f"{system.url}/feed") as reading,
            client(project, f"{system.url}/stories/5/comments") as writing,
        ):
            assert reading() == "open"
            assert reading("how many") == "got how many: 0"
            httpx.post(f"{system.url}/stories", json={"title": "Rain"}, trust_env=False).raise_for_status()
            assert reading("how many") == "got how many: 1"
            assert writing() == "open"
            assert writing() == "got 5"
            assert open_sockets(stories.url) == 2

            system.kill(stories.name, signal.SIGTERM)

            assert reading() == "closed 1001"
            assert last(writing) == "closed 1001"

    lines = [line for line in (tmp_path / "log").read_text().splitlines() if '"event": "websocket"' in line]
    assert len([line for line in lines if '"code": "1001"' in line]) == 2
    assert all(re.search(r'"trace_id": "[0-9a-f]{32}"', line) for line in lines)


@pytest.mark.parametrize("pattern", ["monolith", "microservices"])
def test_a_websocket_is_refused_as_a_request_is(
    pattern: str, newsroom: Callable[[str], Newsroom], tmp_path: Path
) -> None:
    project = newsroom(pattern)
    with System(project.folder, tmp_path / "log") as system:
        for path, origin, status in (
            ("/feed", "https://elsewhere.example", 403),
            ("/stories/closed/comments", system.url, 401),
            ("/nothing", system.url, 404),
        ):
            with client(project, f"{system.url}{path}", origin) as talk:
                assert talk() == f"refused {status}"
        with client(project, f"{system.url}/stories/short/comments") as talk:
            assert (talk(), talk()) == ("open", "closed 1006")
        with client(project, f"{system.url}/feed") as talk:
            assert talk() == "open"
            assert talk(f"big {LARGEST_MESSAGE}").endswith("x: 0")
            assert talk(f"big {LARGEST_MESSAGE + 1}") == "closed 1009"
        stories = system.services[OF_STORIES[pattern]].url
        assert open_sockets(stories) == 0
        metrics = httpx.get(f"{stories}/metrics", trust_env=False).text
        assert 'websockets_total{code="1009",route="/feed"} 1.0' in metrics
        assert 'websockets_total{code="1006",route="/stories/{id}/comments"} 1.0' in metrics
        assert 'websockets_total{code="401",route="/stories/{id}/comments"} 1.0' in metrics

    assert "error" not in (tmp_path / "log").read_text().lower()


def test_a_websocket_passes_haproxy(newsroom: Callable[[str], Newsroom], tmp_path: Path) -> None:
    project = newsroom("microservices")
    with System(project.folder, tmp_path / "log") as system:
        ports = {name: [each.port] for name, each in system.services.items() if name != "gateway"}
        with haproxy(project.folder, ports, tmp_path) as front, client(project, f"{front}/feed") as talk:
            assert talk() == "open"
            assert talk("how many") == "got how many: 0"
            system.kill("stories", signal.SIGTERM)
            assert talk() == "closed 1001"


def user_with_password(url: str) -> tuple[str, str]:
    """A new user's id and token."""
    ada = {"email": "ada@example.com", "password": "correct horse", "name": "Ada"}
    user = httpx.post(f"{url}/users", json=ada, trust_env=False).raise_for_status().json()
    login = httpx.post(f"{url}/login", json=ada, trust_env=False).raise_for_status().json()
    return user["id"], login["access_token"]


@pytest.mark.parametrize(
    ("pattern", "auth"), [("monolith", "oidc"), ("microservices", "password"), ("event-driven", "oidc")]
)
def test_a_websocket_knows_who_is_logged_in(
    pattern: str, auth: str, workshop: Workshop, tmp_path: Path
) -> None:
    project = Newsroom.shop(pattern, auth, workshop, tmp_path / "shop")
    with Provider() as provider:
        variables = settings(provider) if auth == "oidc" else None
        with System(project.folder, tmp_path / "log", variables=variables) as system:
            feed = f"{system.url}/orders/feed"
            user, token = (
                ("ada", provider.token(sub="ada")) if auth == "oidc" else user_with_password(system.url)
            )
            for sent in ("", "nonsense", f"{token[:-8]}AAAAAAAA"):
                with client(project, feed, "", sent) as talk:
                    assert talk() == "refused 401"
            with client(project, feed, "", token) as talk:
                assert talk() == "open"
                assert talk() == f"got {user}"


def open_sockets(url: str) -> int:
    metrics = httpx.get(f"{url}/metrics", trust_env=False).text
    found = re.search(r"^websockets_open (\d+)", metrics, re.MULTILINE)
    assert found
    return int(found[1])


def last(talk: Callable[[], str]) -> str:
    while (line := talk()).startswith("got"):
        pass
    return line
