"""Processes are found and asked with the operator's token; what goes wrong is named with the way out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from blueprint.errors import BlueprintError
from blueprint.runtime.addresses import addresses_noted, note_addresses, noted_addresses
from blueprint.runtime.description import Description, decode_description
from blueprint.runtime.lifecycle import Running, Service
from blueprint.runtime.operators import Process, processes_of
from tests.support.operators import FAILS, TOKEN, answering

NOWHERE = "http://127.0.0.1:9"
RUN = {
    "version": 1,
    "name": "shop",
    "pattern": "microservices",
    "data": "var",
    "processes": [
        {"name": name, "command": ["x"], "ready": "/", "env": {}}
        for name in ("orders", "payments", "gateway")
    ],
    "entry": "gateway",
}


@pytest.fixture
def description() -> Description:
    return decode_description(json.dumps(RUN))


def addresses_of(project: Path, pid: int) -> Path:
    """The file of a run, in a folder that is there."""
    file = project / f"var/run/addresses-{pid}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    return file


def code_of(error: pytest.ExceptionInfo[BlueprintError]) -> str:
    return error.value.problems[0].code


def test_a_run_notes_its_addresses_and_forgets_them_at_its_end(
    tmp_path: Path, description: Description
) -> None:
    names = ("orders.1", "orders.2", "payments", "gateway")
    running = Running("shop", "http://gateway", tuple(Service(name, f"http://{name}", 1) for name in names))
    (tmp_path / "var/run").mkdir(parents=True)

    with addresses_noted(tmp_path, description):
        note_addresses(tmp_path, description, running)
        noted = noted_addresses(tmp_path, description)

    assert noted == {"orders": ("http://orders.1", "http://orders.2"), "payments": ("http://payments",)}
    assert noted_addresses(tmp_path, description) == {}


def test_addresses_of_a_run_that_was_killed_are_forgotten(tmp_path: Path, description: Description) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as dead:
        dead.wait()
    file = addresses_of(tmp_path, dead.pid)
    file.write_text('{"orders": "http://old"}')

    assert noted_addresses(tmp_path, description) == {}
    assert not file.exists()


def test_runs_of_different_processes_do_not_meet(tmp_path: Path, description: Description) -> None:
    other = addresses_of(tmp_path, os.getppid())
    other.write_text('{"payments": "http://payments"}')

    with addresses_noted(tmp_path, description):
        note_addresses(tmp_path, description, Running("shop", "", (Service("orders", "http://orders", 1),)))
        noted = noted_addresses(tmp_path, description)

    assert noted == {"orders": ("http://orders",), "payments": ("http://payments",)}
    assert noted_addresses(tmp_path, description) == {"payments": ("http://payments",)}


@pytest.mark.parametrize("text", ["", "[]", "{", '{"orders": 3}'])
def test_a_file_of_addresses_that_cannot_be_read_names_none(
    text: str, tmp_path: Path, description: Description
) -> None:
    addresses_of(tmp_path, os.getpid()).write_text(text)

    assert noted_addresses(tmp_path, description) == {}


def test_given_urls_come_with_a_name_or_with_that_of_their_host(
    tmp_path: Path, description: Description
) -> None:
    urls = ["orders=http://10.0.0.7:8000", "https://pay.example:1", "orders=http://10.0.0.8:8000"]

    found = processes_of(tmp_path, description, {"OPERATOR_TOKEN": TOKEN}, urls)

    assert {each.name: each.urls for each in found} == {
        "orders": ("http://10.0.0.7:8000", "http://10.0.0.8:8000"),
        "pay.example:1": ("https://pay.example:1",),
    }


@pytest.mark.parametrize(
    "url", ["orders", "ftp://x", "file:///etc/passwd", "orders=", "http://", "http://[::1", ""]
)
def test_what_is_no_url_of_a_process_is_refused(url: str, tmp_path: Path, description: Description) -> None:
    with pytest.raises(BlueprintError) as error:
        processes_of(tmp_path, description, {"OPERATOR_TOKEN": TOKEN}, [url])

    assert code_of(error) == "bad-url"


def test_without_a_process_or_a_token_nothing_is_asked(tmp_path: Path, description: Description) -> None:
    with pytest.raises(BlueprintError) as nothing:
        processes_of(tmp_path, description, {"OPERATOR_TOKEN": TOKEN})
    with pytest.raises(BlueprintError) as no_token:
        processes_of(tmp_path, description, {}, [NOWHERE])

    assert (code_of(nothing), code_of(no_token)) == ("not-running", "no-token")


def test_another_instance_answers_for_one_that_is_gone() -> None:
    with answering({"records": {"sources": []}}) as url:
        assert Process("orders", (NOWHERE, url), TOKEN).get("records") == {"sources": []}


def test_what_is_not_there_is_no_error() -> None:
    with answering({}) as url:
        process = Process("orders", (url,), TOKEN)
        assert process.get("records") is None
        assert process.post("dead-letters", "a/b", "replay") is False


@pytest.mark.parametrize(
    ("url", "token", "code"),
    [
        (None, "another-token", "wrong-token"),
        (None, TOKEN, "unexpected-answer"),
        (NOWHERE, TOKEN, "no-answer"),
    ],
)
def test_what_goes_wrong_is_named(url: str | None, token: str, code: str) -> None:
    with answering({"records": FAILS}) as there, pytest.raises(BlueprintError) as error:
        Process("orders", (url or there,), token).get("records")

    assert code_of(error) == code
    assert "orders" in str(error.value)
