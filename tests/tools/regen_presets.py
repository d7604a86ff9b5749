"""Write the OpenAPI documents of presets anew: `python -m tests.tools.regen_presets`, then read the diff.

A preset brings code, so its part of the document comes from its application. The schemas keep their full
names there (see `blueprint.documents.naming`): the short ones depend on the other services of a project.
"""

import json
import sys
import tempfile
from pathlib import Path

from blueprint.catalog.load import load_catalog
from blueprint.documents.text import to_json
from tests.generated.recipes import PATTERNS, PRESETS, Recipe, drafted
from tests.generated.workshop import Workshop

DOCUMENT = "files/docs/openapi.json"
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
        for preset in PRESETS:
            pack = catalog.find("preset", preset, "fastapi")
            if pack is None or not pack.services:
                continue
            text = document_of(Recipe(preset, PATTERNS[0]), Workshop(Path(folder)))
            (pack.folder / DOCUMENT).write_text(text, encoding="utf-8")
            sys.stdout.write(f"{preset}: {len(text)} characters\n")


def document_of(recipe: Recipe, workshop: Workshop) -> str:
    """What the application of the preset says of its routes."""
    package = drafted(recipe).spec.name.package
    said = workshop.run(
        recipe, "python", "-c", FULL_NAMES, f"{package}.entrypoints.openapi", pythonpath="src"
    )
    document = json.loads(said.replace(f"{package}__", "${package}__"))
    return to_json({"paths": document["paths"], "components": document["components"]})


if __name__ == "__main__":
    regenerate()
