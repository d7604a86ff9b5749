"""What every route has, whichever service it belongs to."""

from collections.abc import AsyncIterator, Sequence
from enum import StrEnum

import pytest
from fastapi import APIRouter, BackgroundTasks, FastAPI, Response
from httpx import ASGITransport, AsyncClient
from prometheus_client import REGISTRY
from pydantic import BaseModel

from acme.platform.http.app import LARGEST_BODY
from acme.platform.http.headers import SECURITY_HEADERS
from acme.platform.http.pages import RowError
from acme.platform.http.problems import answer_with_problems
from acme.platform.monitoring import telemetry
from acme.platform.service import Service
from acme.platform.storage import schema
from acme.platform.storage.database import Database, Duplicate
from acme.platform.storage.rows import UnreadableRow
from acme.platform.storage.schema import migrate
from acme.platform.storage.table import Record
from acme.platform.values import Text, Time
from acme.platform.workflows.tasks import Unavailable
from conftest import serve
from tests.kit.doubles import Anything

TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"

router = APIRouter()


@router.post("/things")
async def take(body: Anything, name: Text = "") -> int:
    return body.number


class Note(BaseModel):
    text: Text


@router.post("/texts")
async def note(body: Note) -> str:
    return body.text


@router.get("/trace")
async def trace() -> str:
    return telemetry.traceparent()


@router.get("/since")
async def since(time: Time) -> str:
    return time.isoformat()


@router.get("/numbered/{id}")
async def numbered(id: str) -> str:
    return id


@router.delete("/numbered/{id}")
async def remove_numbered(id: str) -> None: ...


@router.get("/busy")
async def busy() -> float | None:
    return REGISTRY.get_sample_value("http_requests_in_progress")


@router.get("/bank")
async def bank() -> None:
    raise Unavailable("the bank is closed", retry_after=1.2)


@router.get("/spoilt")
async def spoilt() -> None:
    raise UnreadableRow("things", [RowError(id="7", field="since", message="is no time")])


class Label(StrEnum):
    FRAGILE = "fragile"


class Parcel(Record):
    label: Label


class Unrelated(BaseModel):
    label: Label


@router.get("/parcels/{label}")
async def parcel(label: str) -> str:
    return Parcel.model_validate({"label": label}).label


@router.get("/unrelated/{label}")
async def unrelated(label: str) -> str:
    return Unrelated.model_validate({"label": label}).label


@router.get("/taken/{columns}")
async def taken(columns: str) -> None:
    raise Duplicate("UNIQUE constraint failed", columns.split("+"))


@router.get("/kept")
async def kept(response: Response) -> None:
    response.headers["Cache-Control"] = "max-age=60"


@router.get("/broken")
async def broken() -> None:
    raise RuntimeError("a row of the table users")


@router.get("/late")
async def late(tasks: BackgroundTasks) -> None:
    tasks.add_task(broken)


@pytest.fixture
async def client() -> AsyncIterator[AsyncClient]:
    async with serve(Service("things", "acme.entrypoints", router)) as client:
        yield client


@pytest.mark.parametrize(("patience", "starts"), [(60.0, True), (0.0, False)])
async def test_a_process_that_starts_waits_for_its_database_but_not_for_ever(
    patience: float, starts: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "DATABASE_PATIENCE", patience)
    monkeypatch.setattr(schema, "DATABASE_PAUSE", 0.0)
    away = [Unavailable("it is away"), Unavailable("it is away")]

    async def migrate_later(database: Database, packages: Sequence[str]) -> None:
        if away:
            raise away.pop()
        await migrate(database, packages)

    monkeypatch.setattr(schema, "migrate", migrate_later)
    if starts:
        async with serve(Service("things", "acme.entrypoints", router)) as client:
            assert (await client.get("/readyz")).status_code == 200
    else:
        with pytest.raises(Unavailable, match="it is away"):
            async with serve(Service("things", "acme.entrypoints", router)):
                pass


async def test_what_is_not_json_is_a_400(client: AsyncClient) -> None:
    answer = await client.post("/things", content="{", headers={"content-type": "application/json"})

    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


async def test_what_is_not_valid_is_a_422_that_names_the_field(client: AsyncClient) -> None:
    answer = await client.post("/things", params={"name": "\0"}, json={"number": "x"})

    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == {"name", "number"}


async def test_half_of_a_surrogate_pair_is_no_text(client: AsyncClient) -> None:
    answer = await client.post(
        "/texts", content=b'{"text": "\\ud83e"}', headers={"content-type": "application/json"}
    )

    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (422, ["text"])


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
async def test_a_time_that_utc_does_not_have_is_not_valid(client: AsyncClient, time: str) -> None:
    answer = await client.get("/since", params={"time": time})

    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (422, ["time"])


@pytest.mark.parametrize(
    "time",
    ["1893456000", "2030-01-31", "2030-01-31T12:00Z", "2030-01-31T12:00:00", "2030-01-31T12:00:00+0100"],
)
async def test_a_time_is_written_as_rfc_3339_says(client: AsyncClient, time: str) -> None:
    answer = await client.get("/since", params={"time": time})

    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (422, ["time"])


