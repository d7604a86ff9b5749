"""A body has the limit of its route, is written to disk as it arrives, and is there whole or not at all."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.balancing.fronts import haproxy
from tests.conftest import PATTERNS
from tests.routes.newsroom import Newsroom
from tests.support.system import System, eventually

MIB = 1 << 20
OF_MEDIA = {"monolith": "newsroom", "microservices": "media", "event-driven": "media"}


def body(size: int) -> Iterator[bytes]:
    """In pieces, so that its length is not announced."""
    for _ in range(size // 65_536):
        yield bytes(65_536)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_each_route_has_its_own_limit(
    pattern: str, newsroom: Callable[[str], Newsroom], tmp_path: Path
) -> None:
    project = newsroom(pattern)
    with System(project.folder, tmp_path / "log") as system:
        fronts = [system.url]
        _limits_hold(system.url)
        if pattern != "monolith":
            ports = {name: [each.port] for name, each in system.services.items() if name != "gateway"}
            with haproxy(project.folder, ports, tmp_path) as front:
                fronts.append(front)
                _limits_hold(front)
        sizes = {file.stat().st_size for file in project.uploads()}
        assert sizes == {20 * MIB, 19 * MIB}
        assert len(project.uploads()) == 2 * len(fronts) + 1


def _limits_hold(url: str) -> None:
    with httpx.Client(base_url=url, trust_env=False, timeout=30) as client:
        for content in (bytes(20 * MIB), body(20 * MIB)):
            assert client.post("/media/import", content=content).json() == {"size": 20 * MIB}
        assert client.post("/uploads/photo", files={"file": bytes(19 * MIB)}).json() == {"size": 19 * MIB}
        for method, path, content in (
            ("POST", "/media/import", bytes(20 * MIB + 1)),
            ("POST", "/media/import", body(21 * MIB)),
            ("POST", "/webhooks/stripe", bytes(65_537)),
            ("POST", "/webhooks/other/v1.2", bytes(MIB + 1)),
            ("POST", "/stories", bytes(4 * MIB + 1)),
            ("PUT", "/stories/1", bytes(MIB + 1)),
        ):
            answer = client.request(method, path, content=content)
            assert answer.status_code == 413, (method, path)
            assert answer.headers["content-type"] == "application/problem+json"
        for method, path, size in (("POST", "/media/import", 28 * MIB), ("PUT", "/media/1", 9 * MIB)):
            assert is_cut_off(client, method, path, size)
        assert client.post("/uploads/large", files={"file": bytes(20 * MIB)}).status_code == 413


def test_an_upload_is_not_held_in_memory(newsroom: Callable[[str], Newsroom], tmp_path: Path) -> None:
    project = newsroom("microservices")
    with System(project.folder, tmp_path / "log") as system:
        media = system.pid_of("media")
        with httpx.Client(base_url=system.url, trust_env=False, timeout=30) as client:
            client.post("/media/import", content=body(MIB)).raise_for_status()
            client.post("/uploads/first", files={"file": bytes(MIB)}).raise_for_status()
            before = peak_memory(media)
            for number in range(5):
                client.post("/media/import", content=body(20 * MIB)).raise_for_status()
                client.post(f"/uploads/{number}", files={"file": bytes(19 * MIB)}).raise_for_status()

        assert peak_memory(media) - before < 8 * MIB


@pytest.mark.parametrize("pattern", PATTERNS)
def test_an_upload_that_ends_early_leaves_nothing(
    pattern: str, newsroom: Callable[[str], Newsroom], tmp_path: Path
) -> None:
    project = newsroom(pattern)
    with System(project.folder, tmp_path / "log") as system:
        media = system.services[OF_MEDIA[pattern]]
        for port in (media.port, httpx.URL(system.url).port):
            with socket.create_connection(("127.0.0.1", port)) as client:
                head = f"POST /media/import HTTP/1.1\r\nHost: localhost\r\nContent-Length: {20 * MIB}\r\n\r\n"
                client.sendall(head.encode() + bytes(5 * MIB))
                eventually(lambda: project.uploads(), 10, "a file that grows")
            eventually(lambda: not project.uploads(), 10, "nothing is left")


def is_cut_off(client: httpx.Client, method: str, path: str, size: int) -> bool:
    """Whether a gateway refuses a body. A client that still sends may see the end of the connection first."""
    try:
        return client.request(method, path, content=bytes(size)).status_code == 413
    except httpx.TransportError:
        return True


def peak_memory(pid: int) -> int:
    """Bytes."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) * 1024
