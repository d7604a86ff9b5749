"""Smoke test: creates one row of each service and shows what follows from it. `python smoke.py URL`"""

import json
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import uuid4


def call(method: str, url: str, body: dict[str, Any] | None = None) -> Any:
    """Return the response. Exit with it if it is an error."""
    data = None if body is None else json.dumps(body).encode()
    request = Request(url, data, {"Content-Type": "application/json"}, method=method)
    try:
        with urlopen(request, timeout=10) as answer:
            return json.load(answer)
    except HTTPError as error:
        sys.exit(f"smoke test failed: {method} {url} answered {error.code}\n{error.read().decode()}")


def create(url: str, body: dict[str, Any]) -> Any:
    created = call("POST", url, body)
    print(f"created {url}/{created['id']}")
    return call("GET", f"{url}/{created['id']}")


def wait_until_done(workflow: str, url: str) -> None:
    deadline = time.monotonic() + 30
    while (row := call("GET", url))["status"] == "pending":
        if time.monotonic() > deadline:
            sys.exit(f"smoke test failed: {workflow} did not finish\n{json.dumps(row)}")
        time.sleep(0.05)
    print(f"{workflow}: {json.dumps(row)}")


def show_rows(url: str, field: str, id: str) -> None:
    """Wait up to 5 seconds for rows that other services add."""
    deadline = time.monotonic() + 5
    while not (found := [row for row in all_rows(url) if row[field] == id]) and time.monotonic() < deadline:
        time.sleep(0.05)
    for row in found:
        print(f"{url}: {json.dumps(row)}")
    if not found:
        print(f"{url}: no row with the {field} {id} yet")


def all_rows(url: str) -> Iterator[dict[str, Any]]:
    page = call("GET", f"{url}?limit=100")
    yield from page["items"]
    while cursor := page["next_cursor"]:
        page = call("GET", f"{url}?limit=100&cursor={cursor}")
        yield from page["items"]


def main(base: str) -> None:
    driver = create(f"{base}/drivers", {"name": "name", "level": 1})
    trip = create(
        f"{base}/trips",
        {
            "code": uuid4().hex,
            "driver": driver["id"],
            "start": {"street": "street", "number": 1},
            "stops": [{"at": {"street": "street", "number": 1}, "when": "2030-01-31T12:00:00Z", "note": "note"}],
            "distance": 10,
            "express": True,
            "leaves": "2030-01-31T12:00:00Z",
        },
    )
    wait_until_done("plan trip", f"{base}/trips/{trip['id']}")
    show_rows(f"{base}/vehicles", "trip_id", trip["id"])
    show_rows(f"{base}/messages", "trip_id", trip["id"])
    create(f"{base}/vehicles", {"trip_id": trip["id"], "express": True})
    create(f"{base}/messages", {"trip_id": trip["id"], "driver": "driver"})


if __name__ == "__main__":
    main(sys.argv[1])
