"""Reads `settings` of a service: `NAME: TYPE[?] [OP NUMBER | N..M] [= DEFAULT]`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import cast, get_args

from blueprint.errors import Problem
from blueprint.spec.fields import field_of
from blueprint.spec.findings import Findings
from blueprint.spec.location import NOWHERE, Location
from blueprint.spec.model import Setting, SettingKind, Spec
from blueprint.spec.names import Name, setting_name, shown
from blueprint.spec.nodes import Node
from blueprint.spec.shape import named_of, text_of

KINDS: tuple[SettingKind, ...] = get_args(SettingKind)

_DEFAULT = re.compile(r"(?P<type>.*?)(?:(?<![<>=])=(?!=)(?P<default>.*))?", re.DOTALL)
_KIND = re.compile(r"[^\s?<>=]+")
_AS_TEXT = ("url", "secret")
# Excludes characters that shells, Compose and Kubernetes interpret differently.
_PLAIN = re.compile(r"""[^\x00-\x1f"'`\\${}#]+""")
_URL = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/]+.*")
_WHOLE = re.compile(r"-?[0-9]{1,16}")


def settings_of(node: Node | None, findings: Findings) -> tuple[Setting, ...]:
    """The settings of a service, in the order of the file."""
    return tuple(_settings(node, findings))


def setting_of(name: Name, text: str, at: Location = NOWHERE) -> Setting | Problem:
    """Parse a setting: `setting_of(Name("timeout"), "int >= 1 = 5")`."""
    written = _DEFAULT.fullmatch(text.strip())
    grammar, default = (written["type"].strip(), written["default"]) if written else (text, None)
    kind = _KIND.match(grammar)
    if kind is None or kind.group() not in KINDS:
        message = f"{shown(text)} does not describe a setting"
        hint = f'its type is one of {", ".join(KINDS)}; then "?", a limit and a default: "int >= 1 = 5"'
        return at.problem("bad-setting", message, hint)
    as_field = _KIND.sub("str", grammar, count=1) if kind.group() in _AS_TEXT else grammar
    field = field_of(name, as_field, at)
    if isinstance(field, Problem):
        return field
    setting = Setting(
        name=name,
        kind=cast(SettingKind, kind.group()),
        optional=field.optional,
        bound=field.bound,
        length=field.length,
        default=default.strip() if default is not None else None,
    )
    if field.unique or field.private:
        return at.problem("bad-setting", "a setting is neither unique nor private", "delete the word")
    return _fault(setting, at) or setting


def settings_in_two_ways(spec: Spec) -> Iterator[Problem]:
    """A name is one environment variable of the system, so all services must declare it alike."""
    taken: dict[str, tuple[str, Setting]] = {}
    for service in spec.services:
        for setting in service.settings:
            owner, first = taken.setdefault(setting.name.env, (service.name, setting))
            if first != setting:
                location = spec.marks.location("services", service.name, "settings", setting.name)
                message = f'"{setting.name}" is "{setting}" here and "{first}" in the service "{owner}"'
                hint = f"both read {setting.name.env}: write them alike, or give one another name"
                yield location.problem("same-name", message, hint)


def _settings(node: Node | None, findings: Findings) -> Iterator[Setting]:
    for name, value in named_of(node, '"settings"', setting_name, findings):
        if (text := text_of(value, f'the setting "{name}"', findings)) is None:
            continue
        if (setting := findings.keep(setting_of(name, text.value, text.location))) is not None:
            yield setting


def _fault(setting: Setting, at: Location) -> Problem | None:
    if setting.bound is not None and setting.kind not in ("int", "money"):
        message = f'"{setting.kind}" has no limit, only int and money have one'
        return at.problem("misplaced-limit", message, f'write "{setting.kind}"')
    if setting.length is not None and setting.kind != "str":
        message = f'"{setting.kind}" has no length, only str has one'
        return at.problem("misplaced-limit", message, f'write "{setting.kind}"')
    return _default_fault(setting, at) if setting.default is not None else None


def _default_fault(setting: Setting, at: Location) -> Problem | None:
    default = setting.default or ""
    if setting.kind == "secret":
        hint = 'write "secret"; its value goes into .env, and into the Secret of Kubernetes'
        return at.problem("bad-setting", "a secret has no default: it would be in the repo", hint)
    if setting.optional:
        message = 'a setting with a default is never empty, so it has no "?"'
        return at.problem("bad-setting", message, f'write "{str(setting).replace("?", "", 1)}"')
    if not _PLAIN.fullmatch(default):
        message = (
            f"{shown(default)} contains special characters"
            if default
            else "the default after the = is missing"
        )
        hint = "a default is one line without quotes, backslashes and $ { } #; anything else goes into .env"
        return at.problem("bad-setting", message, hint)
    if not _fits(setting, default):
        message = f'the default {shown(default)} is not "{str(setting).partition(" = ")[0]}"'
        return at.problem("bad-setting", message, f"for example {_EXAMPLES[setting.kind]}")
    return None


_EXAMPLES: Mapping[str, str] = {
    "str": '"str 1..20 = plain text"',
    "int": '"int >= 1 = 5"',
    "money": '"money >= 0 = 1999", in cents',
    "bool": '"bool = true"',
    "url": '"url = https://api.example.com"',
}


def _fits(setting: Setting, default: str) -> bool:
    if setting.kind == "bool":
        return default in ("true", "false")
    if setting.kind == "url":
        return _URL.fullmatch(default) is not None
    if setting.kind == "str":
        return setting.length is None or setting.length.least <= len(default) <= setting.length.most
    is_whole = _WHOLE.fullmatch(default) is not None
    return is_whole and (setting.bound is None or setting.bound.allows(Decimal(default)))


SETTING_RULES = (settings_in_two_ways,)
