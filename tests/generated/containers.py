"""What a project is told about itself by the tools of containers."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from blueprint.tree import Tree

SECRETS = ("OPERATOR_TOKEN", "AUTH_PUBLIC_KEY", "AUTH_PRIVATE_KEY")
MADE_UP = "".join(f"{name}={name.lower()}-made-up\n" for name in SECRETS)

Compose = Mapping[str, Mapping[str, Mapping[str, object]]]


def lay(tree: Tree, folder: Path, *paths: str) -> Path:
    """Write those files of the project that begin with one of the paths; the folder."""
    for path, blob in tree.items():
        if path.startswith(paths):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(blob.content)
    return folder


def ask(folder: Path, tool: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a tool that was installed beside this Python."""
    command = [str(Path(sys.executable).with_name(tool)), *arguments]
    env = {"PATH": os.defpath, "HOME": str(folder)}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=120)


def compose(folder: Path, *flags: str) -> Compose:
    """The project as Docker Compose understands it, with secrets that are made up."""
    (folder / ".env").write_text(MADE_UP)
    done = ask(folder, "docker-compose", *flags, "config")
    assert done.returncode == 0 and not done.stderr, done.stderr
    understood: Compose = yaml.safe_load(done.stdout)
    return understood


def instructions(dockerfile: str, word: str) -> Iterator[str]:
    """What stands behind this word, with continued lines as one."""
    for line in dockerfile.replace("\\\n", " ").splitlines():
        if line.startswith(f"{word} "):
            yield line.removeprefix(f"{word} ")
