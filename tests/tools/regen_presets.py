"""Write the OpenAPI documents of presets anew: `python -m tests.tools.regen_presets`, then read the diff.

A preset brings code, so its part of the document comes from its application. The schemas keep their full
names there (see `blueprint.documents.naming`): the short ones depend on the other services of a project.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from blueprint.catalog.load import load_catalog
from blueprint.documents.schemas import Json
from blueprint.documents.subset import without_tags
from blueprint.documents.text import to_json
from tests.generated.recipes import PATTERNS, PRESETS, Recipe, drafted
from tests.generated.workshop import Workshop

DOCUMENT = "files/docs/openapi.json"
TEMPLATES = Path(__file__).parents[2] / "templates"
FULL_NAMES = """
import json, sys
from importlib import import_module
from pydantic import json_schema

Remapping = json_schema._DefinitionsRemapping


def keep_full_names(choices, references, definitions):
    full = {name: choices[name][3] for name in definitions}
    targets = {references[name]: references[to] for name, to in full.items()}
    return Remapping(full, targets)


Remapping.from_prioritized_choices = staticmethod(keep_full_names)
print(json.dumps(import_module(sys.argv[1]).document()))
"""


def regenerate() -> None:
    catalog = load_catalog()
    with tempfile.TemporaryDirectory() as folder:
        workshop = Workshop(Path(folder))
        for preset in PRESETS:
            pack = catalog.find("preset", preset, "fastapi")
            if pack is None or not pack.services:
                continue
            for auth in pack.auth:
                for path, document in parts_of(Recipe(preset, PATTERNS[0], auth=auth), workshop):
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(to_json(document), encoding="utf-8")
                    sys.stdout.write(f"{path.relative_to(TEMPLATES)}\n")


def parts_of(recipe: Recipe, workshop: Workshop) -> Iterator[tuple[Path, Json]]:
    """The document of the application, by the packs that its parts belong to.

    The auth pack says how callers show who they are, its part for accounts has the routes of its services.
    """
    document = document_of(recipe, workshop)
    plan = drafted(recipe).plan
    preset, auth = plan.pack("preset"), plan.pack("auth")
    assert preset and auth
    accounts = next(pack for pack in plan.packs if pack.id == auth.accounts)
    schemes = document["components"].pop("securitySchemes")
    of_others = {*preset.services} - {*accounts.services}
    yield preset.folder / DOCUMENT, without_tags(document, accounts.services)
    yield accounts.folder / DOCUMENT, without_tags(document, of_others)
    yield auth.folder / DOCUMENT, {"components": {"securitySchemes": schemes}}


def document_of(recipe: Recipe, workshop: Workshop) -> Json:
    """What the application of the preset says of its routes."""
    package = drafted(recipe).spec.name.package
    said = workshop.run(
        recipe, "python", "-c", FULL_NAMES, f"{package}.entrypoints.openapi", pythonpath="src"
    )
    document = json.loads(said.replace(f"{package}__", "${package}__"))
    return {"paths": document["paths"], "components": document["components"]}


if __name__ == "__main__":
    regenerate()
