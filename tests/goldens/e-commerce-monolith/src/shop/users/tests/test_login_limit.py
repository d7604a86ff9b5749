import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from fastapi import Request
from httpx import AsyncClient, Response

from conftest import new_database, serve
from shop import users
from shop.platform.storage.database import Database, Reader
from shop.users import devices, login_limit
from shop.users.devices import Device
from shop.users.login_limit import (
    AT_ACCOUNT,
    OF_CLIENT,
    OF_CLIENT_AT_ACCOUNT,
    OF_DEVICE,
    OF_SHARED_ADDRESS,
    WAITED_AT_ACCOUNT,
    WAITED_OF_CLIENT,
    Attempt,
    Client,
    Limit,
    TooManyFailures,
    account_of,
    client_of,
    count_failure,
    forgive,
)

ADA = {"email": "ada@example.com", "name": "Ada", "password": "correct horse"}


class Clock:
    now = 1_700_000_000.0

    async def reading(self, _: Reader) -> float:
        return self.now

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(login_limit, "reading", clock.reading)
    for module in (login_limit, devices):
        monkeypatch.setattr(module, "time", clock)
    return clock


@pytest.fixture
async def database() -> AsyncIterator[Database]:
    async with new_database(users.service) as database:
        yield database


async def guess(client: AsyncClient, email: str, password: str = "guessed it") -> Response:
    return await client.post("/login", json={"email": email, "password": password})


class Refused(Exception):
    def __init__(self, wait: float) -> None:
        super().__init__(f"for {wait} seconds")
        self.wait = wait


AT_HOME, ABROAD, BEHIND_A_GATEWAY = Client("9.9.9.9", True), Client("8.8.8.8", True), Client("10.0.0.7", False)


async def fail(database: Database, email: str, client: Client, times: int = 1, device: Device | None = None) -> None:
    for _ in range(times):
        async with database.begin() as tx:
            counted = await count_failure(tx, Attempt(email, client, device))
        if isinstance(counted, TooManyFailures):
            raise Refused(counted.wait)


async def guess_as_often_as_possible(database: Database, email: str, clients: list[Client]) -> int:
    """How many guesses are taken."""
    taken = 0
    for client in clients:
        with suppress(Refused):
            while True:
                await fail(database, email, client)
                taken += 1
    return taken


async def wait_of(database: Database, email: str, client: Client, device: Device | None = None) -> float:
    """Seconds that the next guess has to wait."""
    with pytest.raises(Refused) as refused:
        await fail(database, email, client, device=device)
    return refused.value.wait


def request_from(host: str | None) -> Request:
    return Request({"type": "http", "headers": [], "client": (host, 1) if host else None})


@pytest.mark.parametrize("email", [ADA["email"], "nobody@example.com"])
async def test_who_guesses_too_often_has_to_wait_whether_there_is_such_an_account_or_not(
    database: Database, email: str
) -> None:
    async with serve(users.service, database) as client:
        await client.post("/users", json=ADA)
        for _ in range(OF_CLIENT_AT_ACCOUNT.failures - 1):
            await guess(client, email)

        wrong = await guess(client, email)
        refused = await guess(client, email.upper(), ADA["password"])

        assert (wrong.status_code, refused.status_code) == (401, 429)
        assert 0 < int(refused.headers["retry-after"]) <= OF_CLIENT_AT_ACCOUNT.pause


async def test_a_login_that_is_right_does_not_count_and_clears_what_was_before(database: Database) -> None:
    async with serve(users.service, database) as client:
        await client.post("/users", json=ADA)
        for _ in range(OF_CLIENT_AT_ACCOUNT.failures - 1):
            await guess(client, ADA["email"])

        answers = [
            await guess(client, ADA["email"], password) for password in (ADA["password"], "guessed it", ADA["password"])
        ]

        assert [answer.status_code for answer in answers] == [200, 401, 200]
        await fail(database, ADA["email"], Client("unknown", False), OF_CLIENT_AT_ACCOUNT.failures)


