"""The project that the suite runs: generated with a broker, in the environment that its lock describes."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from blueprint import __version__
from blueprint.catalog.load import load_catalog
from blueprint.cli.drafting import Wishes, draft
from blueprint.render.renderer import render
from blueprint.runtime.description import Environment
from blueprint.runtime.environment import prepare_environment, process_variables
from blueprint.workspace.create import create_project
from blueprint.workspace.destination import check_destination

SPEC = Path(__file__).with_name("spec.yaml")
ENVIRONMENT = Environment(".venv", "requirements.lock", "src")


@dataclass(frozen=True, slots=True)
class Office:
    folder: Path
    python: str

    @property
    def environment(self) -> dict[str, str]:
        """What its programs start with."""
        return process_variables(self.folder / "src")


def make_office(broker: str, folder: Path) -> Office:
    spec = folder.with_suffix(".yaml")
    spec.write_text(SPEC.read_text().replace("broker: embedded", f"broker: {broker}"))
    plan = draft(Wishes(spec=spec), load_catalog()).plan
    create_project(render(plan), check_destination(folder), __version__, git=False)
    return Office(folder, prepare_environment(folder, ENVIRONMENT, lambda _: nullcontext()))
