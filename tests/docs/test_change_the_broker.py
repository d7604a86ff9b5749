"""docs/how-to/change-the-broker.md names the brokers that there are, and what bringing one changes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from blueprint.catalog.load import load_catalog
from blueprint.cli.main import run
from tests.docs.pages import DOCS, ROOT, first_column

PAGE = (DOCS / "how-to/change-the-broker.md").read_text("utf-8")
TABLE = PAGE.partition("\n## ")[0]
BROKERS = load_catalog().offers("broker")


def test_every_broker_is_named() -> None:
    assert sorted(first_column(TABLE)[1:]) == sorted(pack.id for pack in BROKERS)


@pytest.mark.parametrize("broker", [pack.id for pack in BROKERS])
def test_a_url_is_of_the_kind_that_its_adapter_takes(broker: str) -> None:
    [url] = re.findall(rf"^\| `{broker}`[^|]* \| `([^`]+)`", TABLE, re.MULTILINE)
    [pack] = [each for each in BROKERS if each.id == broker]
    [fragment] = [file for file in pack.section("slots") if file.path == "brokers.open.j2"]

    assert f'"{url.partition("//")[0]}//' in fragment.location.read_text("utf-8")


def test_the_messages_are_those_of_the_generated_code() -> None:
    problems = PAGE.partition("## Troubleshooting")[2]
    said = re.findall(r"`((?:BROKER_URL (?:has|must)|broker|cannot|publish) [a-z ]+)`", problems)
    code = "".join(file.read_text("utf-8") for file in (ROOT / "templates/fastapi").rglob("*.j2"))

    assert len(said) == 5
    assert [message for message in said if message not in code] == []


@pytest.mark.parametrize("broker", ["kafka", "nats", "pubsub", "sqs"])
def test_a_broker_comes_with_its_adapter_and_goes_again(
    broker: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["new", "shop", "-p", "event-driven", "--preset", "blank", "-y", "--no-git"]) == 0
    spec = tmp_path / "shop/blueprint.yaml"
    before = spec.read_text()
    spec.write_text(f"{before}broker: {broker}\n")

    came = changed(capsys)
    assert f"src/shop/platform/adapters/{broker}.py" in came
    assert {"requirements.lock", "src/shop/platform/adapters/brokers.py"} <= came.keys()
    assert ("compose.yaml" in came) == (broker in ("kafka", "nats"))
    assert (tmp_path / "shop/src/shop/platform/adapters/sqlite_log.py").exists()

    spec.write_text(before)
    assert changed(capsys)[f"src/shop/platform/adapters/{broker}.py"] == "delete"


def changed(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """What `sync` does, by path."""
    capsys.readouterr()
    assert run(["sync", "shop", "--json"]) == 0
    return {each["path"]: each["action"] for each in json.loads(capsys.readouterr().out)["data"]["changes"]}
