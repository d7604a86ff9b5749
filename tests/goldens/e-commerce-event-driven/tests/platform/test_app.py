"""What every route has, whichever service it belongs to."""

from collections.abc import AsyncIterator, Sequence

import pytest
from fastapi import APIRouter, FastAPI, Response
from httpx import ASGITransport, AsyncClient
from prometheus_client import REGISTRY

from conftest import serve
from shop.platform import app, telemetry
from shop.platform.app import LARGEST_BODY
from shop.platform.database import Database, migrate
from shop.platform.headers import SECURITY_HEADERS
from shop.platform.problems import answer_with_problems
from shop.platform.service import Service
from shop.platform.tasks import Unavailable
from shop.platform.values import Text
from tests.platform.doubles import Anything

TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"

router = APIRouter()


@router.post("/things")
async def take(body: Anything, name: Text = "") -> int:
    return body.number


@router.get("/trace")
async def trace() -> str:
    return telemetry.traceparent()


@router.get("/busy")
async def busy() -> float | None:
    return REGISTRY.get_sample_value("http_requests_in_progress")


@router.get("/bank")
async def bank() -> None:
    raise Unavailable("the bank is closed", retry_after=1.2)


@router.get("/kept")
async def kept(response: Response) -> None:
    response.headers["Cache-Control"] = "max-age=60"


@router.get("/broken")
async def broken() -> None:
    raise RuntimeError("a row of the table users")


@pytest.fixture
async def client() -> AsyncIterator[AsyncClient]:
    async with serve(Service("things", "shop.entrypoints", router)) as client:
        yield client


@pytest.mark.parametrize(("patience", "starts"), [(60.0, True), (0.0, False)])
async def test_a_process_that_starts_waits_for_its_database_but_not_for_ever(
    patience: float, starts: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "DATABASE_PATIENCE", patience)
    monkeypatch.setattr(app, "DATABASE_PAUSE", 0.0)
    away = [Unavailable("it is away"), Unavailable("it is away")]

    async def migrate_later(database: Database, packages: Sequence[str]) -> None:
        if away:
            raise away.pop()
        await migrate(database, packages)

    monkeypatch.setattr(app, "migrate", migrate_later)
    if starts:
        async with serve(Service("things", "shop.entrypoints", router)) as client:
            assert (await client.get("/readyz")).status_code == 200
    else:
        with pytest.raises(Unavailable, match="it is away"):
            async with serve(Service("things", "shop.entrypoints", router)):
                pass


async def test_what_is_not_json_is_a_400(client: AsyncClient) -> None:
    answer = await client.post("/things", content="{", headers={"content-type": "application/json"})

    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


async def test_what_is_not_valid_is_a_422_that_names_the_field(client: AsyncClient) -> None:
    answer = await client.post("/things", params={"name": "\0"}, json={"number": "x"})

    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == {"name", "number"}


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nothing", 404), ("DELETE", "/things", 405)])
async def test_what_is_not_there_is_a_problem_too(client: AsyncClient, method: str, path: str, status: int) -> None:
    answer = await client.request(method, path)

    assert (answer.status_code, answer.json()["status"]) == (status, status)


async def test_a_body_that_is_too_large_is_refused_whether_it_says_so_or_not(client: AsyncClient) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(2):
            yield b" " * LARGEST_BODY

    announced = await client.post("/things", content=b" " * (LARGEST_BODY + 1))
    not_announced = await client.post("/things", content=pieces(), headers={"content-type": "application/json"})

    assert (announced.status_code, not_announced.status_code) == (413, 413)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/trace"), ("GET", "/nothing"), ("POST", "/things"), ("GET", "/livez")]
)
async def test_a_browser_may_do_nothing_with_an_answer(client: AsyncClient, method: str, path: str) -> None:
    answer = await client.request(method, path)

    assert SECURITY_HEADERS.items() <= {name.title(): value for name, value in answer.headers.items()}.items()


async def test_a_route_says_itself_how_long_its_answer_may_be_kept(client: AsyncClient) -> None:
    assert (await client.get("/kept")).headers.get_list("cache-control") == ["max-age=60"]


async def test_what_breaks_inside_is_not_told_outside() -> None:
    app = FastAPI()
    app.include_router(router)
    answer_with_problems(app)

    async with AsyncClient(transport=ASGITransport(app, raise_app_exceptions=False), base_url="http://test") as client:
        answer = await client.get("/broken")

    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "users" not in answer.text and "RuntimeError" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_what_needs_somebody_who_does_not_answer_says_when_to_come_back(client: AsyncClient) -> None:
    answer = await client.get("/bank")

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


async def test_a_request_counts_while_it_is_answered(client: AsyncClient) -> None:
    assert (await client.get("/busy")).json() == 1
    assert REGISTRY.get_sample_value("http_requests_in_progress") == 0


@pytest.mark.parametrize("path", telemetry.OF_OPERATORS)
async def test_what_machines_ask_all_the_time_is_no_request_of_users(client: AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 200

    routes = {sample.labels.get("route") for metric in REGISTRY.collect() for sample in metric.samples}
    assert path not in routes


async def test_the_trace_of_the_caller_goes_on(client: AsyncClient) -> None:
    answer = await client.get("/trace", headers={"traceparent": f"00-{TRACE_ID}-00f067aa0ba902b7-01"})

    assert answer.json().split("-")[1] == TRACE_ID
    assert "00f067aa0ba902b7" not in answer.json()


@pytest.mark.parametrize("sent", ["", "x", f"00-{'0' * 32}-00f067aa0ba902b7-01", f"ff-{TRACE_ID}-00f067aa0ba902b7-01"])
async def test_without_a_valid_trace_a_new_one_begins(client: AsyncClient, sent: str) -> None:
    first, second = [(await client.get("/trace", headers={"traceparent": sent})).json() for _ in range(2)]

    assert first.split("-")[1] not in (second.split("-")[1], TRACE_ID, "0" * 32)
