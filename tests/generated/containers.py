"""What a project is told about itself by the tools of containers."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from blueprint.tree import Tree

SECRETS = ("OPERATOR_TOKEN", "AUTH_PUBLIC_KEY", "AUTH_PRIVATE_KEY")
LABEL = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?")
OVERLAYS = ("local", "production")
DEMANDED = re.compile(r"\$\{(\w+):\?")

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


def unopposed(folder: Path, tool: str, *arguments: str) -> str:
    """What a tool says that has nothing against the project; AssertionError where it has."""
    done = ask(folder, tool, *arguments)
    said = f"{folder.name}: {done.stdout[-4000:]}{done.stderr[-4000:]}"
    assert done.returncode == 0 and not done.stderr, said
    return done.stdout


def compose(folder: Path, *flags: str, **variables: str) -> Compose:
    """The project as Docker Compose understands it, with secrets that are made up unless they are given."""
    understood: Compose = yaml.safe_load(composed(folder, *flags, **variables))
    return understood


def composed(folder: Path, *flags: str, **variables: str) -> str:
    """The same as it is printed; AssertionError where Docker Compose has something against it."""
    demanded = DEMANDED.findall((folder / "compose.yaml").read_text())
    given = {**{name: f"{name.lower()}-made-up" for name in demanded}, **variables}
    (folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in given.items()))
    return unopposed(folder, "docker-compose", *flags, "config")


def kustomized(folder: Path, overlay: str) -> str:
    """The manifests of the overlay; AssertionError where kustomize has something against one."""
    return unopposed(folder, "kubectl", "kustomize", f"deploy/k8s/overlays/{overlay}")


def no_labels(manifests: str) -> list[str]:
    """Names and namespaces in them that are no DNS labels."""
    told = [one["metadata"] for one in yaml.load_all(manifests, yaml.CSafeLoader)]
    names = [text for one in told for text in (one["name"], one["namespace"])]
    return [name for name in names if not LABEL.fullmatch(name)]


def judge(manifests: Path) -> None:
    """AssertionError where the schemas of Kubernetes have something against one in this file."""
    assert unopposed(manifests.parent, "kubernetes-validate", "--strict", "--quiet", manifests.name) == ""


def instructions(dockerfile: str, word: str) -> Iterator[str]:
    """What stands behind this word, with continued lines as one."""
    for line in dockerfile.replace("\\\n", " ").splitlines():
        if line.startswith(f"{word} "):
            yield line.removeprefix(f"{word} ")
