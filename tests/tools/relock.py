"""Resolve dependencies anew, of the tests and of generated projects: `python -m tests.tools.relock`.

What the packs of a stack depend on is resolved together, and each pack's share written to its `lock` folder.
Every pack gets the same block for a package (version, marker, hashes): so shares can be put together by name.
"""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
BLOCK = re.compile(r"^([A-Za-z0-9._-]+)==.*?(?=^[A-Za-z0-9]|\Z)", re.MULTILINE | re.DOTALL)
COMPILE = "uv pip compile --quiet --universal --python-version 3.11 --generate-hashes"
BARE = "--no-annotate --no-header --no-emit-index-url --no-emit-package backend-blueprint"


def compile_lock(*source: str, requirements: str | None = None) -> str:
    """A hashed lock of everything that the source (`-` is the requirements) needs on Python 3.11 to 3.14."""
    command = [*COMPILE.split(), *BARE.split(), *source]
    answer = subprocess.run(
        command, cwd=ROOT, input=requirements, stdout=subprocess.PIPE, text=True, check=True
    )
    return answer.stdout


def blocks(lock: str) -> dict[str, str]:
    return {match[1].lower(): match[0] for match in BLOCK.finditer(lock)}


def resolved(requirements: list[str]) -> dict[str, str]:
    """Name to block, of all that the requirements need."""
    return blocks(compile_lock("-", requirements="\n".join(requirements)))


def shares(stack: Path) -> dict[tuple[Path, str], list[str]]:
    """(pack, runtime or dev) -> what it asks for directly."""
    found: dict[tuple[Path, str], list[str]] = {}
    for file in sorted(stack.rglob("data/pyproject.toml.yaml")):
        data: dict[str, Any] = yaml.safe_load(file.read_text())
        pack = file.parents[1]
        found[pack, "runtime"] = data.get("project", {}).get("dependencies", [])
        found[pack, "dev"] = data.get("dependency-groups", {}).get("dev", [])
    return {key: wanted for key, wanted in found.items() if wanted}


def relock_stack(stack: Path) -> None:
    wanted = shares(stack)
    together = resolved(sorted({line for lines in wanted.values() for line in lines}))
    for (pack, kind), requirements in wanted.items():
        write(
            pack / "lock" / f"{kind}.txt", "".join(together[name] for name in sorted(resolved(requirements)))
        )


def relock_tests() -> None:
    write(ROOT / "tests" / "requirements.lock", compile_lock("--extra", "test", "pyproject.toml"))


def relock_pages() -> None:
    """What the page about SQLAlchemy tells users to add, beside what a project has anyway."""
    wanted = "sqlalchemy[asyncio]\naiosqlite"
    bare = compile_lock("--no-emit-package", "typing-extensions", "-", requirements=wanted)
    write(ROOT / "tests" / "databases" / "sqlalchemy.lock", bare)


def write(target: Path, lock: str) -> None:
    target.parent.mkdir(exist_ok=True)
    target.write_text(lock)
    sys.stdout.write(f"{target.relative_to(ROOT)}: {len(blocks(lock))} packages\n")


if __name__ == "__main__":
    relock_tests()
    relock_pages()
    for pack in sorted({pack.parent for pack in TEMPLATES.glob("*/stack/pack.yaml")}):
        relock_stack(pack.parent)
