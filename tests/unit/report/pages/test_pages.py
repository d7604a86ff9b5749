"""The pages of a running system, over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest

from blueprint.report.pages.content import Pages
from blueprint.report.pages.server import serving

HOSTILE = "</code><script>alert(1)</script>"
BODY = {"requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Form"}}}}}


@dataclass(frozen=True)
class Process:
    name: str
    url: str


@pytest.fixture
def pages(tmp_path: Path) -> Pages:
    services = [Process("orders", "http://127.0.0.1:8001"), Process("gateway", "http://127.0.0.1:8000")]
    return Pages("shop", "microservices", "gateway", tmp_path, {"orders"}, services=services)


@pytest.fixture
def site(pages: Pages) -> Iterator[httpx.Client]:
    with serving(pages) as address, httpx.Client(base_url=f"http://{address}", trust_env=False) as client:
        yield client


def openapi(pages: Pages, paths: dict[str, Any], **components: Any) -> None:
    (pages.docs / "openapi.json").write_text(json.dumps({"paths": paths, "components": components}))


def test_a_document_that_cannot_be_read_is_named_with_the_way_out(pages: Pages, site: httpx.Client) -> None:
    for text in (None, "{", "[]", "\udcff"):
        if text is not None:
            (pages.docs / "openapi.json").write_bytes(text.encode(errors="surrogateescape"))
        page = site.get("/")
        assert page.status_code == 200
        assert "docs/openapi.json cannot be read" in page.text
        assert "run blueprint openapi" in page.text
        assert site.get("/docs/").status_code == 200


def test_pages_show_the_documents_as_they_are_now(pages: Pages, site: httpx.Client) -> None:
    openapi(pages, {"/old": {"get": {"tags": ["orders"], "operationId": "orders_old"}}})
    assert 'href="/docs/#/orders/orders_old"' in site.get("/").text
    openapi(pages, {"/new": {"get": {}}})
    page = site.get("/").text
    assert "/new" in page
    assert "/old" not in page


def test_text_of_documents_stays_text(pages: Pages, site: httpx.Client) -> None:
    openapi(pages, {f"/{HOSTILE}": {"get": {"tags": [HOSTILE], "operationId": f'"{HOSTILE}'}}})
    events = {HOSTILE: {"description": HOSTILE}}
    (pages.docs / "asyncapi.json").write_text(json.dumps({"channels": events, "operations": {}}))
    page = site.get("/").text
    assert "&lt;script&gt;" in page
    assert "<script" not in page


@pytest.mark.parametrize("paths", [{"/": None}, {"/x": []}, {"/x": {"get": {"tags": None}}}, [], "x"])
def test_an_odd_document_does_not_break_the_pages(pages: Pages, site: httpx.Client, paths: Any) -> None:
    openapi(pages, paths, securitySchemes={"a": {"type": "http", "scheme": "bearer"}, "b": 1})
    (pages.docs / "asyncapi.json").write_text(json.dumps({"channels": paths, "operations": [1]}))
    assert site.get("/").status_code == 200
    assert site.get("/docs/").status_code == 200


def test_metrics_are_linked_where_there_are_some(pages: Pages, site: httpx.Client) -> None:
    pages.services = [Process("orders.2", "http://127.0.0.1:1"), Process("registry", "http://127.0.0.1:2")]
    page = site.get("/").text
    assert "http://127.0.0.1:1/metrics" in page
    assert "http://127.0.0.1:2/metrics" not in page


def test_the_login_form_has_what_the_login_needs(pages: Pages, site: httpx.Client) -> None:
    login = {"/v1/login": {"post": BODY}}
    form = {"required": ["name", "password"]}
    bearer = {"token": {"type": "http", "scheme": "Bearer"}}
    openapi(pages, login, schemas={"Form": form}, securitySchemes=bearer)
    page = site.get("/docs/").text
    assert 'data-path="/v1/login"' in page
    assert 'name="name" type="text"' in page
    assert 'name="password" type="password"' in page
    assert "create an account" not in page

    openapi(pages, login, schemas={"Form": form})
    assert "<form" not in site.get("/docs/").text


@pytest.mark.parametrize(
    "path",
    [
        "/docs/../content.py",
        "/docs/%2e%2e/server.py",
        "/docs/server.py",
        "/docs/start.html.j2",
        "/docs//etc/passwd",
        "/x",
    ],
)
def test_nothing_else_is_served(site: httpx.Client, path: str) -> None:
    answer = site.send(site.build_request("GET", httpx.URL(str(site.base_url), raw_path=path.encode())))
    assert answer.status_code == 404


def test_every_answer_forbids_foreign_hosts_and_copies(pages: Pages, site: httpx.Client) -> None:
    openapi(pages, {})
    for path in ("/", "/docs/", "/docs/pages.js", "/docs/swagger-ui-bundle.js", "/missing"):
        headers = site.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'self';")
        assert headers["cache-control"] == "no-store"
    assert site.head("/").content == b""
    assert site.get("/docs").headers["location"] == "/docs/"


class _Provider(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        answer = json.dumps({"access_token": form}).encode()
        self.send_response(200 if "username" in form else 400)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def provider(pages: Pages) -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Provider) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}"
        pages.provider, pages.services = "idp", [Process("idp", url)]
        yield url
        server.shutdown()
        thread.join()


def test_the_provider_for_development_is_asked_for_a_token(
    pages: Pages, site: httpx.Client, provider: str
) -> None:
    openapi(pages, {}, securitySchemes={"oidc": {"type": "openIdConnect"}})
    page = site.get("/docs/").text
    assert 'data-path="/docs/token"' in page
    assert "OpenID provider for development" in site.get("/").text

    answer = site.post("/docs/token", json={"username": "ada", "name": "A & B"})
    assert answer.json() == {"access_token": "username=ada&name=A+%26+B"}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"{", "the form is not JSON"),
        (b"[]", "not a JSON object of strings"),
        (b'{"username": 1}', "not a JSON object of strings"),
        (b"{}", "the provider answers 400"),
        (b" " * 10_001, "Content-Length of at most 10000"),
    ],
)
def test_a_form_that_gets_no_token_says_why(
    site: httpx.Client, provider: str, body: bytes, reason: str
) -> None:
    answer = site.post("/docs/token", content=body)
    assert answer.status_code == 400
    assert reason in answer.json()["detail"]


def test_a_provider_that_has_gone_is_named(pages: Pages, site: httpx.Client) -> None:
    pages.provider, pages.services = "idp", [Process("idp", "http://127.0.0.1:1")]
    assert "the provider does not answer" in site.post("/docs/token", json={"username": "a"}).json()["detail"]


def test_with_a_provider_of_the_team_a_token_is_pasted(pages: Pages, site: httpx.Client) -> None:
    openapi(pages, {}, securitySchemes={"oidc": {"type": "openIdConnect"}})
    assert "Paste an access token" in site.get("/docs/").text
    assert site.post("/docs/token", json={"username": "a"}).status_code == 404
