"""The whole system, through its base URL."""

from httpx import AsyncClient


async def test_an_unknown_path_is_a_problem(system: AsyncClient) -> None:
    answer = await system.get("/nowhere")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
