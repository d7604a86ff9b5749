"""The one place where a Jinja environment is built.

It is sandboxed, knows the files of the packs and nothing else, and stops at a name that is not defined.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from enum import Enum
from typing import Any, TypedDict

from jinja2 import Environment, StrictUndefined, Undefined
from jinja2.environment import TemplateModule
from jinja2.runtime import Context, LoopContext, Macro, TemplateReference
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Cycler, Joiner, Namespace, pass_context
from msgspec import Struct

from blueprint.catalog.faults import PackError
from blueprint.errors import Problem
from blueprint.plan.model import Origin, Plan
from blueprint.render.loader import PackLoader
from blueprint.render.own_names import FILTERS

_TEMPLATE = ".j2"
_HEADER = "py"


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
    """The templates of a plan. Call `save` after rendering, to cache compiled templates."""

    def __init__(self, plan: Plan, context: Mapping[str, object]) -> None:
        self.origins = _origins(plan)
        self._fragments = _fragments(plan)
        self._headers = _headers(plan)
        self._loader = PackLoader(self.origins, repr(_SETTINGS))
        self._environment = _environment(self._loader)
        slots = {"slot": self._slot, "slot_lines": self._slot_lines}
        self._environment.globals.update({**context, **slots})

    def render(self, name: str, subject: Mapping[str, object]) -> str:
        """Render a template for this subject."""
        return self._environment.get_template(name).render(subject)

    def header(self) -> str:
        """What begins each Python file; nothing unless a pack says so."""
        texts = (self.render(label, {}).strip("\n") for label in self._headers)
        return "".join(f"{text}\n\n" for text in texts if text)

    def save(self) -> None:
        """Save compiled templates."""
        self._loader.save()

    @pass_context
    def _slot(self, context: Context, name: str) -> str:
        """The fragments of all packs for this slot, without the final newline."""
        known = context.get_all()
        fragments = (self.render(each, known).strip("\n") for each in self._fragments.get(name, ()))
        return "\n".join(fragment for fragment in fragments if fragment)

    @pass_context
    def _slot_lines(self, context: Context, name: str, indentation: str) -> str:
        """The same as whole lines; empty without fragments."""
        lines = self._slot(context, name).splitlines()
        return "".join(f"{indentation}{line}\n" if line else "\n" for line in lines)


_PLAIN = (str, bytes, int, float, bool, type(None), list, tuple, set, frozenset, Mapping, Struct, Enum)
_OF_JINJA = (Undefined, LoopContext, Namespace, Macro, TemplateModule, TemplateReference, Cycler, Joiner)


class _Sandbox(ImmutableSandboxedEnvironment):
    def getattr(self, obj: Any, attribute: str) -> Any:
        """Attribute access in templates. All public attributes of our own values are safe."""
        if isinstance(obj, Struct) and not attribute.startswith("_"):
            with suppress(AttributeError):
                return getattr(obj, attribute)
        return super().getattr(obj, attribute)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """A function has none, since it holds the plan; nor has a path, which leads to the disk."""
        return isinstance(obj, _PLAIN + _OF_JINJA) and super().is_safe_attribute(obj, attr, value)


def _environment(loader: PackLoader) -> Environment:
    environment = _Sandbox(
        loader=loader,
        undefined=StrictUndefined,
        auto_reload=False,
        cache_size=-1,
        **_SETTINGS,
    )
    # Rendering must be deterministic, so remove random functions.
    del environment.globals["lipsum"], environment.filters["random"]
    environment.filters |= FILTERS
    return environment


def _fragments(plan: Plan) -> Mapping[str, list[str]]:
    """The labels of the fragments of each slot, in layer order."""
    fragments: dict[str, list[str]] = {}
    for pack in plan.packs:
        for file in pack.section("slots"):
            fragments.setdefault(file.path.removesuffix(_TEMPLATE), []).append(Origin(pack, file).label)
    return fragments


def _headers(plan: Plan) -> tuple[str, ...]:
    """The labels of the headers, in the order of the layers."""
    origins = [Origin(pack, file) for pack in plan.packs for file in pack.section("headers")]
    for origin in origins:
        if origin.file.path.removesuffix(_TEMPLATE) != _HEADER:
            message = f"only Python files have a header: {_HEADER}{_TEMPLATE}"
            raise PackError(Problem("bad-pack", message, "rename it", str(origin.file.location)))
    return tuple(origin.label for origin in origins)


def _origins(plan: Plan) -> Mapping[str, Origin]:
    """All loadable templates: macros by kind of pack (`stack/types.j2`), others by label."""
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
