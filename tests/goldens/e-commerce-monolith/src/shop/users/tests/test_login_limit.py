import asyncio
from collections.abc import AsyncIterator

import pytest
from fastapi import HTTPException, Request
from httpx import AsyncClient, Response

from conftest import new_database, serve
from shop import users
from shop.platform.database import Database
from shop.users import login_limit
from shop.users.login_limit import (
    AT_ACCOUNT,
    OF_CLIENT,
    OF_CLIENT_AT_ACCOUNT,
    Attempt,
    client_of,
    count_failure,
    forgive,
)

ADA = {"email": "ada@example.com", "name": "Ada", "password": "correct horse"}


class Clock:
    now = 1_700_000_000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(login_limit, "time", clock)
    return clock


@pytest.fixture
async def database() -> AsyncIterator[Database]:
    async with new_database(users.service) as database:
        yield database


async def guess(client: AsyncClient, email: str, password: str = "guessed it") -> Response:
    return await client.post("/login", json={"email": email, "password": password})


async def fail(database: Database, email: str, client: str | None, times: int = 1) -> None:
    for _ in range(times):
        async with database.begin() as tx:
            await count_failure(tx, Attempt(email, client))


async def wait_of(database: Database, email: str, client: str | None) -> int:
    """Seconds that the next guess has to wait."""
    with pytest.raises(HTTPException) as refused:
        await fail(database, email, client)
    assert refused.value.status_code == 429 and refused.value.headers
    return int(refused.value.headers["Retry-After"])


def request_from(host: str | None) -> Request:
    return Request({"type": "http", "headers": [], "client": (host, 1) if host else None})


@pytest.mark.parametrize("email", [ADA["email"], "nobody@example.com"])
async def test_who_guesses_too_often_has_to_wait_whether_there_is_such_an_account_or_not(
    database: Database, email: str
) -> None:
    await fail(database, email, None, OF_CLIENT_AT_ACCOUNT.failures - 1)
    async with serve(users.service, database) as client:
        await client.post("/users", json=ADA)

        wrong = await guess(client, email)
        refused = await guess(client, email.upper(), ADA["password"])

        assert (wrong.status_code, refused.status_code) == (401, 429)
        assert 0 < int(refused.headers["retry-after"]) <= OF_CLIENT_AT_ACCOUNT.pause


async def test_a_login_that_is_right_does_not_count_and_clears_what_was_before(database: Database) -> None:
    await fail(database, ADA["email"], None, OF_CLIENT_AT_ACCOUNT.failures - 1)
    async with serve(users.service, database) as client:
        await client.post("/users", json=ADA)

        answers = [
            await guess(client, ADA["email"], password) for password in (ADA["password"], "guessed it", ADA["password"])
        ]

        assert [answer.status_code for answer in answers] == [200, 401, 200]
        assert not await database.all("SELECT key FROM login_failures")


async def test_guesses_at_the_same_moment_are_counted_too(database: Database, clock: Clock) -> None:
    guesses = [fail(database, "ada", None) for _ in range(2 * OF_CLIENT_AT_ACCOUNT.failures)]

    outcomes = await asyncio.gather(*guesses, return_exceptions=True)

    assert outcomes.count(None) == OF_CLIENT_AT_ACCOUNT.failures
    assert {type(outcome) for outcome in outcomes if outcome} == {HTTPException}


async def test_what_was_used_up_comes_back_bit_by_bit(database: Database, clock: Clock) -> None:
    await fail(database, "ada", None, OF_CLIENT_AT_ACCOUNT.failures)
    assert await wait_of(database, "ada", None) == OF_CLIENT_AT_ACCOUNT.pause

    clock.now += OF_CLIENT_AT_ACCOUNT.pause

    await fail(database, "ada", None)
    assert await wait_of(database, "ada", None) == OF_CLIENT_AT_ACCOUNT.pause


async def test_a_stranger_does_not_lock_anybody_out(database: Database, clock: Clock) -> None:
    for _ in range(600):
        clock.now += 10
        try:
            await fail(database, "ada", "9.9.9.9")
        except HTTPException:
            continue

    await fail(database, "ada", "8.8.8.8")


async def test_many_strangers_together_have_few_guesses_an_hour(database: Database, clock: Clock) -> None:
    guesses = 0
    for number in range(720):
        clock.now += 5
        try:
            await fail(database, "ada", f"9.9.9.{number % 250}")
        except HTTPException:
            continue
        guesses += 1

    assert guesses <= AT_ACCOUNT.failures + 3600 / AT_ACCOUNT.pause


async def test_who_tries_one_password_everywhere_has_to_wait(database: Database, clock: Clock) -> None:
    for number in range(OF_CLIENT.failures):
        await fail(database, f"user {number}", "9.9.9.9")

    assert await wait_of(database, "another", "9.9.9.9") == OF_CLIENT.pause
    await fail(database, "another", "8.8.8.8")


async def test_many_people_behind_one_address_log_in(database: Database, clock: Clock) -> None:
    for number in range(2 * OF_CLIENT.failures):
        attempt = Attempt(f"user {number}", "9.9.9.9")
        async with database.begin() as tx:
            await count_failure(tx, attempt)
        async with database.begin() as tx:
            await forgive(tx, attempt)


async def test_what_is_over_is_forgotten(database: Database, clock: Clock) -> None:
    await fail(database, "ada", "9.9.9.9", 3)
    clock.now += 3600

    await fail(database, "eve", None)

    assert len(await database.all("SELECT key FROM login_failures")) == len(Attempt("eve", None).of_account)


@pytest.mark.parametrize(
    ("host", "client"),
    [
        ("9.9.9.9", "9.9.9.9"),
        ("2620:fe::fe:1", "2620:fe::/64"),
        ("10.0.0.7", None),
        ("127.0.0.1", None),
        ("testclient", None),
        (None, None),
    ],
)
def test_only_a_public_address_stands_for_a_client(host: str | None, client: str | None) -> None:
    assert client_of(request_from(host)) == client
