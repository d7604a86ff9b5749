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
    ACCOUNT,
    ACCOUNT_AFTER_WAIT,
    CLIENT,
    CLIENT_AFTER_WAIT,
    CLIENT_AT_ACCOUNT,
    DEVICE,
    SHARED_ADDRESS,
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
    """Guess until each client is refused. Returns the number of guesses."""
    guesses = 0
    for client in clients:
        with suppress(Refused):
            while True:
                await fail(database, email, client)
                guesses += 1
    return guesses


async def wait_of(database: Database, email: str, client: Client, device: Device | None = None) -> float:
    """Return the seconds until the next guess is allowed."""
    with pytest.raises(Refused) as refused:
        await fail(database, email, client, device=device)
    return refused.value.wait


def request_from(host: str | None) -> Request:
    return Request({"type": "http", "headers": [], "client": (host, 1) if host else None})


@pytest.mark.parametrize("email", [ADA["email"], "nobody@example.com"])
async def test_too_many_guesses_are_refused_for_known_and_unknown_accounts(database: Database, email: str) -> None:
    async with serve(users.service, database) as client:
        await client.post("/users", json=ADA)
        for _ in range(CLIENT_AT_ACCOUNT.failures - 1):
            await guess(client, email)

        wrong = await guess(client, email)
        refused = await guess(client, email.upper(), ADA["password"])

        assert (wrong.status_code, refused.status_code) == (401, 429)
        assert 0 < int(refused.headers["retry-after"]) <= CLIENT_AT_ACCOUNT.pause


async def test_a_successful_login_does_not_count_and_resets_the_account(database: Database) -> None:
    async with serve(users.service, database) as client:
        await client.post("/users", json=ADA)
        for _ in range(CLIENT_AT_ACCOUNT.failures - 1):
            await guess(client, ADA["email"])

        answers = [
            await guess(client, ADA["email"], password) for password in (ADA["password"], "guessed it", ADA["password"])
        ]

        assert [answer.status_code for answer in answers] == [200, 401, 200]
        await fail(database, ADA["email"], Client("unknown", False), CLIENT_AT_ACCOUNT.failures)


async def test_a_trusted_device_logs_in_while_others_guess_from_its_address(database: Database) -> None:
    async with serve(users.service, database) as browser, serve(users.service, database) as stranger:
        await browser.post("/users", json=ADA)
        await guess(browser, ADA["email"], ADA["password"])

        guesses = [(await guess(stranger, ADA["email"])).status_code for _ in range(2 * CLIENT_AT_ACCOUNT.failures)]

        assert guesses[-1] == 429
        assert (await guess(stranger, ADA["email"], ADA["password"])).status_code == 429
        assert (await guess(browser, ADA["email"], ADA["password"])).status_code == 200


@pytest.mark.parametrize("head_start", [-30, -1, 0, 1, 30, 59, 61, 200])
@pytest.mark.parametrize("keeps_cookies", [True, False])
async def test_a_device_that_waits_logs_in_while_others_guess_from_its_address(
    database: Database, clock: Clock, head_start: int, keeps_cookies: bool
) -> None:
    """`head_start`: seconds for which the attacker has been guessing before."""
    async with serve(users.service, database) as browser, serve(users.service, database) as stranger:
        await browser.post("/users", json=ADA)
        clock.now = time.time()
        await guess_as_often_as_possible(database, ADA["email"], [client_of(request_from("127.0.0.1"))])

        async def pass_seconds(seconds: int, attacker_guesses: bool = True) -> None:
            for _ in range(seconds):
                clock.now += 1
                if attacker_guesses:
                    await guess(stranger, ADA["email"])
                if not keeps_cookies:
                    stranger.cookies.clear()

        await pass_seconds(max(0, head_start))
        waits = []
        while (answer := await guess(browser, ADA["email"], ADA["password"])).status_code == 429:
            waits.append(int(answer.headers["retry-after"]))
            assert sum(waits) <= 3 * ACCOUNT_AFTER_WAIT.pause
            await pass_seconds(waits[-1], attacker_guesses=sum(waits) > -head_start)

        assert answer.status_code == 200


async def test_a_device_cookie_is_not_a_token_and_is_valid_for_one_account(database: Database) -> None:
    async with serve(users.service, database) as browser:
        await browser.post("/users", json=ADA)
        await browser.post("/users", json={**ADA, "email": "eve@example.com"})
        answer = await guess(browser, "eve@example.com", ADA["password"])
        cookie = answer.cookies["login_device"]

        as_token = await browser.get("/users/me", headers={"Authorization": f"Bearer {cookie}"})
        of_eve_alone = [(await guess(browser, ADA["email"])).status_code for _ in range(CLIENT_AT_ACCOUNT.failures + 1)]

        assert as_token.status_code == 401
        assert of_eve_alone[-1] == 429


