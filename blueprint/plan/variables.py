"""The environment variables of a project: those of its packs, and the settings of its services."""

from __future__ import annotations

from collections.abc import Iterable

from blueprint.catalog.model import Pack, Variable
from blueprint.plan.model import Deployable
from blueprint.spec.model import Setting, Spec


def variables_of(spec: Spec, packs: Iterable[Pack]) -> tuple[Variable, ...]:
    """The variables, each from the highest layer that has it; settings of services come last."""
    there = {service.name for service in spec.services}
    of_packs = {
        variable.name: variable
        for pack in packs
        for variable in pack.environment
        if not variable.services or there & {*variable.services}
    }
    return (*of_packs.values(), *settings_in(spec))


def settings_in(spec: Spec) -> tuple[Variable, ...]:
    """The settings as variables, each with all services that read it.

    Optional ones are shared variables, which the environment can override. All others have no value in any
    file, like secrets.
    """
    readers: dict[str, list[str]] = {}
    settings: dict[str, Setting] = {}
    for service in spec.services:
        for setting in service.settings:
            readers.setdefault(setting.name.env, []).append(service.name)
            settings.setdefault(setting.name.env, setting)
    return tuple(
        Variable(
            name=variable,
            about=_about(setting, readers[variable]),
            value=None if setting.required else setting.default or "",
            services=tuple(readers[variable]),
            shared=not setting.required,
            secret=setting.kind == "secret",
        )
        for variable, setting in settings.items()
    )


def _about(setting: Setting, readers: Iterable[str]) -> str:
    owner = f"{setting.name} of {', '.join(readers)}"
    return owner if setting.kind == "secret" else f"{owner}: {setting}"


def has(deployable: Deployable, variable: Variable) -> bool:
    """Whether the process gets the variable."""
    return not variable.services or any(each.name in variable.services for each in deployable.services)