@pytest.mark.parametrize(
    "time", ["2030-01-31T12:00:00Z", "2030-01-31t13:00:00+01:00", "2030-01-31 12:00:00.000z"]
)
async def test_a_time_is_answered_in_utc(client: AsyncClient, time: str) -> None:
    assert (await client.get("/since", params={"time": time})).json() == "2030-01-31T12:00:00+00:00"


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded"])
async def test_a_body_that_does_not_say_that_it_is_json_is_told_so(client: AsyncClient, kind: str) -> None:
    answer = await client.post(
        "/texts", content='{"text": "x"}', headers={"Content-Type": kind} if kind else {}
    )

    assert (answer.status_code, "Content-Type: application/json" in answer.json()["detail"]) == (422, True)


async def test_a_slash_at_the_end_is_another_path(client: AsyncClient) -> None:
    assert (await client.get("/trace/")).status_code == 404


async def test_a_path_with_u_0000_in_it_is_none(client: AsyncClient) -> None:
    assert (await client.get("/numbered/%00")).status_code == 404


async def test_allow_names_all_methods_of_a_path(client: AsyncClient) -> None:
    answers = [await client.request(method, "/numbered/7") for method in ("POST", "OPTIONS")]

    assert [answer.status_code for answer in answers] == [405, 405]
    assert {answer.headers["allow"] for answer in answers} == {"DELETE, GET, HEAD"}


async def test_head_is_answered_as_get_without_the_body(client: AsyncClient) -> None:
    head, get = await client.head("/numbered/7"), await client.get("/numbered/7")

    assert (head.status_code, head.headers, head.content) == (200, get.headers, b"")
    assert (await client.head("/things")).headers["allow"] == "POST"


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nothing", 404), ("DELETE", "/things", 405)])
async def test_what_is_not_there_is_a_problem_too(
    client: AsyncClient, method: str, path: str, status: int
) -> None:
    answer = await client.request(method, path)

    assert (answer.status_code, answer.json()["status"]) == (status, status)


async def test_a_body_that_is_too_large_is_refused_whether_it_says_so_or_not(client: AsyncClient) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(2):
            yield b" " * LARGEST_BODY

    announced = await client.post("/things", content=b" " * (LARGEST_BODY + 1))
    not_announced = await client.post(
        "/things", content=pieces(), headers={"content-type": "application/json"}
    )

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

    async with AsyncClient(
        transport=ASGITransport(app, raise_app_exceptions=False), base_url="http://test"
    ) as client:
        answer = await client.get("/broken")

    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "users" not in answer.text and "RuntimeError" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert (
        answer.headers["connection"] == "close"
    )  # which uvicorn does now, after an error that it is told of


async def test_a_row_that_cannot_be_read_is_named(client: AsyncClient) -> None:
    answer = await client.get("/spoilt")

    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert answer.json()["detail"] == "The stored data of 7 in things cannot be read."
    assert answer.json()["errors"] == [{"field": "since", "message": "is no time"}]


async def test_a_value_that_only_the_record_refuses_is_a_422(client: AsyncClient) -> None:
    assert (await client.get("/parcels/fragile")).json() == "fragile"

    answer = await client.get("/parcels/heavy")

    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    [error] = answer.json()["errors"]
    assert (error["field"], "fragile" in error["message"]) == ("label", True)


async def test_a_value_that_another_model_refuses_is_an_error_of_ours() -> None:
    app = FastAPI()
    app.include_router(router)
    answer_with_problems(app)
    async with AsyncClient(
        transport=ASGITransport(app, raise_app_exceptions=False), base_url="http://t"
    ) as client:
        answer = await client.get("/unrelated/heavy")

    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")


@pytest.mark.parametrize("columns", ["email", "user_id+day"])
async def test_what_is_taken_is_a_409_that_names_the_fields(columns: str, client: AsyncClient) -> None:
    answer = await client.get(f"/taken/{columns}")

    assert answer.status_code == 409
    assert [error["field"] for error in answer.json()["errors"]] == columns.split("+")


async def test_what_needs_somebody_who_does_not_answer_says_when_to_come_back(client: AsyncClient) -> None:
    answer = await client.get("/bank")

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


async def test_a_request_counts_while_it_is_answered(client: AsyncClient) -> None:
    assert (await client.get("/busy")).json() == 1
    assert REGISTRY.get_sample_value("http_requests_in_progress") == 0


@pytest.mark.parametrize("path", [*telemetry.OF_OPERATORS, "/internal/records/tasks"])
async def test_what_machines_ask_all_the_time_is_no_request_of_users(client: AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code in (200, 401)

    routes = {sample.labels.get("route") for metric in REGISTRY.collect() for sample in metric.samples}
    assert path not in routes


async def test_the_trace_of_the_caller_goes_on(client: AsyncClient) -> None:
    answer = await client.get("/trace", headers={"traceparent": f"00-{TRACE_ID}-00f067aa0ba902b7-01"})

    assert answer.json().split("-")[1] == TRACE_ID
    assert "00f067aa0ba902b7" not in answer.json()


@pytest.mark.parametrize(
    "sent", ["", "x", f"00-{'0' * 32}-00f067aa0ba902b7-01", f"ff-{TRACE_ID}-00f067aa0ba902b7-01"]
)
async def test_without_a_valid_trace_a_new_one_begins(client: AsyncClient, sent: str) -> None:
    first, second = [(await client.get("/trace", headers={"traceparent": sent})).json() for _ in range(2)]

    assert first.split("-")[1] not in (second.split("-")[1], TRACE_ID, "0" * 32)


async def test_what_fails_after_its_answer_costs_the_connection_nothing(client: AsyncClient) -> None:
    """Whoever raises it to the server has the connection closed."""
    assert (await client.get("/late")).status_code == 200