async def test_a_trusted_device_has_a_limit(database: Database, clock: Clock) -> None:
    lost = Device(account_of("ada"), is_trusted=True)
    await fail(database, "ada", AT_HOME, DEVICE.failures, lost)

    assert await wait_of(database, "ada", AT_HOME, lost) == DEVICE.pause


async def test_devices_that_wait_share_a_limit_per_account(database: Database, clock: Clock) -> None:
    waiting = [Device(account_of("ada"), is_trusted=False, since=clock.now) for _ in range(100)]
    clock.now += ACCOUNT_AFTER_WAIT.pause
    clients = [Client(f"9.9.9.{number}", True) for number in range(100)]
    await guess_as_often_as_possible(database, "ada", clients)

    taken = 0
    for client, device in zip(clients, waiting, strict=True):
        with suppress(Refused):
            await fail(database, "ada", client, device=device)
            taken += 1

    assert taken == ACCOUNT_AFTER_WAIT.failures


async def test_each_attempt_requires_a_new_wait(database: Database, clock: Clock) -> None:
    await guess_as_often_as_possible(database, "ada", [AT_HOME])
    device = Device(account_of("ada"), is_trusted=False, since=clock.now)
    clock.now += ACCOUNT_AFTER_WAIT.pause
    await guess_as_often_as_possible(database, "ada", [AT_HOME])
    await fail(database, "ada", AT_HOME, device=device)

    for _ in range(3):
        assert await wait_of(database, "ada", AT_HOME, device) == ACCOUNT_AFTER_WAIT.pause
        clock.now += 10


async def test_devices_that_wait_for_many_accounts_share_a_limit_per_client(database: Database, clock: Clock) -> None:
    for number in range(CLIENT.failures):
        await fail(database, f"other {number}", AT_HOME)
    taken = 0
    for number in range(50):
        device = Device(account_of(f"user {number}"), is_trusted=False, since=clock.now - ACCOUNT_AFTER_WAIT.pause)
        with suppress(Refused):
            await fail(database, f"user {number}", AT_HOME, device=device)
            taken += 1

    assert taken == CLIENT_AFTER_WAIT.failures


async def test_concurrent_guesses_are_counted(database: Database, clock: Clock) -> None:
    guesses = [fail(database, "ada", BEHIND_A_GATEWAY) for _ in range(2 * CLIENT_AT_ACCOUNT.failures)]

    outcomes = await asyncio.gather(*guesses, return_exceptions=True)

    assert outcomes.count(None) == CLIENT_AT_ACCOUNT.failures
    assert {type(outcome) for outcome in outcomes if outcome} == {Refused}


async def test_a_used_up_limit_recovers_step_by_step(database: Database, clock: Clock) -> None:
    await fail(database, "ada", AT_HOME, CLIENT_AT_ACCOUNT.failures)
    assert await wait_of(database, "ada", AT_HOME) == CLIENT_AT_ACCOUNT.pause

    clock.now += CLIENT_AT_ACCOUNT.pause

    await fail(database, "ada", AT_HOME)
    assert await wait_of(database, "ada", AT_HOME) == CLIENT_AT_ACCOUNT.pause


@pytest.mark.parametrize("stranger", [AT_HOME, BEHIND_A_GATEWAY])
async def test_an_attacker_does_not_lock_out_other_clients(database: Database, clock: Clock, stranger: Client) -> None:
    for _ in range(600):
        clock.now += 10
        with suppress(Refused):
            await fail(database, "ada", stranger)

    await fail(database, "ada", ABROAD)


async def test_many_attackers_together_have_few_guesses_per_hour(database: Database, clock: Clock) -> None:
    guesses = 0
    for number in range(720):
        clock.now += 5
        with suppress(Refused):
            await fail(database, "ada", Client(f"9.9.9.{number % 250}", True))
            guesses += 1

    assert guesses <= ACCOUNT.failures + 3600 / ACCOUNT.pause


@pytest.mark.parametrize(("client", "limit"), [(AT_HOME, CLIENT), (BEHIND_A_GATEWAY, SHARED_ADDRESS)])
async def test_one_password_tried_on_many_accounts_is_limited(
    database: Database, clock: Clock, client: Client, limit: Limit
) -> None:
    for number in range(limit.failures):
        await fail(database, f"user {number}", client)

    assert await wait_of(database, "another", client) >= limit.pause
    await fail(database, "another", ABROAD)


async def test_many_users_log_in_from_one_address(database: Database, clock: Clock) -> None:
    for number in range(2 * CLIENT.failures):
        attempt = Attempt(f"user {number}", AT_HOME)
        async with database.begin() as tx:
            counted = await count_failure(tx, attempt)
            assert not isinstance(counted, TooManyFailures)
        async with database.begin() as tx:
            await forgive(tx, counted)


async def test_expired_failures_are_deleted(database: Database, clock: Clock) -> None:
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
def test_a_client_is_an_address_or_an_ipv6_network(host: str | None, client: Client) -> None:
    assert client_of(request_from(host)) == client
