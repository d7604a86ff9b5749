"""The project that a page shows, with the code that it shows."""

from __future__ import annotations

import re
from pathlib import Path

from blueprint.cli.main import run
from tests.docs.pages import DOCS, blocks_of
from tests.generated.workshop import Workshop
from tests.routes.newsroom import Newsroom

_HOME = re.compile(r"# (src/\S+)\n")
_STUB = r"\n@router\.\w+\(\"{path}\"[^\n]*\nasync def \w+\(.*?\n(?=\n|\Z)"
_ROUTE = re.compile(r"^@router\.\w+\(\"([^\"]+)\"", re.MULTILINE)


def project_of(page: str, workshop: Workshop, folder: Path) -> Newsroom:
    """The first spec of the page as a project, its functions in place of those that it begins with."""
    text = (DOCS / "how-to" / page).read_text("utf-8")
    spec = folder.with_suffix(".yaml")
    spec.write_text(blocks_of(text, "yaml")[0][1])
    assert run(["new", "--spec", str(spec), "-o", str(folder)]) == 0
    for _, code in blocks_of(text, "python"):
        home = _HOME.match(code)
        assert home, code
        _put(folder / home[1], code[home.end() :])
    python = workshop.python(folder)
    (folder / ".blueprint/venv").symlink_to(Path(python).parents[1], target_is_directory=True)
    workshop.run_in(folder, "ruff", "check", "-q", "--fix", "--select", "I,F401", "src")
    workshop.run_in(folder, "ruff", "format", "-q", "src")
    return Newsroom(folder, python)


def _put(file: Path, code: str) -> None:
    """The code at the end of the file, its imports among those that are there."""
    written = file.read_text() if file.exists() else ""
    for path in _ROUTE.findall(code):
        written, count = re.subn(_STUB.format(path=re.escape(path)), "", written, count=1, flags=re.DOTALL)
        assert count == 1, path
    lines = code.splitlines(keepends=True)
    imports = "".join(line for line in lines if line.startswith(("import ", "from ")))
    rest = "".join(line for line in lines if not line.startswith(("import ", "from ")))
    head, line, tail = written.partition("\nfrom ")
    file.write_text(f"{head}\n{imports}{line.lstrip()}{tail}\n\n{rest}")
