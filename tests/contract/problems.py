"""What every error answer has in common."""

from __future__ import annotations

import httpx


def assert_problem(response: httpx.Response, *statuses: int, field: str | None = None) -> None:
    """The answer is a problem document (RFC 9457) with one of the statuses and, for 422, says which field."""
    request = response.request
    told = f"{request.method} {request.url}: {response.status_code} {response.text[:500]}"
    assert response.status_code in statuses, told
    assert response.headers["content-type"].split(";")[0] == "application/problem+json", told
    problem = response.json()
    assert problem["status"] == response.status_code, told
    for member in ("type", "title", "detail"):
        assert isinstance(problem[member], str) and problem[member], f"{member} in {told}"
    if response.status_code == httpx.codes.UNPROCESSABLE_ENTITY:
        _assert_names_fields(problem["errors"], field, told)


def _assert_names_fields(errors: list[dict[str, str]], field: str | None, told: str) -> None:
    assert errors, told
    for error in errors:
        assert set(error) == {"field", "message"}, told
        assert isinstance(error["field"], str), told
        assert isinstance(error["message"], str) and error["message"], told
    assert field is None or any(field.lower() in error["field"].lower() for error in errors), told
