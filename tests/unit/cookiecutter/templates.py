"""Small templates in the format of cookiecutter."""

from __future__ import annotations

import json
from pathlib import Path

FOLDER = "{{cookiecutter.slug}}"
QUESTIONS: dict[str, object] = {
    "project_name": "My Thing",
    "slug": "{{ cookiecutter.project_name|lower|replace(' ', '-') }}",
    "license": ["MIT", "BSD"],
    "docs": True,
}
README = "# {{ cookiecutter.project_name }}\n{{ cookiecutter.license }} {{ cookiecutter.docs }}\n"


def template(folder: Path, questions: dict[str, object] = QUESTIONS, **files: str | bytes) -> Path:
    """A template with these files, by their paths in it; `cookiecutter.json` and a README by themselves."""
    content: dict[str, str | bytes] = {
        "cookiecutter.json": json.dumps(questions),
        f"{FOLDER}/README.md": README,
        **files,
    }
    for path, text in content.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder
