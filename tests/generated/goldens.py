"""Generated projects that are checked in, so that a change of a template shows what it changes."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.generated.recipes import Recipe, tree_of

FOLDER = Path(__file__).parents[1] / "goldens"
REGENERATE = "python -m tests.tools.regen_goldens"

_HASHES = re.compile(r" \\\n {4}--hash=\S+")

Texts = Mapping[str, str]


def rendered(recipe: Recipe) -> Texts:
    """Path to text, as a golden keeps it: of a lock the versions only, since hashes tell a reader nothing."""
    texts = {str(path): blob.content.decode() for path, blob in tree_of(recipe).items()}
    return {path: _HASHES.sub("", text) if path.endswith(".lock") else text for path, text in texts.items()}


def kept(folder: Path) -> Texts:
    """The same, from a golden; nothing if it is not there."""
    files = sorted(Path(root, name) for root, _, names in os.walk(folder) for name in names)
    return {file.relative_to(folder).as_posix(): file.read_bytes().decode() for file in files}


def keep(texts: Texts, folder: Path) -> None:
    """Make the golden hold these texts, and nothing else."""
    for path in kept(folder).keys() - texts.keys():
        (folder / path).unlink()
    for path, text in texts.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())


def difference(before: Texts, after: Texts) -> str:
    """A unified diff from one to the other; empty if they are the same."""
    return "".join(
        line for path in sorted({*before, *after}) for line in _file_difference(path, before, after)
    )


def _file_difference(path: str, before: Texts, after: Texts) -> Iterator[str]:
    if path not in after or path not in before:
        yield f"{path}: {'is no longer written' if path in before else 'is new'}\n"
    elif before[path] != after[path]:
        old, new = (texts[path].splitlines(keepends=True) for texts in (before, after))
        yield from difflib.unified_diff(old, new, path, path)
