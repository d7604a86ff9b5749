"""Text, paths and flags reach a command as they were typed, and nothing is loaded to convert them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer
from typer.testing import CliRunner

from blueprint.cli.parameters import QuickCommand, QuickGroup

app = typer.Typer(rich_markup_mode=None)


@app.callback(cls=QuickGroup)
def _nothing() -> None: ...


@app.command(cls=QuickCommand)
def show(
    name: Annotated[str | None, typer.Argument()] = None,
    folder: Annotated[Path, typer.Option()] = Path("here"),
    text: Annotated[str | None, typer.Option()] = None,
    force: Annotated[bool, typer.Option("--force")] = False,
    count: Annotated[int, typer.Option()] = 1,
) -> None:
    typer.echo(repr((name, folder, text, force, count)))


def shown(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["show", *arguments])
    return done.output.strip()


def test_what_is_left_out_has_its_default() -> None:
    assert shown() == repr((None, Path("here"), None, False, 1))


def test_what_is_typed_arrives() -> None:
    arguments = ("shop", "--folder", "a b", "--text", "", "--force")

    assert shown(*arguments) == repr(("shop", Path("a b"), "", True, 1))


def test_other_types_are_converted_and_checked_by_typer() -> None:
    assert shown("--count", "7") == repr((None, Path("here"), None, False, 7))
    assert "should be a valid integer" in shown("--count", "many")


def test_a_command_runs_without_pydantic(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from blueprint.cli.main import run\n"
        f"assert run(['new', 'shop', '--dry-run', '-o', {str(tmp_path / 'shop')!r}]) == 0\n"
        "sys.exit('pydantic' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
