"""Resolve what the packs of a stack depend on, together, and write each pack's share of the lock.

`python -m tests.tools.relock` after a dependency in a `data/pyproject.toml.yaml` has changed. Every pack gets
the same block for a package (version, marker, hashes), so that shares can be put together by name.
"""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

TEMPLATES = Path(__file__).parents[2] / "templates"
BLOCK = re.compile(r"^([A-Za-z0-9._-]+)==.*?(?=^[A-Za-z0-9]|\Z)", re.MULTILINE | re.DOTALL)


def compile_lock(requirements: list[str]) -> str:
    """A hashed lock of everything that the requirements need on Python 3.11 to 3.14."""
    command = [
        "uv",
        "pip",
        "compile",
        "--quiet",
        "--universal",
        "--python-version",
        "3.11",
        "--generate-hashes",
    ]
    command += ["--no-annotate", "--no-header", "--no-emit-index-url", "-"]
    answer = subprocess.run(
        command, input="\n".join(requirements), capture_output=True, text=True, check=True
    )
    return answer.stdout


def blocks(lock: str) -> dict[str, str]:
    return {match[1].lower(): match[0] for match in BLOCK.finditer(lock)}


def shares(stack: Path) -> dict[tuple[Path, str], list[str]]:
    """(pack, runtime or dev) -> what it asks for directly."""
    found: dict[tuple[Path, str], list[str]] = {}
    for file in sorted(stack.rglob("data/pyproject.toml.yaml")):
        data: dict[str, Any] = yaml.safe_load(file.read_text())
        pack = file.parents[1]
        found[pack, "runtime"] = data.get("project", {}).get("dependencies", [])
        found[pack, "dev"] = data.get("dependency-groups", {}).get("dev", [])
    return {key: wanted for key, wanted in found.items() if wanted}


def relock(stack: Path) -> None:
    wanted = shares(stack)
    together = blocks(compile_lock(sorted({line for lines in wanted.values() for line in lines})))
    for (pack, kind), requirements in wanted.items():
        closure = blocks(compile_lock(requirements))
        share = "".join(together[name] for name in sorted(closure))
        target = pack / "lock" / f"{kind}.txt"
        target.parent.mkdir(exist_ok=True)
        target.write_text(share)
        sys.stdout.write(f"{target.relative_to(TEMPLATES)}: {len(closure)} packages\n")


if __name__ == "__main__":
    for stack in sorted({pack.parent for pack in TEMPLATES.glob("*/stack/pack.yaml")}):
        relock(stack.parent)
