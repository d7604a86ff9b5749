"""Between services a call is done once, and what goes wrong is told apart: now, or for ever."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient

from acme.platform.calls import remote as calls
from acme.platform.calls.failures import Busy, Rejected
from acme.platform.calls.remote import TIMEOUT_HEADER, RemoteServices, answering_router
from acme.platform.calls.slots import Slots
from acme.platform.http.app import create_web_app
from acme.platform.http.web import Process
from acme.platform.storage.database import Database
from acme.platform.workflows.actions import Action, ActionCall
from acme.platform.workflows.flows import Flows
from acme.platform.workflows.orchestration import Orchestrator
from acme.platform.workflows.tasks import Unavailable
from tests.kit.doubles import Anything, act, acts, journal, lines_of
from tests.kit.waiting import rest

RESERVE = ActionCall("shelf.reserve", "o1", {"number": 1}, "checkout")


class Calls:
    """Sends to an app without a socket, or answers what it is told to."""

    def __init__(self, client: AsyncClient | None = None, status: int = 200, body: Any = None) -> None:
        self._client, self._answer = client, (status, body)

    async def close(self) -> None: ...

    async def post(self, service: str, path: str, body: dict[str, Any], key: str = "") -> tuple[int, Any]:
        if self._client is None:
            return self._answer
        answer = await self._client.post(path, json=body)
        return answer.status_code, answer.json()


@asynccontextmanager
async def asking(
    database: Database, *known: Action, flows: Flows | None = None
) -> AsyncIterator[RemoteServices]:
    """Who asks a service that has these actions."""
    actions = acts(*known)
    orchestrator = Orchestrator(database, flows or Flows(), actions)
    process = Process("shelf", [], database, orchestrator, orchestrator.tasks, "operator of the tests")
    app = create_web_app(process, [answering_router(actions, orchestrator)])
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        AsyncClient(transport=transport, base_url="http://test") as client,
    ):
        yield RemoteServices(Calls(client))


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (429, Busy),
        (502, Unavailable),
        (503, Unavailable),
        (504, Unavailable),
        (500, RuntimeError),
        (404, Rejected),
        (422, Rejected),
    ],
)
async def test_an_answer_that_is_none_says_whether_to_try_again(status: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        await RemoteServices(Calls(status=status, body="upstream connect error")).perform(RESERVE)


async def test_who_asks_twice_gets_the_same_outcome_of_one_call(database: Database) -> None:
    async with asking(database, act("shelf.reserve")) as remote:
        first, second = await remote.perform(RESERVE), await remote.perform(RESERVE)

        assert (first.reason, first.result) == (second.reason, second.result)
        assert await journal(database) == ["shelf.reserve"]


async def test_what_follows_from_a_call_follows_once(database: Database) -> None:
    flows = Flows(reactions={"shelf.reserve": ("mail.thank",)})
    async with asking(database, act("shelf.reserve"), act("mail.thank"), flows=flows) as remote:
        for _ in range(2):
            await remote.perform(RESERVE)
        await rest(database)

        assert await journal(database) == ["shelf.reserve", "mail.thank"]


async def test_a_refusal_is_an_answer(database: Database) -> None:
    async with asking(database, act("shelf.reserve", refuses="empty")) as remote:
        assert (await remote.perform(RESERVE)).reason == "empty"


async def test_an_undo_that_overtakes_its_action_prevents_it(database: Database) -> None:
    release = ActionCall("shelf.release", "o1", {}, "checkout", undoes="shelf.reserve", final=True)
    async with asking(database, act("shelf.reserve"), act("shelf.release")) as remote:
        await remote.perform(release)

        assert (await remote.perform(RESERVE)).reason == "undone"
        assert await journal(database) == []


@pytest.mark.parametrize(
    ("trouble", "error"),
    [(OSError("no disk"), Unavailable), (TypeError("bug"), Rejected), (RuntimeError("odd"), RuntimeError)],
)
async def test_trouble_at_the_other_end_says_whether_to_try_again(
    database: Database, trouble: Exception, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = lines_of(calls, monkeypatch)
    async with asking(database, act("shelf.reserve", fails=trouble)) as remote:
        with pytest.raises(error, match="bug|no disk|shelf failed") as caught:
            await remote.perform(RESERVE)

    assert "about:blank" not in str(caught.value)
    logged = [line["exception"] for line in lines if "exception" in line]
    if error is Rejected:
        assert [text.rpartition("\n")[2] for text in logged] == ["TypeError: bug"]
        assert "doubles.py" in logged[0]
    else:
        assert not logged


async def test_who_finds_no_room_is_told_when_to_come_again(database: Database) -> None:
    waiting, go_on = asyncio.Event(), asyncio.Event()

    async def wait(_: Any) -> None:
        waiting.set()
        await go_on.wait()

    action = Action("shelf.reserve", Anything, act("shelf.reserve").run, wait, Slots(1))
    async with asking(database, action) as services:
        first = asyncio.create_task(services.perform(RESERVE))
        await waiting.wait()

        with pytest.raises(Busy) as refused:
            await services.perform(replace(RESERVE, key="o2"))

        go_on.set()
        await asyncio.gather(first, return_exceptions=True)
    assert refused.value.retry_after > 0


async def test_what_cannot_be_understood_is_refused_without_repeating_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = lines_of(calls, monkeypatch)
    async with asking(database, act("shelf.reserve")) as remote:
        with pytest.raises(Rejected, match="number") as caught:
            await remote.perform(ActionCall("shelf.reserve", "o1", {"number": "a secret"}, "checkout"))

    assert "secret" not in str(caught.value) + str(lines)


async def test_what_is_not_known_there_will_never_be_answered(database: Database) -> None:
    async with asking(database) as remote:
        with pytest.raises(Rejected, match="Unknown action: shelf.reserve"):
            await remote.perform(RESERVE)


async def test_an_event_that_comes_twice_has_one_effect(database: Database) -> None:
    thank = ActionCall("mail.thank", "o1", {}, event="e1")
    async with asking(database, act("mail.thank")) as remote:
        for _ in range(2):
            await remote.deliver(thank)
            await rest(database)

        assert await journal(database) == ["mail.thank"]


async def test_who_does_not_wait_any_longer_is_not_worked_for(database: Database) -> None:
    async def dawdle(_: object) -> None:
        await asyncio.Event().wait()

    actions = acts(act("shelf.reserve", call=dawdle))
    orchestrator = Orchestrator(database, Flows(), actions)
    process = Process("shelf", [], database, orchestrator, orchestrator.tasks, "operator of the tests")
    transport = ASGITransport(create_web_app(process, [answering_router(actions, orchestrator)]))
    async with AsyncClient(transport=transport, base_url="http://test") as client:
        answer = await client.post(
            "/internal/actions/shelf.reserve", json=asdict(RESERVE), headers={TIMEOUT_HEADER: "0.01"}
        )

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
