"""What holds of tokens, and of the keys that they are signed with."""

import time
from collections.abc import Iterator

import jwt
import pytest
from fastapi import APIRouter

from acme.entrypoints.secrets import new_secrets
from acme.platform.http import auth
from acme.platform.http.auth import CurrentUser, issue_token
from acme.platform.service import Service
from acme.platform.storage.database import Database
from conftest import serve

OTHER_KEYS = dict(line.split("=", 1) for line in new_secrets())

router = APIRouter()


@router.get("/me")
async def me(user_id: CurrentUser) -> str:
    return user_id


USERS = Service("users", "acme.entrypoints", router)
THINGS = Service("things", "acme.entrypoints", router)


@pytest.fixture(autouse=True)
def keys_are_read_anew() -> Iterator[None]:
    for key in (auth._public_key, auth._private_key):
        key.cache_clear()
    yield
    for key in (auth._public_key, auth._private_key):
        key.cache_clear()


async def status_with(token: str) -> int:
    async with serve(USERS) as client:
        return (await client.get("/me", headers={"Authorization": f"Bearer {token}"})).status_code


async def end_of(service: Service, database: Database) -> str:
    """What a process says that ends instead of starting."""
    with pytest.raises(SystemExit) as ended:
        async with serve(service, database):
            pass
    [line] = str(ended.value).splitlines()
    return line


async def test_a_token_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = issue_token("ada")
    monkeypatch.setattr(auth, "LIFETIME", -1)
    old = issue_token("ada")

    assert (await status_with(fresh), await status_with(old)) == (200, 401)


@pytest.mark.parametrize("ahead", [-3, 2, 8])
@pytest.mark.parametrize("claim", ["iat", "nbf"])
async def test_the_clocks_of_two_machines_need_not_agree_to_the_second(claim: str, ahead: int) -> None:
    assert await status_with(signed({claim: time.time() + ahead})) == 200


@pytest.mark.parametrize("claim", ["iat", "nbf"])
async def test_a_token_of_later_is_refused(claim: str) -> None:
    assert await status_with(signed({claim: time.time() + 30})) == 401


@pytest.mark.parametrize(("left", "status"), [(-1, 401), (-9, 401), (2, 200)])
async def test_a_token_ends_to_the_second(left: int, status: int) -> None:
    assert await status_with(signed({"exp": int(time.time()) + left})) == status


def signed(claims: dict[str, float]) -> str:
    now = time.time()
    whole = {"sub": "ada", "aud": auth.AUDIENCE, "iat": now, "exp": now + 60, **claims}
    return jwt.encode(whole, auth._private_key(), auth.ALGORITHM)


@pytest.mark.parametrize(
    "claims",
    [{"sub": "ada"}, {"exp": time.time() + 60}, {"sub": "ada", "exp": time.time() + 60, "aud": "others"}],
)
async def test_a_token_that_does_not_say_all_or_is_for_others_is_refused(claims: dict[str, object]) -> None:
    token = jwt.encode({"aud": auth.AUDIENCE, **claims}, auth._private_key(), auth.ALGORITHM)

    assert await status_with(token) == 401


async def test_a_token_without_a_signature_is_refused() -> None:
    claims = {"sub": "ada", "aud": auth.AUDIENCE, "exp": time.time() + 60}

    assert await status_with(jwt.encode(claims, "", "none")) == 401


@pytest.mark.parametrize("value", [None, "", "changeme", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="])
@pytest.mark.parametrize(("name", "service"), [("AUTH_PUBLIC_KEY", THINGS), ("AUTH_PRIVATE_KEY", USERS)])
async def test_a_process_does_not_start_without_the_key_that_it_needs(
    database: Database, name: str, service: Service, value: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if value is None:
        monkeypatch.delenv(name)
    else:
        monkeypatch.setenv(name, value)

    line = await end_of(service, database)

    assert line.startswith(f"set {name} (")
    assert not value or value not in line


async def test_only_the_users_service_needs_the_private_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AUTH_PRIVATE_KEY")

    async with serve(THINGS) as client:
        assert (await client.get("/readyz")).status_code == 200


async def test_keys_that_do_not_belong_together_are_refused(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTH_PUBLIC_KEY", OTHER_KEYS["AUTH_PUBLIC_KEY"])

    assert "not a key pair" in await end_of(USERS, database)
