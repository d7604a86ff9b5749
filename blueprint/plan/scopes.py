"""Scopes of data in packs: available names, and repetitions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from blueprint import __version__
from blueprint.catalog.model import Pack, Variable
from blueprint.plan.connections import server_limit
from blueprint.plan.model import Deployable, Outline, Scope, Subject
from blueprint.plan.routes import routes_of
from blueprint.plan.running import called_by, container_value
from blueprint.plan.variables import has, settings_in, variables_of
from blueprint.spec.model import Service
from blueprint.spec.names import Name

_BELOW = "/*"
_DOCUMENT = "/openapi.json"
_OF_ONE_PROCESS = ("{process}", "{peers}")
"""Placeholders with a different value in each process."""


class Scopes(Struct, frozen=True):
    """The scopes of the deployables and services of a project, computed once for all files.

    `common` has the variables that are the same in all processes, by kind.
    """

    deployables: Mapping[Name, Scope]
    services: tuple[Scope, ...]
    common: Mapping[str, tuple[Scope, ...]]

    @classmethod
    def of(cls, outline: Outline, packs: tuple[Pack, ...]) -> Scopes:
        return cls(
            {each.name: _of_deployable(outline, packs, each) for each in outline.deployables},
            tuple(Scope(_of_service(service)) for service in outline.spec.services),
            _common(outline, packs),
        )

    def about(self, subject: Subject, names: Mapping[str, str]) -> Scope:
        """The scope of a file about this subject, whose path has these names."""
        names = {**names, "tool": __version__, "connections.limit": str(server_limit(len(self.deployables)))}
        if subject.deployable is not None:
            own = self.deployables[subject.deployable.name]
            return Scope({**names, **own.names}, {**own.each, "service": self.services})
        if subject.service is not None:
            return Scope({**names, **_of_service(subject.service)})
        each = {"deployable": tuple(self.deployables.values()), "service": self.services}
        return Scope(names, {**each, **self.common})


def _of_deployable(outline: Outline, packs: tuple[Pack, ...], deployable: Deployable) -> Scope:
    own = [variable for variable in variables_of(outline.spec, packs) if has(deployable, variable)]
    document = [_DOCUMENT] if deployable == outline.deployables[0] else []
    each = {
        **_of_variables(own, outline, deployable),
        "route": tuple(_of_routes([*routes_of(packs, deployable, outline.disk_states), *document])),
        "caller": tuple(Scope({"caller": each.name.kebab}) for each in _callers(outline, packs, deployable)),
    }
    return Scope(_forms("deployable", deployable.name, deployable.name.entrypoint), each)


def _common(outline: Outline, packs: tuple[Pack, ...]) -> Mapping[str, tuple[Scope, ...]]:
    """Common variables according to their packs, so that a new process does not change them."""
    variables = variables_of(outline.spec, packs)
    everywhere = [variable for variable in variables if not variable.services and not _differs(variable)]
    kinds = [_of_variables(everywhere, outline, one) for one in outline.deployables[:1]]
    return kinds[0] if kinds else {}


def _differs(variable: Variable) -> bool:
    text = variable.value if variable.container is None else variable.container
    return any(name in (text or "") for name in _OF_ONE_PROCESS)


def _of_variables(
    variables: Iterable[Variable], outline: Outline, deployable: Deployable
) -> Mapping[str, tuple[Scope, ...]]:
    """The scopes of variables by kind."""
    settings = settings_in(outline.spec)
    kinds: dict[str, list[Scope]] = {"variable": [], "shared": [], "needed": [], "secret": []}
    for variable in variables:
        kind = "secret" if variable.value is None else "shared" if variable.shared else "variable"
        kinds[kind].append(_of_variable(kind, variable, outline, deployable))
        if kind == "shared" and variable.value and variable not in settings:
            kinds["needed"].append(_of_variable("needed", variable, outline, deployable))
    return {kind: tuple(scopes) for kind, scopes in kinds.items()}


def _of_variable(kind: str, variable: Variable, outline: Outline, deployable: Deployable) -> Scope:
    value, default = (
        container_value(each, outline.spec, deployable, outline.deployables)
        for each in (variable, replace(variable, container=None))
    )
    return Scope({kind: variable.name, f"{kind}.value": value, f"{kind}.default": default})


def _of_routes(paths: Iterable[str]) -> Iterator[Scope]:
    """The scopes of paths, with the types of Kubernetes: Prefix includes all paths below, otherwise Exact."""
    prefixes = [path.removesuffix(_BELOW) for path in paths if path.endswith(_BELOW)]
    for path in paths:
        if path.endswith(_BELOW):
            yield Scope({"route": path.removesuffix(_BELOW), "route.type": "Prefix"})
        elif path not in prefixes:
            yield Scope({"route": path, "route.type": "Exact"})


def _callers(outline: Outline, packs: Iterable[Pack], called: Deployable) -> Iterator[Deployable]:
    """The other processes that call this one over HTTP, if the processes of the pattern call each other."""
    if any("discovery" in pack.ports for pack in packs):
        for each in outline.deployables:
            if called.name in called_by(outline.spec, each, outline.deployables):
                yield each


def _of_service(service: Service) -> dict[str, str]:
    return _forms("service", service.name, service.name.module)


def _forms(kind: str, name: Name, identifier: str) -> dict[str, str]:
    return {
        kind: identifier,
        f"{kind}.kebab": name.kebab,
        f"{kind}.env": name.env,
        f"{kind}.human": name.human,
    }
