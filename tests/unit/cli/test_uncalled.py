"""A project that exists is told which of its actions nothing calls, and gets no route by itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from blueprint.cli.main import run

Capture = pytest.CaptureFixture[str]

SPEC = """version: 1
name: clinic
pattern: monolith
stack: fastapi
services:
  patients:
    resource: {name: str, ward: str, status: str}
    actions: {admit: {in: {patient_id: str, ward: str}}}
  pager:
    actions: {beep: {in: {text: str}}}
"""
MORE = SPEC.replace("ward: str}}}", "ward: str}}, discharge: {in: {patient_id: str, reason: str?}}}")
OPENAPI = "docs/openapi.json"


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "clinic.yaml").write_text(SPEC)
    assert run(["new", "--spec", "clinic.yaml", "-y"]) == 0
    capsys.readouterr()
    return tmp_path / "clinic"


def synchronised(clinic: Path, capsys: Capture, spec: str) -> tuple[str, list[dict[str, object]]]:
    """What `sync` says, and the uncalled actions that it answers."""
    (clinic / "blueprint.yaml").write_text(spec)
    assert run(["sync", "clinic"]) == 0
    said = capsys.readouterr().err
    run(["--json", "sync", "clinic"])
    return said, json.loads(capsys.readouterr().out)["data"]["uncalled"]


def paths(clinic: Path) -> set[str]:
    return {path for path in json.loads((clinic / OPENAPI).read_text())["paths"] if path.count("/") > 1}


def test_a_new_service_has_the_routes(clinic: Path, capsys: Capture) -> None:
    assert paths(clinic) == {"/patients/{id}", "/patients/{id}/admit", "/pager/beep"}
    assert synchronised(clinic, capsys, SPEC) == ("", [])


def test_an_action_that_comes_later_is_told_with_the_lines_to_add(clinic: Path, capsys: Capture) -> None:
    api = clinic / "src/clinic/patients/api.py"
    before = api.read_text()

    said, [uncalled] = synchronised(clinic, capsys, MORE)

    assert "nothing calls patients.discharge; for POST /patients/{id}/discharge add a route to" in said
    assert api.read_text() == before
    assert "/patients/{id}/discharge" not in paths(clinic)
    lines = uncalled["lines"]
    assert isinstance(lines, list)
    assert "from clinic.patients import discharge_action" in lines
    assert "class DischargeRequest(BaseModel):" in lines


def test_the_lines_make_the_route_that_a_new_project_has(clinic: Path, capsys: Capture) -> None:
    api = clinic / "src/clinic/patients/api.py"
    _, [uncalled] = synchronised(clinic, capsys, MORE)
    lines = uncalled["lines"]
    assert isinstance(lines, list)

    api.write_text(api.read_text() + "\n".join(["", *lines, ""]))

    said, rest = synchronised(clinic, capsys, MORE)
    assert rest == []
    assert "nothing calls" not in said
    assert "/patients/{id}/discharge" in paths(clinic)
    compile(api.read_text(), str(api), "exec")


def test_a_route_stays_when_something_else_calls_its_action(clinic: Path, capsys: Capture) -> None:
    called = SPEC.replace(
        "    actions: {admit",
        "    publishes: {created: patient.came}\n    reacts_to: {patient.came: admit}\n    actions: {admit",
    )

    synchronised(clinic, capsys, called)

    assert "/patients/{id}/admit" in paths(clinic)
    assert (clinic / "src/clinic/platform/http/action_requests.py").exists()


def test_a_route_that_is_deleted_leaves_the_document(clinic: Path, capsys: Capture) -> None:
    api = clinic / "src/clinic/pager/api.py"
    api.write_text(api.read_text().replace("/pager/beep", "/pager/ring"))

    synchronised(clinic, capsys, SPEC)

    assert paths(clinic) == {"/patients/{id}", "/patients/{id}/admit"}


def test_an_action_that_the_code_mentions_is_not_told(clinic: Path, capsys: Capture) -> None:
    api = clinic / "src/clinic/patients/api.py"
    api.write_text(api.read_text() + "\n# discharge is for operators only\n")

    said, uncalled = synchronised(clinic, capsys, MORE)

    assert "nothing calls" not in said
    assert uncalled == []
