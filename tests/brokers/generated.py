"""Projects with a broker; one of them, in the environment that its lock describes, is what the suite runs."""

from __future__ import annotations

import shutil
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from blueprint import __version__
from blueprint.catalog.load import load_catalog
from blueprint.catalog.sources import PROJECT_FOLDER, folder_source
from blueprint.cli.drafting import Options, draft
from blueprint.render.renderer import render
from blueprint.runtime.description import Environment
from blueprint.runtime.environment import OWN, prepare_environment, process_variables
from blueprint.workspace.create import create_project
from blueprint.workspace.destination import check_destination

SPEC = Path(__file__).with_name("spec.yaml")
REACTIONS = Path(__file__).with_name("reactions.py")
ENVIRONMENT = Environment(OWN, "requirements.lock", "src")


@dataclass(frozen=True, slots=True)
class Office:
    folder: Path
    python: str

    @property
    def environment(self) -> dict[str, str]:
        """What its programs start with."""
        return process_variables(self.folder / "src")


def office_spec(broker: str) -> str:
    return SPEC.read_text("utf-8").replace("broker: embedded", f"broker: {broker}")


def write_project(spec: str, folder: Path, packs: Path | None = None) -> None:
    """The project of that blueprint.yaml, as `blueprint new` writes it; `packs` are further ones."""
    file = folder.with_suffix(".yaml")
    file.write_text(spec, "utf-8")
    write(Options(spec=file), folder, packs)


def write(options: Options, folder: Path, packs: Path | None = None) -> None:
    """The project that these options ask for; `packs` are further ones."""
    sources = [folder_source(PROJECT_FOLDER, packs)] if packs else []
    plan = draft(options, load_catalog(sources=sources)).plan
    create_project(render(plan), check_destination(folder), __version__, git=False)


def make_office(broker: str, folder: Path, packs: Path | None = None) -> Office:
    write_project(office_spec(broker), folder, packs)
    shutil.copy(REACTIONS, folder / "src" / "office" / "clerks")
    return Office(folder, prepare_environment(folder, ENVIRONMENT, lambda _: nullcontext()))
