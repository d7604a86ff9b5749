"""Files of generated projects as base and new, one pattern's and another's, with an edit of the user's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import permutations
from pathlib import Path

import pytest

from blueprint.merging.formats import format_of
from blueprint.merging.spans import MergeConflict
from blueprint.tree import RelPath
from blueprint.workspace.merge import merge
from tests.conftest import PATTERNS

GOLDENS = Path(__file__).parents[2] / "goldens"


def in_imports(text: str) -> str:
    return re.sub(r"^(from |import )", r"from company import ours\n\1", text, count=1, flags=re.MULTILINE)


def in_class(text: str) -> str:
    """A field behind the first one of a class."""
    return re.sub(
        r"^(class .*:\n(?: +\"\"\".*\"\"\"\n\n?)?    \w+: .*\n)",
        r"\1    ours: int = 0  # ours\n",
        text,
        count=1,
        flags=re.MULTILINE,
    )


def at_end(text: str) -> str:
    return f"{text}\n\ndef ours() -> None:\n    pass\n"


def in_list(text: str) -> str:
    """An entry more in the first list of a TOML file."""
    return re.sub(
        r"^(    \"fastapi.*\",\n)", r'\1    "ours>=1",  # ours\n', text, count=1, flags=re.MULTILINE
    )


def in_yaml(text: str) -> str:
    """A key before the last one of the document, and before the last one of the first mapping in it."""
    lines = text.splitlines(keepends=True)
    top = [number for number, line in enumerate(lines) if line[:1].isalpha()]
    lines.insert(top[-1], "# ours\nours:\n  at: here\n")
    return "".join(lines)


def in_json(text: str) -> str:
    return text.replace("{\n", '{\n  "x-ours": {\n    "at": ["here"]\n  },\n', 1)


def in_lock(text: str) -> str:
    return re.sub(
        r"^idna==", r"hpack==4.2.0 \\\n    --hash=sha256:aa\nidna==", text, count=1, flags=re.MULTILINE
    )


EDITS: dict[str, tuple[Callable[[str], str], ...]] = {
    ".py": (in_imports, in_class, at_end),
    ".toml": (in_list,),
    ".yaml": (in_yaml,),
    ".json": (in_json,),
    ".lock": (in_lock,),
}


def pairs(one: str, other: str) -> Iterator[tuple[str, bytes, bytes]]:
    """The files that differ between two patterns."""
    for file in sorted((GOLDENS / f"e-commerce-{one}").rglob("*")):
        path = file.relative_to(GOLDENS / f"e-commerce-{one}")
        twin = GOLDENS / f"e-commerce-{other}" / path
        if file.suffix in EDITS and twin.is_file() and twin.read_bytes() != file.read_bytes():
            yield path.as_posix(), file.read_bytes(), twin.read_bytes()


@pytest.mark.parametrize(("one", "other"), list(permutations(PATTERNS, 2)))
def test_an_edit_of_any_file_goes_through_a_change_of_pattern(one: str, other: str) -> None:
    conflicts = []
    for name, base, new in pairs(one, other):
        for edit in EDITS[Path(name).suffix]:
            yours = edit(base.decode()).encode()
            if yours == base:
                continue
            path = RelPath(name)
            try:
                merged = merge(path, base, yours, new).content
            except MergeConflict as conflict:
                conflicts.append((name, edit.__name__, str(conflict)))
                continue
            ours, news = set(yours.splitlines()) - set(base.splitlines()), set(new.splitlines())
            assert {line for line in ours if line.strip()} <= set(merged.splitlines()) | news
            found = format_of(name)
            assert found and found.is_sound(merged.decode(), (base.decode(), yours.decode(), new.decode()))

    assert conflicts == []