async def test_a_device_that_has_been_in_gets_in_while_others_guess_from_its_address(database: Database) -> None:
    async with serve(users.service, database) as browser, serve(users.service, database) as stranger:
        await browser.post("/users", json=ADA)
        await guess(browser, ADA["email"], ADA["password"])

        guesses = [(await guess(stranger, ADA["email"])).status_code for _ in range(2 * OF_CLIENT_AT_ACCOUNT.failures)]

        assert guesses[-1] == 429
        assert (await guess(stranger, ADA["email"], ADA["password"])).status_code == 429
        assert (await guess(browser, ADA["email"], ADA["password"])).status_code == 200


@pytest.mark.parametrize("head_start", [-30, -1, 0, 1, 30, 59, 61, 200])
@pytest.mark.parametrize("keeps_cookies", [True, False])
async def test_who_waits_gets_in_while_others_guess_from_its_address(
    database: Database, clock: Clock, head_start: int, keeps_cookies: bool
) -> None:
    """`head_start` is for how many seconds somebody else has been guessing before."""
    async with serve(users.service, database) as browser, serve(users.service, database) as stranger:
        await browser.post("/users", json=ADA)
        clock.now = time.time()
        await guess_as_often_as_possible(database, ADA["email"], [client_of(request_from("127.0.0.1"))])

        async def pass_seconds(seconds: int, somebody_guesses: bool = True) -> None:
            for _ in range(seconds):
                clock.now += 1
                if somebody_guesses:
                    await guess(stranger, ADA["email"])
                if not keeps_cookies:
                    stranger.cookies.clear()

        await pass_seconds(max(0, head_start))
        waits = []
        while (told := await guess(browser, ADA["email"], ADA["password"])).status_code == 429:
            waits.append(int(told.headers["retry-after"]))
            assert sum(waits) <= 3 * WAITED_AT_ACCOUNT.pause
            await pass_seconds(waits[-1], somebody_guesses=sum(waits) > -head_start)

        assert told.status_code == 200


async def test_the_cookie_of_a_device_is_no_token_and_of_one_account(database: Database) -> None:
    async with serve(users.service, database) as browser:
        await browser.post("/users", json=ADA)
        await browser.post("/users", json={**ADA, "email": "eve@example.com"})
        answer = await guess(browser, "eve@example.com", ADA["password"])
        cookie = answer.cookies["login_device"]

        as_token = await browser.get("/users/me", headers={"Authorization": f"Bearer {cookie}"})
        of_eve_alone = [
            (await guess(browser, ADA["email"])).status_code for _ in range(OF_CLIENT_AT_ACCOUNT.failures + 1)
        ]

        assert as_token.status_code == 401
        assert of_eve_alone[-1] == 429


async def test_a_device_that_has_been_in_does_not_guess_for_ever(database: Database, clock: Clock) -> None:
    lost = Device(account_of("ada"), was_in=True)
    await fail(database, "ada", AT_HOME, OF_DEVICE.failures, lost)

    assert await wait_of(database, "ada", AT_HOME, lost) == OF_DEVICE.pause


async def test_those_who_wait_have_few_guesses_together(database: Database, clock: Clock) -> None:
    waiting = [Device(account_of("ada"), was_in=False, since=clock.now) for _ in range(100)]
    clock.now += WAITED_AT_ACCOUNT.pause
    clients = [Client(f"9.9.9.{number}", True) for number in range(100)]
    await guess_as_often_as_possible(database, "ada", clients)

    taken = 0
    for client, device in zip(clients, waiting, strict=True):
        with suppress(Refused):
            await fail(database, "ada", client, device=device)
            taken += 1

    assert taken == WAITED_AT_ACCOUNT.failures


async def test_each_try_takes_a_wait_of_its_own(database: Database, clock: Clock) -> None:
    await guess_as_often_as_possible(database, "ada", [AT_HOME])
    device = Device(account_of("ada"), was_in=False, since=clock.now)
    clock.now += WAITED_AT_ACCOUNT.pause
    await guess_as_often_as_possible(database, "ada", [AT_HOME])
    await fail(database, "ada", AT_HOME, device=device)

    for _ in range(3):
        assert await wait_of(database, "ada", AT_HOME, device) == WAITED_AT_ACCOUNT.pause
        clock.now += 10


