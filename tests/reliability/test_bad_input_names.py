"""Texts that are no name of a project."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reliability.refusals import refusal

Capture = pytest.CaptureFixture[str]

HOSTILE = {
    "empty": ("", None),
    "a space": (" ", None),
    "a capital": ("Shop", "shop"),
    "two words": ("Order Service", "order-service"),
    "an underscore": ("order_service", "order-service"),
    "a digit first": ("2shop", "shop"),
    "a hyphen last": ("shop-", "shop"),
    "two hyphens": ("web--shop", "web-shop"),
    "an accent": ("café", "cafe"),
    "an emoji": ("\U0001f600", None),
    "right to left": ("a\u202eb", "ab"),
    "zero width": ("a\u200bb", "ab"),
    "a path": ("../shop", "shop"),
    "a number": ("1e3", "e3"),
    "a shell": ("$(touch canary)", "touch-canary"),
    "backticks": ("`touch canary`", "touch-canary"),
    "a line break": ("a\nb", "a-b"),
    "an escape sequence": ("\x1b]0;x\x07", "x"),
    "Jinja": ("{{7*7}}", None),
    "rich": ("[red]", "red"),
    "YAML": ("a: b", "a-b"),
    "HTML": ("<script>", "script"),
    "SQL": ("x'; drop table y", "x-drop-table-y"),
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("name", "instead"), HOSTILE.values(), ids=HOSTILE)
def test_a_name_of_the_wrong_shape_comes_with_one_that_would_do(
    name: str, instead: str | None, here: Path, capsys: Capture
) -> None:  # G28, G31 to G39
    found = refusal(["new", name], here, capsys)
    assert (found.exit_code, found.codes) == (3, ["bad-name"])
    assert f'"{instead or "web-shop"}"' in found.told[0].hint
    assert found.told[0].message.isprintable()


@pytest.mark.parametrize("length", [41, 64, 300])
def test_a_name_that_is_too_long_is_told_without_all_of_it(
    length: int, here: Path, capsys: Capture
) -> None:  # G28, G31
    found = refusal(["new", "x" * length], here, capsys)
    assert (found.exit_code, found.codes) == (3, ["bad-name"])
    assert f"{length} characters" in found.told[0].message
    assert len(found.told[0].message) < 120
