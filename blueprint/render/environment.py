"""The one place where a Jinja environment is built.

It is sandboxed, knows the files of the packs and nothing else, and stops at a name that is not defined.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, TypedDict

from jinja2 import Environment, StrictUndefined
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import pass_context
from msgspec import Struct

from blueprint.catalog.faults import PackError
from blueprint.errors import Problem
from blueprint.plan.model import Origin, Plan
from blueprint.render.loader import PackLoader
from blueprint.render.own_names import FILTERS

_TEMPLATE = ".j2"


class _Settings(TypedDict):
    trim_blocks: bool
    lstrip_blocks: bool
    keep_trailing_newline: bool
    autoescape: bool


_SETTINGS: _Settings = {
    "trim_blocks": True,
    "lstrip_blocks": True,
    "keep_trailing_newline": True,
    "autoescape": False,
}


class Templates:
    """The templates of a plan. Call `save` when all are rendered: the next run then has them compiled."""

    def __init__(self, plan: Plan, context: Mapping[str, object]) -> None:
        self.origins = _origins(plan)
        self._fragments = _fragments(plan)
        self._loader = PackLoader(self.origins, repr(_SETTINGS))
        self._environment = _environment(self._loader)
        slots = {"slot": self._slot, "slot_lines": self._slot_lines}
        self._environment.globals.update({**context, **slots})

    def render(self, name: str, subject: Mapping[str, object]) -> str:
        """The text of a template about this subject."""
        return self._environment.get_template(name).render(subject)

    def save(self) -> None:
        """Keep what was compiled."""
        self._loader.save()

    @pass_context
    def _slot(self, context: Context, name: str) -> str:
        """The fragments of all packs for this slot, without the last end of line."""
        known = context.get_all()
        fragments = (self.render(each, known).strip("\n") for each in self._fragments.get(name, ()))
        return "\n".join(fragment for fragment in fragments if fragment)

    @pass_context
    def _slot_lines(self, context: Context, name: str, indentation: str) -> str:
        """The same as whole lines; no line at all where there is nothing."""
        lines = self._slot(context, name).splitlines()
        return "".join(f"{indentation}{line}\n" if line else "\n" for line in lines)


class _Sandbox(ImmutableSandboxedEnvironment):
    def getattr(self, obj: Any, attribute: str) -> Any:
        """Asked for everything that a template names. Of our own values all is safe that is public."""
        if isinstance(obj, Struct) and not attribute.startswith("_"):
            with suppress(AttributeError):
                return getattr(obj, attribute)
        return super().getattr(obj, attribute)


def _environment(loader: PackLoader) -> Environment:
    environment = _Sandbox(
        loader=loader,
        undefined=StrictUndefined,
        auto_reload=False,
        cache_size=-1,
        **_SETTINGS,
    )
    # What draws lots has no place where the same spec always gives the same bytes.
    del environment.globals["lipsum"], environment.filters["random"]
    environment.filters |= FILTERS
    return environment


def _fragments(plan: Plan) -> Mapping[str, list[str]]:
    """The labels of the fragments for each slot, in the order of the layers."""
    fragments: dict[str, list[str]] = {}
    for pack in plan.packs:
        for file in pack.section("slots"):
            fragments.setdefault(file.path.removesuffix(_TEMPLATE), []).append(Origin(pack, file).label)
    return fragments


def _origins(plan: Plan) -> Mapping[str, Origin]:
    """Everything that can be loaded: macros by the kind of pack (`stack/types.j2`), the rest by label."""
    origins: dict[str, Origin] = {}
    for pack in plan.packs:
        for file in pack.files:
            origin = Origin(pack, file)
            name = f"{pack.kind}/{file.path}" if file.section == "macros" else origin.label
            if name in origins:
                message = f"the macros {name} are in {origins[name].pack.label} and in {pack.label}"
                raise PackError(Problem("pack-conflict", message, path=str(file.location)))
            origins[name] = origin
    return origins
