"""The whole system, through its base URL."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from httpx import AsyncClient

from tests.system import running


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[AsyncClient]:
    async with running(tmp_path) as client:
        yield client


async def test_an_unknown_path_is_a_problem(client: AsyncClient) -> None:
    answer = await client.get("/nowhere")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


async def test_trips_are_kept(client: AsyncClient) -> None:
    body = {
        "code": uuid4().hex,
        "driver": "driver",
        "start": {"street": "street", "number": 1},
        "stops": [{"at": {"street": "street", "number": 1}, "when": "2030-01-31T12:00:00Z", "note": "note"}],
        "distance": 0,
        "express": True,
        "leaves": "2030-01-31T12:00:00Z",
    }

    created = await client.post("/trips", json=body)

    assert created.status_code == 201
    assert (await client.get(f"/trips/{created.json()['id']}")).status_code == 200


async def test_drivers_are_kept(client: AsyncClient) -> None:
    body = {"name": "name", "level": 1}

    created = await client.post("/drivers", json=body)

    assert created.status_code == 201
    assert (await client.get(f"/drivers/{created.json()['id']}")).status_code == 200


async def test_vehicles_are_kept(client: AsyncClient) -> None:
    body = {"trip_id": "trip id", "express": True}

    created = await client.post("/vehicles", json=body)

    assert created.status_code == 201
    assert (await client.get(f"/vehicles/{created.json()['id']}")).status_code == 200


async def test_messages_are_kept(client: AsyncClient) -> None:
    body = {"trip_id": "trip id", "driver": "driver"}

    created = await client.post("/messages", json=body)

    assert created.status_code == 201
    assert (await client.get(f"/messages/{created.json()['id']}")).status_code == 200


async def test_plan_trip_comes_to_an_end(client: AsyncClient) -> None:
    body = {
        "code": uuid4().hex,
        "driver": "driver",
        "start": {"street": "street", "number": 1},
        "stops": [{"at": {"street": "street", "number": 1}, "when": "2030-01-31T12:00:00Z", "note": "note"}],
        "distance": 0,
        "express": True,
        "leaves": "2030-01-31T12:00:00Z",
    }
    trip = (await client.post("/trips", json=body)).json()

    async with asyncio.timeout(20):
        while trip["status"] == "pending":
            await asyncio.sleep(0.02)
            trip = (await client.get(f"/trips/{trip['id']}")).json()

    assert trip["status"] == "confirmed"
