"""The questions of `new` without flags."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from blueprint.cli.prompts import Offer, Prompts, walk
from blueprint.errors import Problem
from blueprint.spec.location import NOWHERE
from blueprint.spec.names import project_name, suggested_project_name

if TYPE_CHECKING:
    from blueprint.catalog.model import Catalog, Pack
    from blueprint.cli.console import Terminal
    from blueprint.cli.drafting import Options

_FALLBACK = "shop"
_Step = Callable[["Options"], "Options | None"]


def ask(options: Options, catalog: Catalog, terminal: Terminal, target: Path | None = None) -> Options | None:
    """Ask for all choices if there are no flags, otherwise only for a missing name.

    `target` is the folder of the project, if one was named. None if the user declines the summary.
    Raises KeyboardInterrupt if the user cancels.
    """
    dialogue = _Dialogue(Prompts(terminal), catalog, target)
    steps: list[_Step] = [dialogue.ask_name] if options.name is None and options.spec is None else []
    if not (options.pattern or options.stack or options.preset or options.spec or options.auth):
        steps += [dialogue.ask_pattern, dialogue.ask_stack, dialogue.ask_preset, dialogue.ask_auth]
    if not steps:
        return options
    answered = walk([*steps, dialogue.ask_consent], options)
    return answered if dialogue.is_wanted else None


class _Dialogue:
    """One question for each choice of a project, and a summary."""

    def __init__(self, prompts: Prompts, catalog: Catalog, target: Path | None) -> None:
        self._prompts, self._catalog, self._target = prompts, catalog, target
        self.is_wanted = False

    def ask_name(self, options: Options) -> Options:
        folder = (self._target or Path()).resolve().name
        default = suggested_project_name(folder) or _FALLBACK
        name = self._prompts.write("What is its name?", default, _fault_of_name)
        return replace(options, name=name)

    def ask_pattern(self, options: Options) -> Options | None:
        pattern = self._choose("Which architecture pattern?", self._catalog.offers("pattern"))
        return replace(options, pattern=pattern) if pattern else None

    def ask_stack(self, options: Options) -> Options | None:
        stacks = self._catalog.offers("stack")
        stack = self._choose("Which stack?", stacks)
        return replace(options, stack=stack) if stack else None

    def ask_preset(self, options: Options) -> Options | None:
        stack = options.stack or self._catalog.offers("stack")[0].id
        preset = self._choose("Which preset?", self._catalog.offers("preset", stack))
        return replace(options, preset=preset) if preset else None

    def ask_auth(self, options: Options) -> Options | None:
        """The default of the preset is not written into the spec."""
        stack = options.stack or self._catalog.offers("stack")[0].id
        offers = self._catalog.offers("auth", stack)
        preset = options.preset or self._catalog.offers("preset", stack)[0].id
        pack = self._catalog.find("preset", preset, stack)
        if pack and pack.auth:
            order = pack.auth
            offers = sorted(
                (offer for offer in offers if offer.id in order), key=lambda offer: order.index(offer.id)
            )
        auth = self._choose("How do callers log in?", offers)
        if auth is None:
            return None
        return replace(options, auth=auth if auth != offers[0].id else None)

    def ask_consent(self, options: Options) -> Options:
        chosen = [(kind, getattr(options, kind)) for kind in ("pattern", "stack", "preset", "auth")]
        packs = [self._catalog.find(kind, id) for kind, id in chosen if id]
        err = self._prompts.terminal.err
        err.line()
        err.line(f"  {options.name}: {', '.join(pack.title for pack in packs if pack)}".rstrip(": "))
        err.line(f"  in {self._target or Path.cwd() / str(options.name)}")
        self.is_wanted = self._prompts.confirm("Write it?")
        return options

    def _choose(self, question: str, offers: list[Pack]) -> str | None:
        """The id of the chosen pack; None if there is only one."""
        if len(offers) == 1:
            return None
        return self._prompts.choose(question, [Offer(pack.id, pack.title, pack.summary) for pack in offers])


def _fault_of_name(name: str) -> Iterable[str]:
    parsed = project_name(name, NOWHERE)
    if isinstance(parsed, Problem):
        yield parsed.message
        if parsed.hint:
            yield parsed.hint
