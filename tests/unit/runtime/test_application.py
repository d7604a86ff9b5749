"""The application is asked for its document with whatever its code may need while it is imported."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest

from blueprint.errors import SystemFailed, UsageError
from blueprint.runtime.application import application_document
from blueprint.runtime.description import Description, Dotenv, Program

SETTINGS = "import json, os; print(json.dumps({name: os.environ.get(name, '') for name in %r}))"


def described(code: str, **more: object) -> Description:
    env = {"DATABASE_URL": "sqlite:///{data}/shop.db", "PEERS": "orders={orders.url}", "PORT": "{port}"}
    program = Program("orders", ("serve",), "/readyz", env)
    known = {"name": "shop", "pattern": "monolith", "environment": None, "dotenv": None, "data": "var"}
    return Description(
        **{
            **known,
            "programs": (program,),
            "entry": "orders",
            "smoke": None,
            "openapi": ("{python}", "-c", code),
            **more,
        }  # type: ignore[arg-type]
    )


def asked(project: Path, description: Description) -> dict[str, object]:
    return application_document(project, description, lambda _: nullcontext())


def test_settings_lead_nowhere_and_nothing_stays(tmp_path: Path) -> None:
    found = asked(tmp_path, described(SETTINGS % (["DATABASE_URL", "PEERS", "PORT"],)))

    assert str(tmp_path) not in str(found["DATABASE_URL"])
    assert (found["PEERS"], found["PORT"]) == ("orders=http://127.0.0.1:1", "1")
    assert list(tmp_path.iterdir()) == []


def test_secrets_are_those_of_the_project(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TOKEN=mine\n")
    dotenv = Dotenv(".env", ("{python}", "-c", "raise SystemExit(1)"))

    assert asked(tmp_path, described(SETTINGS % (["TOKEN"],), dotenv=dotenv)) == {"TOKEN": "mine"}


def test_without_a_file_of_secrets_new_ones_do_and_are_not_kept(tmp_path: Path) -> None:
    dotenv = Dotenv(".env", ("{python}", "-c", "print('TOKEN=new')"))

    assert asked(tmp_path, described(SETTINGS % (["TOKEN"],), dotenv=dotenv)) == {"TOKEN": "new"}
    assert list(tmp_path.iterdir()) == []


def test_what_fails_is_named_with_its_last_place_in_the_project(tmp_path: Path) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("import json\n\njson.loads('{')\n")

    with pytest.raises(SystemFailed) as raised:
        asked(tmp_path, described(f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import broken"))

    [problem] = raised.value.problems
    assert "JSONDecodeError" in problem.message
    assert (problem.path, problem.line) == (str(broken), 3)


@pytest.mark.parametrize("said", ["hello", "[]", ""])
def test_what_is_no_document_is_refused(tmp_path: Path, said: str) -> None:
    with pytest.raises(SystemFailed, match="is not an OpenAPI document"):
        asked(tmp_path, described(f"print({said!r})"))


def test_a_project_that_cannot_be_asked_is_told_to_sync(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        asked(tmp_path, described("", openapi=()))

    assert "blueprint sync" in str(raised.value.problems[0].hint)
