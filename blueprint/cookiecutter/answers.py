"""Answer the questions in cookiecutter.json."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from cookiecutter.generate import generate_context
from cookiecutter.prompt import choose_nested_template, prompt_for_config

from blueprint.cookiecutter.containment import Context
from blueprint.cookiecutter.model import TemplateFault
from blueprint.cookiecutter.sources import CONTEXT
from blueprint.errors import Problem, UsageError
from blueprint.spec.findings import did_you_mean
from blueprint.spec.names import shown

NAME = "project_name"
TEMPLATE = "template"
_DEEPEST = 5
_OFFER = re.compile(r"(.*?)\s*\((.+)\)")


def read_settings(folder: Path) -> Context:
    """The content of cookiecutter.json. Raises cookiecutter's own exceptions."""
    return dict(generate_context(str(folder / CONTEXT))["cookiecutter"])


def chosen_template(folder: Path, wanted: str | None, *, ask: bool) -> tuple[Path, Mapping[str, str]]:
    """The selected nested template with its answer, or the template itself.

    `wanted` is the name or path of a nested template, with `/` between levels. Without it, the user chooses
    in
    the terminal, or the first one is used.
    Raises UsageError for an unknown one, TemplateFault for one outside the folder.
    """
    names: list[str] = []
    for _ in range(_DEEPEST):
        offers = _offers(read_settings(folder))
        if not offers:
            if names and wanted:
                raise _not_offered(wanted, {})
            return folder, {TEMPLATE: "/".join(names)} if names else {}
        if wanted:
            name, wanted = _matching(wanted, offers)
        else:
            name = _asked(folder, offers, ask=ask)
        inside = (folder / offers[name]).resolve()
        if not inside.is_relative_to(folder.resolve()):
            problem = Problem(
                "template-escape",
                "the template leads out of its folder",
                "report it to its author",
                str(inside),
            )
            raise TemplateFault(problem)
        names.append(name)
        folder = inside
    raise TemplateFault(Problem("bad-template", "the nested templates form a loop", path=str(folder)))


def _offers(settings: Context) -> dict[str, str]:
    """Nested templates, by name; older ones are written `Python API (./python-api)`."""
    if templates := settings.get("templates"):
        return {str(name): str(template["path"]) for name, template in templates.items()}
    offers = [_OFFER.fullmatch(str(each)) for each in settings.get(TEMPLATE, ())]
    return {each[1]: each[2] for each in offers if each}


def _matching(wanted: str, offers: Mapping[str, str]) -> tuple[str, str]:
    """The name of the wanted template, and the rest of the path below it."""
    for name, rest in ((wanted, ""), (wanted.partition("/")[0], wanted.partition("/")[2])):
        for offer, path in offers.items():
            if name.casefold() in (offer.casefold(), os.path.normpath(path).casefold()):
                return offer, rest
    raise _not_offered(wanted, offers)


def _not_offered(wanted: str, offers: Mapping[str, str]) -> UsageError:
    message = f"the template offers no template {shown(wanted)}"
    hint = (
        f"--answer {TEMPLATE}=... takes {', '.join(offers)}" if offers else "remove the part after the last /"
    )
    return UsageError(Problem("bad-answer", message, hint))


def _asked(folder: Path, offers: Mapping[str, str], *, ask: bool) -> str:
    if not ask:
        return next(iter(offers))
    chosen = choose_nested_template(generate_context(str(folder / CONTEXT)), str(folder))
    return next(name for name, path in offers.items() if str((folder / path).resolve()) == chosen)


def answered(folder: Path, given: Mapping[str, str], *, ask: bool) -> Context:
    """The context with all answers: from `given`, from the terminal, or by default.

    An answer is text and stays text: cookiecutter would render it as a template, so it is handed over as one
    that says just this. Raises UsageError for an answer to no question, or one that is not offered.
    """
    context = dict(generate_context(str(folder / CONTEXT)))
    settings = context["cookiecutter"]
    _refuse_unknown(given, settings)
    offered = {key: value for key, value in given.items() if isinstance(settings[key], bool | list)}
    entries = {key: _entries(key, value) for key, value in given.items() if isinstance(settings[key], dict)}
    asked = {key: value for key, value in settings.items() if not key.startswith("_")}
    try:
        chosen = dict(generate_context(str(folder / CONTEXT), extra_context=offered)["cookiecutter"])
    except ValueError as error:
        raise UsageError(Problem("bad-answer", str(error), "see cookiecutter.json")) from error
    plain = given.keys() - offered.keys() - entries.keys()
    chosen |= {key: _literal(given[key]) for key in plain} | entries
    final = prompt_for_config({"cookiecutter": chosen}, no_input=not ask)
    return {"cookiecutter": dict(final), "_cookiecutter": asked}


def _refuse_unknown(given: Mapping[str, str], settings: Context) -> None:
    known = [key for key in settings if not key.startswith("_")]
    for key in given:
        if key not in known:
            hint = did_you_mean(key, known)
            raise UsageError(Problem("unknown-answer", f"the template does not ask for {shown(key)}", hint))


def _entries(question: str, answer: str) -> object:
    """The answer to a dict question: a JSON object."""
    with suppress(ValueError, RecursionError):
        if isinstance(data := json.loads(answer), dict):
            return _literals(data)
    message = f"the question {question} takes a JSON object, not {shown(answer)}"
    raise UsageError(Problem("bad-answer", message, f"""--answer '{question}={{"key": "value"}}'"""))


def _literals(value: object) -> object:
    """The value with each text escaped as a template, because cookiecutter renders all of them."""
    if isinstance(value, dict):
        return {_literal(key): _literals(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_literals(each) for each in value]
    return _literal(value) if isinstance(value, str) else value


def _literal(value: str) -> str:
    """A template that renders to exactly this text."""
    escaped = value.encode("unicode_escape").decode("ascii").replace('"', '\\"')
    return f'{{{{ "{escaped}" }}}}'
