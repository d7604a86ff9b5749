"""What operators see of a process, and what they can do."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from httpx import AsyncClient
from prometheus_client.parser import text_string_to_metric_families

from acme.platform.service import Service
from acme.platform.storage.database import Database
from acme.platform.workflows.tasks import Task, Tasks
from conftest import serve
from tests.kit.waiting import eventually, statuses

OPERATOR = {"Authorization": "Bearer operator"}
SERVICE = Service("things", "acme.entrypoints")


class Machine:
    """Does its tasks as long as it is not broken."""

    def __init__(self, database: Database) -> None:
        self._database, self.broken = database, True
        self.tasks = Tasks(database, {"do": self._do})

    async def _do(self, task: Task) -> None:
        if self.broken:
            raise ValueError("broken")
        async with self._database.begin() as tx:
            await self.tasks.done(tx, task)


@pytest.fixture
def machine(database: Database) -> Machine:
    return Machine(database)


@pytest.fixture
async def client(database: Database, machine: Machine) -> AsyncIterator[AsyncClient]:
    async with serve(SERVICE, database, machine.tasks) as client:
        async with database.begin() as tx:
            await machine.tasks.add(tx, "do", "a", {"number": 1})
            await machine.tasks.add(tx, "do", "a", {"number": 2})
        await eventually(lambda: has(database, "dead", "waiting"))
        yield client


async def has(database: Database, *wanted: str) -> bool:
    return [status for _, status in await statuses(database)] == list(wanted)


async def dead_letters(client: AsyncClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get("/internal/dead-letters", headers=OPERATOR)).json()[
        "items"
    ]
    return found


async def test_what_could_not_be_done_is_listed_with_the_reason(client: AsyncClient) -> None:
    [letter] = await dead_letters(client)

    assert (letter["handler"], letter["key"], letter["error"]) == ("do", "a", "ValueError: broken")


async def test_what_is_replayed_is_done_before_what_waited_for_it(
    client: AsyncClient, machine: Machine, database: Database
) -> None:
    machine.broken = False
    [letter] = await dead_letters(client)

    answer = await client.post(f"/internal/dead-letters/{letter['id']}/replay", headers=OPERATOR)

    assert answer.status_code == 204
    await eventually(lambda: has(database, "done", "done"))


async def test_what_is_skipped_lets_its_key_go_on(client: AsyncClient, database: Database) -> None:
    [letter] = await dead_letters(client)

    answer = await client.post(f"/internal/dead-letters/{letter['id']}/skip", headers=OPERATOR)

    assert answer.status_code == 204
    await eventually(lambda: has(database, "done", "dead"))


async def test_what_is_not_dead_cannot_be_settled(client: AsyncClient) -> None:
    assert (await client.post("/internal/dead-letters/nothing/skip", headers=OPERATOR)).status_code == 404


@pytest.mark.parametrize("token", ["", "Bearer ", "Bearer wrong", "operator"])
async def test_nobody_else_may_look(client: AsyncClient, token: str) -> None:
    assert (await client.get("/internal/dead-letters", headers={"Authorization": token})).status_code == 401


async def test_a_process_says_which_part_of_it_does_not_work(client: AsyncClient, machine: Machine) -> None:
    assert (await client.get("/readyz")).status_code == 200

    await machine.tasks.stop()

    answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert "Tasks" in answer.json()["detail"]


async def test_an_obstacle_is_told_to_all_but_those_who_route(
    client: AsyncClient, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine.tasks, "obstacle", lambda routed: "" if routed else "not routed")
    assert "not routed" in (await client.get("/readyz")).json()["detail"]

    for balancer in ("caddy", "kubernetes", "registry"):
        assert (await client.get("/readyz", headers={"Checked-By": balancer})).status_code == 200
    assert (await client.get("/readyz")).status_code == 503

    assert (await client.get("/readyz", headers={"Checked-By": "haproxy"})).status_code == 200
    assert (await client.get("/readyz")).status_code == 200


async def test_a_process_says_how_busy_it_is(client: AsyncClient) -> None:
    text = (await client.get("/metrics")).text

    samples = {
        sample.name: sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert 0 <= samples["event_loop_lag_seconds"] < 60


async def test_methods_that_clients_invent_are_one_in_the_metrics(client: AsyncClient) -> None:
    await client.request("INVENTED", "/nothing")

    text = (await client.get("/metrics")).text

    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    methods = {sample.labels["method"] for sample in samples if sample.name == "http_requests_total"}
    assert "other" in methods
    assert "INVENTED" not in methods


async def test_records_are_the_tasks_newest_first_without_their_bodies(client: AsyncClient) -> None:
    answer = (await client.get("/internal/records/tasks", headers=OPERATOR)).json()

    assert [(each["key"], each["state"], each["attempts"]) for each in answer["items"]] == [
        ("a", "waiting", 0),
        ("a", "dead", 1),
    ]
    assert answer["next"] is None
    assert "broken" in answer["items"][1]["error"]
    assert all(each["time"] > 1_700_000_000 and "number" not in str(each) for each in answer["items"])


async def test_records_come_page_by_page(client: AsyncClient) -> None:
    path = "/internal/records/tasks?limit=1"
    first = (await client.get(path, headers=OPERATOR)).json()
    second = (await client.get(f"{path}&before={first['next']}", headers=OPERATOR)).json()
    third = (await client.get(f"{path}&before={second['next']}", headers=OPERATOR)).json()

    assert [each["state"] for each in first["items"] + second["items"]] == ["waiting", "dead"]
    assert third == {"items": [], "next": None}


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "before=-1", "before=x", f"before={10**19}"])
async def test_a_page_of_records_has_a_bound(client: AsyncClient, query: str) -> None:
    assert (await client.get(f"/internal/records/tasks?{query}", headers=OPERATOR)).status_code == 422


async def test_records_need_the_operators_token_and_a_source(client: AsyncClient) -> None:
    sources = (await client.get("/internal/records", headers=OPERATOR)).json()["sources"]

    assert "tasks" in sources
    for source in sources:
        path = f"/internal/records/{source}"
        assert (await client.get(path, headers=OPERATOR)).status_code == 200
        assert (await client.get(path)).status_code == 401
    assert (await client.get("/internal/records")).status_code == 401
    assert (await client.get("/internal/records/users", headers=OPERATOR)).status_code == 404
