from httpx import AsyncClient

from conftest import serve
from shop import users

ADA = {"email": "Ada@example.com", "name": "Ada", "password": "correct horse"}


async def login(client: AsyncClient, email: str, password: str) -> dict[str, str]:
    token = (await client.post("/login", json={"email": email, "password": password})).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}


async def test_a_registered_user_can_log_in() -> None:
    async with serve(users.service) as client:
        registered = (await client.post("/users", json=ADA)).json()

        headers = await login(client, "ada@EXAMPLE.com", ADA["password"])

        assert (await client.get("/users/me", headers=headers)).json() == registered
        assert registered.keys() == {"id", "email", "name"}


async def test_an_email_address_is_unique_in_any_case() -> None:
    async with serve(users.service) as client:
        await client.post("/users", json=ADA)

        assert (await client.post("/users", json={**ADA, "email": "ADA@example.com"})).status_code == 409


async def test_an_unknown_address_and_a_wrong_password_get_the_same_response() -> None:
    async with serve(users.service) as client:
        await client.post("/users", json=ADA)

        wrong = await client.post("/login", json={"email": ADA["email"], "password": "guessed it"})
        unknown = await client.post("/login", json={"email": "eve@example.com", "password": "guessed it"})

        assert wrong.status_code == unknown.status_code == 401
        assert wrong.json() == unknown.json()


async def test_a_changed_token_is_refused() -> None:
    async with serve(users.service) as client:
        await client.post("/users", json=ADA)
        headers = await login(client, ADA["email"], ADA["password"])
        header, payload, signature = headers["Authorization"].split(".")
        changed = f"{header}.{payload[:-2]}{'AA' if payload[-2:] != 'AA' else 'BB'}.{signature}"

        assert (await client.get("/users/me", headers={"Authorization": changed})).status_code == 401
