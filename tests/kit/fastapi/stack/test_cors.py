"""Which pages may read the answers in a browser."""

import pytest
from fastapi import APIRouter, FastAPI
from httpx import ASGITransport, AsyncClient

from acme.platform.http.cors import CorsSettings, allow_origins
from acme.platform.http.problems import answer_with_problems
from acme.platform.service import Service
from conftest import serve

SHOP = "https://shop.example"
router = APIRouter()


@router.get("/things")
async def things() -> str:
    return "there"


@router.put("/things")
async def replace() -> None: ...


@router.get("/broken")
async def broken() -> None:
    raise RuntimeError


async def preflight(client: AsyncClient, origin: str, method: str = "GET") -> tuple[int, dict[str, str]]:
    asked = {
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization, content-type, idempotency-key",
    }
    answer = await client.options("/things", headers={"Origin": origin, **asked})
    return answer.status_code, {
        name: value for name, value in answer.headers.items() if name.startswith("access-control-")
    }


async def test_by_default_no_page_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CORS_ORIGINS", raising=False)
    async with serve(Service("things", "acme.entrypoints", router)) as client:
        assert await preflight(client, SHOP) == (405, {})
        assert (
            "access-control-allow-origin"
            not in (await client.get("/things", headers={"Origin": SHOP})).headers
        )


async def test_pages_of_the_origins_that_are_named_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORS_ORIGINS", f"http://localhost:5173, {SHOP}")
    async with serve(Service("things", "acme.entrypoints", router)) as client:
        status, told = await preflight(client, SHOP, "PUT")
        answer = await client.get("/things", headers={"Origin": SHOP})

        assert (status, told["access-control-allow-origin"], told["access-control-allow-credentials"]) == (
            200,
            SHOP,
            "true",
        )
        assert "PUT" in told["access-control-allow-methods"]
        assert {"authorization", "idempotency-key"} <= set(
            told["access-control-allow-headers"].lower().split(", ")
        )
        assert (answer.headers["access-control-allow-origin"], answer.headers["vary"]) == (SHOP, "Origin")
        assert await preflight(client, "https://shop.example.evil.example") == (405, {})


async def test_such_a_page_may_read_errors_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORS_ORIGINS", SHOP)
    app = FastAPI()
    app.include_router(router)
    answer_with_problems(app)
    allow_origins(app)

    async with AsyncClient(
        transport=ASGITransport(app, raise_app_exceptions=False), base_url="http://test"
    ) as client:
        answers = [await client.get(path, headers={"Origin": SHOP}) for path in ("/nothing", "/broken")]

    assert [(each.status_code, each.headers["access-control-allow-origin"]) for each in answers] == [
        (404, SHOP),
        (500, SHOP),
    ]


async def test_any_page_may_where_the_setting_says_so_but_not_with_cookies(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CORS_ORIGINS", "*")
    async with serve(Service("things", "acme.entrypoints", router)) as client:
        status, told = await preflight(client, SHOP)

        assert (status, told["access-control-allow-origin"]) == (200, "*")
        assert "access-control-allow-credentials" not in told


@pytest.mark.parametrize("origin", ["shop.example", f"{SHOP}/", "null", "https://*.example"])
def test_what_is_no_origin_ends_the_process(monkeypatch: pytest.MonkeyPatch, origin: str) -> None:
    monkeypatch.setenv("CORS_ORIGINS", origin)

    with pytest.raises(SystemExit, match="CORS_ORIGINS"):
        CorsSettings()
