"""A request performs an action that nothing else calls: once, with its event, in every pattern."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import PATTERNS, copy_of
from tests.generated.recipes import Recipe
from tests.generated.workshop import Workshop
from tests.support.system import System, eventually

ADMIT = "async def admit(tx: Tx, command: Admit) -> None:\n"
RULE = ADMIT + '    if command.bed.ward == "full":\n        raise Refused("full")\n'
BED = {"ward": "east", "number": 4}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_request_performs_an_action(pattern: str, workshop: Workshop, tmp_path: Path) -> None:
    project = tmp_path / "clinic"
    copy_of(workshop.startable(Recipe("clinic", pattern)), project)
    actions = project / "src/clinic/patients/actions.py"
    text = actions.read_text().replace("import action, external", "import Refused, action, external")
    actions.write_text(text.replace(ADMIT, RULE))

    with (
        System(project, tmp_path / "log") as system,
        httpx.Client(base_url=system.url, trust_env=False) as client,
    ):
        patient = client.post("/patients", json={"name": "Ada", "visits": 0}).json()
        path = f"/patients/{patient['id']}/admit"

        answers = [admitted(client, path, "east", "first") for _ in range(2)]
        refused = [admitted(client, path, "full", "second") for _ in range(2)]

        assert [(each.status_code, each.json()) for each in answers] == [(200, answers[0].json())] * 2
        assert answers[0].json()["status"] == "admitted"
        assert [(each.status_code, each.json()["detail"]) for each in refused] == [(409, "full")] * 2
        assert admitted(client, path, "west", "first").status_code == 422
        assert admitted(client, "/patients/0/admit", "east", "third").status_code == 404
        assert client.post(f"/patients/{patient['id']}/weigh").json() == {"grams": 0, "note": None}
        assert client.post("/pager/beep", json={"text": "now", "times": 1}).status_code == 204

        def meals() -> list[dict[str, Any]]:
            found: list[dict[str, Any]] = client.get("/meals").json()["items"]
            return found

        [meal] = eventually(meals, 10, "the reaction to the event of the action")
        assert (meal["patient_id"], meal["bed"]["ward"]) == (patient["id"], "east")


def admitted(client: httpx.Client, path: str, ward: str, key: str) -> httpx.Response:
    return client.post(path, json={"bed": {**BED, "ward": ward}}, headers={"Idempotency-Key": key})
