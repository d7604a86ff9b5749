"""What data of packs can name, and what it is repeated for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from blueprint import __version__
from blueprint.catalog.model import Pack, Variable
from blueprint.plan.model import Deployable, Outline, Scope, Subject
from blueprint.plan.routes import routes_of
from blueprint.plan.running import container_value, has, variables_of
from blueprint.spec.names import Name

_BELOW = "/*"


class Scopes(Struct, frozen=True):
    """Those of the deployables and services of a project, worked out once for all of its files."""

    deployables: Mapping[Name, Scope]
    services: tuple[Scope, ...]

    @classmethod
    def of(cls, outline: Outline, packs: tuple[Pack, ...]) -> Scopes:
        return cls(
            {each.name: _of_deployable(outline, packs, each) for each in outline.deployables},
            tuple(Scope(_forms("service", service.name)) for service in outline.spec.services),
        )

    def about(self, subject: Subject, names: Mapping[str, str]) -> Scope:
        """The scope of a file about this subject, whose path has these names."""
        names = {**names, "tool": __version__}
        if subject.deployable is not None:
            own = self.deployables[subject.deployable.name]
            return Scope({**names, **own.names}, {**own.each, "service": self.services})
        if subject.service is not None:
            return Scope({**names, **_forms("service", subject.service.name)})
        return Scope(names, {"deployable": tuple(self.deployables.values()), "service": self.services})


def _of_deployable(outline: Outline, packs: tuple[Pack, ...], deployable: Deployable) -> Scope:
    own = [variable for variable in variables_of(packs) if has(deployable, variable)]
    kinds: dict[str, list[Scope]] = {"variable": [], "shared": [], "needed": [], "secret": []}
    for variable in own:
        kind = "secret" if variable.value is None else "shared" if variable.shared else "variable"
        kinds[kind].append(_of_variable(kind, variable, outline, deployable))
        if kind == "shared" and variable.value:
            kinds["needed"].append(_of_variable("needed", variable, outline, deployable))
    each = {
        **{kind: tuple(scopes) for kind, scopes in kinds.items()},
        "route": tuple(_of_routes(routes_of(packs, deployable))),
    }
    return Scope(_forms("deployable", deployable.name), each)


def _of_variable(kind: str, variable: Variable, outline: Outline, deployable: Deployable) -> Scope:
    value, default = (
        container_value(each, outline.spec, deployable, outline.deployables)
        for each in (variable, replace(variable, container=None))
    )
    return Scope({kind: variable.name, f"{kind}.value": value, f"{kind}.default": default})


def _of_routes(paths: Iterable[str]) -> Iterator[Scope]:
    """Each path once: with all that is below it as a Prefix, else Exact, as Kubernetes calls them."""
    prefixes = [path.removesuffix(_BELOW) for path in paths if path.endswith(_BELOW)]
    for path in paths:
        if path.endswith(_BELOW):
            yield Scope({"route": path.removesuffix(_BELOW), "route.type": "Prefix"})
        elif path not in prefixes:
            yield Scope({"route": path, "route.type": "Exact"})


def _forms(kind: str, name: Name) -> dict[str, str]:
    return {
        kind: name.snake,
        f"{kind}.kebab": name.kebab,
        f"{kind}.env": name.env,
        f"{kind}.human": name.human,
    }
