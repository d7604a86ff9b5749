"""Who repeats a request with the same key gets the same answer."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from fastapi import APIRouter
from httpx import AsyncClient, Response

from acme.platform.http.idempotency import IdempotencyKey, once
from acme.platform.http.web import Db
from acme.platform.service import Service
from acme.platform.storage.clock import reading
from acme.platform.storage.database import Database, insert
from conftest import serve
from tests.kit.doubles import Anything

router = APIRouter()


class Grown(Anything):
    """The same body after a deploy: one optional field more."""

    note: str | None = None


@router.post("/things")
async def create(body: Anything, db: Db, owner: str = "ada", key: IdempotencyKey = None) -> str:
    async with db.begin() as tx:
        return await once(tx, owner, "POST /things", key, body, _make)


after_a_deploy = APIRouter()


@after_a_deploy.post("/things")
async def create_grown(body: Grown, db: Db, owner: str = "ada", key: IdempotencyKey = None) -> str:
    async with db.begin() as tx:
        return await once(tx, owner, "POST /things", key, body, _make)


async def _make() -> str:
    return uuid4().hex


@pytest.fixture
async def client(database: Database) -> AsyncIterator[AsyncClient]:
    async with serve(Service("things", "acme.entrypoints", router), database) as client:
        yield client


async def request(
    client: AsyncClient, key: str | None = "key", body: str = '{"number": 0}', owner: str = "ada"
) -> Response:
    headers = {"Content-Type": "application/json", **({"Idempotency-Key": key} if key else {})}
    return await client.post("/things", params={"owner": owner}, content=body, headers=headers)


async def test_the_same_key_makes_one_resource(client: AsyncClient) -> None:
    assert (await request(client)).json() == (await request(client)).json()


async def test_many_at_once_make_one_resource(client: AsyncClient) -> None:
    answers = await asyncio.gather(*(request(client) for _ in range(20)))

    assert len({answer.json() for answer in answers}) == 1


async def test_how_a_body_is_written_makes_no_other_one_of_it(client: AsyncClient) -> None:
    first = await request(client, body='{"number": 0, "more": {"a": 1, "b": 2}}')

    again = await request(client, body='{"more":{"b":2,"a":1},"number":0}\n')

    assert again.json() == first.json()


@pytest.mark.parametrize("body", ['{"number": 1}', '{"number": 0, "more": 1}'])
async def test_the_same_key_with_another_body_is_refused(client: AsyncClient, body: str) -> None:
    await request(client)

    answer = await request(client, body=body)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "Idempotency-Key")


async def test_a_field_that_a_deploy_adds_makes_no_other_body_of_it(
    client: AsyncClient, database: Database
) -> None:
    first = await request(client)

    async with serve(Service("things", "acme.entrypoints", after_a_deploy), database) as deployed:
        assert (await request(deployed)).json() == first.json()


async def test_keys_are_each_owners_own(client: AsyncClient) -> None:
    assert (await request(client, owner="ada")).json() != (await request(client, owner="bob")).json()


async def test_without_a_key_every_request_makes_a_resource(client: AsyncClient) -> None:
    assert (await request(client, key=None)).json() != (await request(client, key=None)).json()


async def test_what_is_kept_of_a_body_says_nothing_without_the_secret(
    client: AsyncClient, database: Database
) -> None:
    await request(client)

    [row] = await database.all("SELECT body FROM _idempotency_keys")

    assert row["body"].startswith("hmac-sha256:")
    assert hashlib.sha256(b'{"number":0}').hexdigest() not in row["body"]


@pytest.mark.parametrize(("body", "status"), [('{"number": 0}', 200), ('{"number": 1}', 422)])
async def test_a_key_from_before_fingerprints_were_keyed_is_known(
    client: AsyncClient, database: Database, body: str, status: int
) -> None:
    fingerprint = hashlib.sha256(Anything(number=0).model_dump_json().encode()).hexdigest()
    known = {"owner": "ada", "route": "POST /things", "key": "key", "body": fingerprint, "resource": "7"}
    async with database.begin() as tx:
        await insert(tx, "_idempotency_keys", {**known, "expires": await reading(tx) + 60})

    answer = await request(client, body=body)

    [row] = await database.all("SELECT body FROM _idempotency_keys")
    assert answer.status_code == status
    assert status != 200 or answer.json() == "7"
    assert row["body"].startswith("hmac-sha256:") == (status == 200)
