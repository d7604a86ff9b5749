"""A running system under odd input: what it answers is never its own fault, and is what its document says."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.fuzzing.hostile import requests
from tests.fuzzing.operations import operations
from tests.fuzzing.wire import answer
from tests.support.system import System

SEED = 1
AT_ONCE = 8
_SHOWN = 6000
_LONG = 200
# A value that is a time or null is made as any text, and is then refused.
_NOT_CHECKED = "positive_data_acceptance"


def check_hostile(system: System, token: str = "", every: int = 1) -> None:
    """Requests go through the gateway, and to each process; AssertionError where one fails."""
    asked = list(requests(list(operations(_document(system))), token, every))
    direct = [request for request in asked if not request.wanted]
    sent = [(system.url, request) for request in asked]
    sent += [
        (worker.url, request) for worker in system.workers for request in direct if request.body[:1] != b"{"
    ]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda each: answer(*each), sent))
    wrong = [
        f"{status} instead of {request.wanted or 'an answer'}: {url} {request} -> {body[:200]!r}"
        for (url, request), (status, body) in zip(sent, answers, strict=True)
        if status >= 500 or (request.wanted and status not in request.wanted)
    ]
    assert not wrong, f"{len(wrong)} of {len(sent)}:\n" + "\n".join(wrong[:20])
    assert {200, 201, 404, 422} <= {status for status, _ in answers}, "they do not get to what they are for"


def check_document(system: System, examples: int, token: str = "", without: str = "") -> None:
    """AssertionError where an answer is none that the document names, as schemathesis sees it.

    `without` are operations to leave out, as a regular expression of their paths.
    """
    lean = system.log.with_name("openapi.json")
    lean.write_text(json.dumps(_lean(_document(system))))
    options = {
        "--url": system.url,
        "--seed": str(SEED),
        "--max-examples": str(examples),
        "--exclude-checks": _NOT_CHECKED,
        "--generation-database": "none",
        **({"--header": f"Authorization: Bearer {token}"} if token else {}),
        **({"--exclude-path-regex": without} if without else {}),
    }
    words = [word for option in options.items() for word in option]
    program = str(Path(sys.executable).with_name("schemathesis"))
    done = subprocess.run(
        [program, "run", str(lean), "--no-shrink", "--continue-on-failure", *words],
        cwd=system.log.parent,
        capture_output=True,
        text=True,
        timeout=3000,
    )
    said = "\n".join(line[:500] for line in (done.stdout + done.stderr).splitlines())
    assert done.returncode == 0, said[-_SHOWN:]


def _document(system: System) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((system.folder / "docs/openapi.json").read_text())
    return found


def _lean(value: Any) -> Any:
    """Whatever has no entry of its own is then a failure, and no body is long for the sake of a limit."""
    if isinstance(value, list):
        return [_lean(part) for part in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _lean(part)
        for key, part in value.items()
        if key != "default" and not (key in ("maxLength", "maxItems") and part > _LONG)
    }
