"""Check that the manifests for production open no more connections than the database accepts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from blueprint.errors import Problem
from blueprint.plan.model import Deployable

_BASE = Path("deploy/k8s/base/kustomization.yaml")
_PRODUCTION = Path("deploy/k8s/overlays/production")
_POOL, _CONNECTIONS = "DATABASE_POOL", "DATABASE_CONNECTIONS"
_SURGE = "25%"
"""The default of Kubernetes."""


def most_connections(root: Path, deployables: Iterable[Deployable]) -> int | None:
    """How many connections to a database server all instances in production open at most.

    None if a process has no pool, or a manifest is missing. Raises OSError where one cannot be read.
    """
    variables = _variables(root)
    opened = [
        _number(variables.get(each.name.kebab, {}).get(_POOL)) * _instances(root, each)
        for each in deployables
    ]
    return sum(opened) if opened and all(opened) else None


def connection_problems(root: Path, deployables: Iterable[Deployable]) -> Iterator[Problem]:
    """A limit in the manifests that is too low for them. Raises OSError where one cannot be read."""
    deployables = tuple(deployables)
    most = most_connections(root, deployables)
    variables = _variables(root)
    limits = [_number(variables.get(each.name.kebab, {}).get(_CONNECTIONS)) for each in deployables]
    allowed = min((limit for limit in limits if limit), default=0)
    if most is not None and allowed and most > allowed:
        message = (
            f"production opens up to {most} connections to the database, but {_CONNECTIONS} is {allowed}"
        )
        hint = (
            f"lower {_POOL} or maxReplicas, or set {_CONNECTIONS} of all processes to {most} "
            f"and max_connections of the server to at least {most + 3}"
        )
        yield Problem("too-many-connections", message, hint, str(root / _BASE))


def _variables(root: Path) -> Mapping[str, Mapping[str, str]]:
    """The variables of each process; those of the overlay come last."""
    found: dict[str, dict[str, str]] = {}
    for path in (_BASE, _PRODUCTION / "kustomization.yaml"):
        for each in _items(_read(root / path, "configMapGenerator")):
            pairs = (str(line).partition("=") for line in _items(_at(each, "literals")))
            found.setdefault(str(_at(each, "name")), {}).update({name: value for name, _, value in pairs})
    return found


def _instances(root: Path, deployable: Deployable) -> int:
    """The instances of a process while its largest number is replaced; 0 without manifests."""
    folder = root / _PRODUCTION / deployable.name.entrypoint
    replicas = _number(_read(folder / "autoscaler.yaml", "spec", "maxReplicas"))
    strategy = _read(folder / "replicas.yaml", "spec", "strategy")
    if _at(strategy, "type") != "RollingUpdate":
        return replicas
    surge = _at(strategy, "rollingUpdate", "maxSurge")
    share = re.fullmatch(r"(\d+)%", _SURGE if surge is None else str(surge), re.ASCII)
    return replicas + (-(-replicas * int(share[1]) // 100) if share else _number(surge))


def _read(path: Path, *keys: str) -> object:
    """The value in a manifest; None if it or the manifest is missing."""
    import yaml  # imported lazily: most projects have no pool

    try:
        text = path.read_bytes()
        content: object = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text).get_single_data()
    except (FileNotFoundError, NotADirectoryError, yaml.YAMLError):
        return None
    return _at(content, *keys)


def _at(content: object, *keys: str) -> object:
    for key in keys:
        content = content.get(key) if isinstance(content, dict) else None
    return content


def _items(content: object) -> list[object]:
    return content if isinstance(content, list) else []


def _number(value: object) -> int:
    """The number; 0 if it is none."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() else 0
