"""From cookiecutter.json to the final context: the template's questions, and who answers them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from cookiecutter.generate import generate_context
from cookiecutter.prompt import choose_nested_template, prompt_for_config

from blueprint.cookiecutting.containment import Context
from blueprint.cookiecutting.faults import TemplateFault
from blueprint.cookiecutting.sources import CONTEXT
from blueprint.errors import Problem, UsageError
from blueprint.spec.findings import did_you_mean
from blueprint.spec.names import shown

NAME = "project_name"
_DEEPEST = 5


def read_settings(folder: Path) -> Context:
    """What the template says of itself; raises what cookiecutter raises."""
    return dict(generate_context(str(folder / CONTEXT))["cookiecutter"])


def chosen_template(folder: Path, *, ask: bool) -> Path:
    """The template itself, where this one is only a choice of others; TemplateFault for one elsewhere."""
    for _ in range(_DEEPEST):
        context = generate_context(str(folder / CONTEXT))
        if not {"template", "templates"} & context["cookiecutter"].keys():
            return folder
        inside = Path(choose_nested_template(context, str(folder), no_input=not ask))
        if not inside.is_relative_to(folder.resolve()):
            problem = Problem(
                "template-escape", "the template leads out of its folder", "tell its author", str(inside)
            )
            raise TemplateFault(problem)
        folder = inside
    raise TemplateFault(
        Problem("bad-template", "templates lead to templates, and to no end", path=str(folder))
    )


def answered(folder: Path, given: Mapping[str, str], *, ask: bool) -> Context:
    """The context with every question answered: by `given`, by somebody at the terminal, else by its default.

    An answer is text and stays text: cookiecutter would render it as a template, so it is handed over as one
    that says just this. Raises UsageError for an answer to no question, or one that is not offered.
    """
    context = dict(generate_context(str(folder / CONTEXT)))
    settings = context["cookiecutter"]
    _refuse_unknown(given, settings)
    plain = {key: value for key, value in given.items() if isinstance(settings[key], str | int | float)}
    offered = {key: value for key, value in given.items() if isinstance(settings[key], bool | list | dict)}
    asked = {key: value for key, value in settings.items() if not key.startswith("_")}
    try:
        chosen = dict(generate_context(str(folder / CONTEXT), extra_context=offered)["cookiecutter"])
    except ValueError as error:
        raise UsageError(Problem("bad-answer", str(error), "see cookiecutter.json")) from error
    chosen |= {key: _literal(value) for key, value in plain.items() if key not in offered}
    final = prompt_for_config({"cookiecutter": chosen}, no_input=not ask)
    return {"cookiecutter": dict(final), "_cookiecutter": asked}


def _refuse_unknown(given: Mapping[str, str], settings: Context) -> None:
    known = [key for key in settings if not key.startswith("_")]
    for key in given:
        if key not in known:
            hint = did_you_mean(key, known)
            raise UsageError(Problem("unknown-answer", f"the template does not ask for {shown(key)}", hint))


def _literal(value: str) -> str:
    """A template that renders to this text, whatever it is."""
    escaped = value.encode("unicode_escape").decode("ascii").replace('"', '\\"')
    return f'{{{{ "{escaped}" }}}}'
