"""Smoke test: creates one row of each service, reads it and waits for its workflow. `python smoke.py URL`"""

import json
import sys
import time
from typing import Any
from urllib.request import Request, urlopen
from uuid import uuid4


def call(method: str, url: str, body: dict[str, Any] | None = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = Request(url, data, {"Content-Type": "application/json"}, method=method)
    with urlopen(request, timeout=10) as answer:
        return json.load(answer)


def create(url: str, body: dict[str, Any]) -> Any:
    created = call("POST", url, body)
    print(f"created {url}/{created['id']}")
    return call("GET", f"{url}/{created['id']}")


def wait_until_done(url: str, thing: Any) -> str:
    deadline = time.monotonic() + 30
    while thing["status"] == "pending" and time.monotonic() < deadline:
        time.sleep(0.05)
        thing = call("GET", f"{url}/{thing['id']}")
    print(f"status: {thing['status']}")
    return str(thing["status"])


def main(base: str) -> None:
    trip = create(
        f"{base}/trips",
        {
            "code": uuid4().hex,
            "driver": "driver",
            "start": {"street": "street", "number": 1},
            "stops": [{"at": {"street": "street", "number": 1}, "when": "2030-01-31T12:00:00Z", "note": "note"}],
            "distance": 0,
            "express": True,
            "leaves": "2030-01-31T12:00:00Z",
        },
    )
    if wait_until_done(f"{base}/trips", trip) == "pending":
        sys.exit("smoke test failed: plan trip did not finish")
    create(f"{base}/drivers", {"name": "name", "level": 1})
    create(f"{base}/vehicles", {"trip_id": "trip id", "express": True})
    create(f"{base}/messages", {"trip_id": "trip id", "driver": "driver"})


if __name__ == "__main__":
    main(sys.argv[1])
