"""What `--help` of our tool is measured against: two commands, set up as ours are, and nothing else."""

from __future__ import annotations

import typer

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def new(name: str, force: bool = False) -> None:
    """Write a new project."""
    typer.echo((name, force))


@app.command()
def run(name: str = "") -> None:
    """Start a project."""
    typer.echo(name)


if __name__ == "__main__":
    app()