async def test_who_waits_for_many_accounts_has_few_guesses_together(database: Database, clock: Clock) -> None:
    for number in range(OF_CLIENT.failures):
        await fail(database, f"other {number}", AT_HOME)
    taken = 0
    for number in range(50):
        device = Device(account_of(f"user {number}"), was_in=False, since=clock.now - WAITED_AT_ACCOUNT.pause)
        with suppress(Refused):
            await fail(database, f"user {number}", AT_HOME, device=device)
            taken += 1

    assert taken == WAITED_OF_CLIENT.failures


async def test_guesses_at_the_same_moment_are_counted_too(database: Database, clock: Clock) -> None:
    guesses = [fail(database, "ada", BEHIND_A_GATEWAY) for _ in range(2 * OF_CLIENT_AT_ACCOUNT.failures)]

    outcomes = await asyncio.gather(*guesses, return_exceptions=True)

    assert outcomes.count(None) == OF_CLIENT_AT_ACCOUNT.failures
    assert {type(outcome) for outcome in outcomes if outcome} == {Refused}


async def test_what_was_used_up_comes_back_bit_by_bit(database: Database, clock: Clock) -> None:
    await fail(database, "ada", AT_HOME, OF_CLIENT_AT_ACCOUNT.failures)
    assert await wait_of(database, "ada", AT_HOME) == OF_CLIENT_AT_ACCOUNT.pause

    clock.now += OF_CLIENT_AT_ACCOUNT.pause

    await fail(database, "ada", AT_HOME)
    assert await wait_of(database, "ada", AT_HOME) == OF_CLIENT_AT_ACCOUNT.pause


@pytest.mark.parametrize("stranger", [AT_HOME, BEHIND_A_GATEWAY])
async def test_a_stranger_does_not_lock_anybody_out_elsewhere(
    database: Database, clock: Clock, stranger: Client
) -> None:
    for _ in range(600):
        clock.now += 10
        with suppress(Refused):
            await fail(database, "ada", stranger)

    await fail(database, "ada", ABROAD)


async def test_many_strangers_together_have_few_guesses_an_hour(database: Database, clock: Clock) -> None:
    guesses = 0
    for number in range(720):
        clock.now += 5
        with suppress(Refused):
            await fail(database, "ada", Client(f"9.9.9.{number % 250}", True))
            guesses += 1

    assert guesses <= AT_ACCOUNT.failures + 3600 / AT_ACCOUNT.pause


@pytest.mark.parametrize(("client", "limit"), [(AT_HOME, OF_CLIENT), (BEHIND_A_GATEWAY, OF_SHARED_ADDRESS)])
async def test_who_tries_one_password_everywhere_has_to_wait(
    database: Database, clock: Clock, client: Client, limit: Limit
) -> None:
    for number in range(limit.failures):
        await fail(database, f"user {number}", client)

    assert await wait_of(database, "another", client) >= limit.pause
    await fail(database, "another", ABROAD)


async def test_many_people_behind_one_address_log_in(database: Database, clock: Clock) -> None:
    for number in range(2 * OF_CLIENT.failures):
        attempt = Attempt(f"user {number}", AT_HOME)
        async with database.begin() as tx:
            counted = await count_failure(tx, attempt)
            assert not isinstance(counted, TooManyFailures)
        async with database.begin() as tx:
            await forgive(tx, counted)


async def test_what_is_over_is_forgotten(database: Database, clock: Clock) -> None:
    await fail(database, "ada", AT_HOME, 3)
    clock.now += 3600

    await fail(database, "eve", ABROAD)

    keys = {row["key"] for row in await database.all("SELECT key FROM _login_failures")}
    assert keys == Attempt("eve", ABROAD).limits.keys()


@pytest.mark.parametrize(
    ("host", "client"),
    [
        ("9.9.9.9", Client("9.9.9.9", True)),
        ("2620:fe::fe:1", Client("2620:fe::/64", True)),
        ("10.0.0.7", Client("10.0.0.7", False)),
        ("127.0.0.1", Client("127.0.0.1", False)),
        ("testclient", Client("unknown", False)),
        (None, Client("unknown", False)),
    ],
)
def test_an_address_stands_for_a_client_and_one_that_is_not_public_for_more(host: str | None, client: Client) -> None:
    assert client_of(request_from(host)) == client
