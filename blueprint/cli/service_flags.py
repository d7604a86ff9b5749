"""Convert the flags of `add-service` to a service. Each flag takes one entry in the syntax of the file."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from blueprint.errors import Problem, SpecError, UsageError
from blueprint.plan.defaults import participle
from blueprint.spec.document import read_document
from blueprint.spec.findings import Findings
from blueprint.spec.location import NOWHERE, Location
from blueprint.spec.model import CREATED, Service
from blueprint.spec.names import service_name
from blueprint.spec.nodes import Entry, Items, Node, Table, Text
from blueprint.spec.services import services_of

_CLOSE_COLON = re.compile(r"^(\s*[A-Za-z][\w.-]*):(?=\S)")


class ServiceFlags(Struct, frozen=True):
    """The options as typed; those from `takes` to `external` apply to the only action."""

    name: str
    singular: str | None = None
    fields: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    refuses: tuple[str, ...] = ()
    undo: str | None = None
    external: bool = False
    publishes: tuple[str, ...] = ()
    consumes: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    jobs: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    step_of: str | None = None
    after: str | None = None

    @property
    def is_bare(self) -> bool:
        """Whether there are no flags except a name."""
        return self == ServiceFlags(self.name)

    @property
    def has_content(self) -> bool:
        """Whether the flags declare fields, actions, events or routes."""
        return bool(self.fields or self.actions or self.consumes or self.routes)


def service_of(flags: ServiceFlags) -> Service:
    """The service described by the flags.

    Raises SpecError with all syntax errors, UsageError if flags are ambiguous.
    """
    if isinstance(problem := service_name(flags.name, NOWHERE), Problem):
        raise SpecError(problem)
    findings = Findings()
    parts = _parts(flags, findings)
    if findings.problems:
        raise SpecError(_of_flags(findings.problems))
    body = _table([*_singular(flags), *parts])
    [service] = services_of(_table([_entry(flags.name, body)]), findings)
    if findings.problems:
        raise SpecError(_of_flags(findings.problems))
    if not flags.has_content:
        hint = (
            'declare fields, actions or events: --field "name: str", --action ship, --consumes order.placed'
        )
        raise UsageError(
            Problem("empty-service", f'the service "{flags.name}" has no fields, actions or events', hint)
        )
    return service


def step_action(flags: ServiceFlags, service: Service) -> tuple[str, str] | None:
    """The workflow to extend, and the action to use as the step.

    Raises UsageError if several actions are possible.
    """
    if flags.step_of is None:
        if flags.after is not None:
            raise UsageError(
                Problem("usage", "--after needs --step-of", "--step-of WORKFLOW --after SERVICE")
            )
        return None
    workflow, colon, action = (part.strip() for part in flags.step_of.partition(":"))
    reacting = {reaction.action for reaction in service.reactions}
    undos = {each.undo for each in service.actions}
    possible = [each.name for each in service.actions if each.name not in reacting | undos]
    if colon:
        return workflow, action
    if len(possible) != 1:
        message = (
            "a step is an action"
            if not possible
            else f"it has {len(possible)} actions, but the step must be one"
        )
        hint = "add --action ship" if not possible else f'write --step-of "{workflow}: {possible[0]}"'
        raise UsageError(Problem("which-step", message, hint))
    return workflow, possible[0]


def _parts(flags: ServiceFlags, findings: Findings) -> list[Entry]:
    resource = _pairs("--field", flags.fields, "name: str", findings)
    reactions = _reactions(flags, findings)
    actions = _actions(flags, findings, {_text(entry.value) for entry in reactions})
    publishes = _publications(flags, findings, [entry.key.value for entry in actions])
    parts = {
        "resource": resource,
        "actions": actions,
        "publishes": publishes,
        "reacts_to": reactions,
        "settings": _pairs("--setting", flags.settings, "api_key: secret", findings),
        "jobs": _pairs("--job", flags.jobs, "expire: every 10m", findings),
        "routes": [entry for value in flags.routes for entry in _read("--route", value, findings)],
    }
    return [_entry(key, _table(entries)) for key, entries in parts.items() if entries]


def _singular(flags: ServiceFlags) -> list[Entry]:
    if flags.singular is None:
        return []
    return [_entry("singular", Text(flags.singular, Location("--singular"), blank=not flags.singular))]


def _actions(flags: ServiceFlags, findings: Findings, reacting: set[str]) -> list[Entry]:
    entries = [entry for value in flags.actions for entry in _read("--action", value, findings)]
    details = _details(flags, findings)
    if details:
        if len(entries) != 1 or not _is_blank(entries[0].value):
            raise UsageError(_whose_details(details, entries))
        entries = [replace(entries[0], value=_table(details))]
    return [entry for entry in entries if not (_is_blank(entry.value) and entry.key.value in reacting)]


def _details(flags: ServiceFlags, findings: Findings) -> list[Entry]:
    parts: dict[str, Node | None] = {
        "in": _table(_pairs("--in", flags.takes, "order_id: str", findings)) if flags.takes else None,
        "out": _table(_pairs("--out", flags.gives, "total: money", findings)) if flags.gives else None,
        "refuses": Items(
            tuple(Text(each, Location("--refuses")) for each in flags.refuses), Location("--refuses")
        )
        if flags.refuses
        else None,
        "undo": Text(flags.undo, Location("--undo")) if flags.undo is not None else None,
        "external": Text("true", NOWHERE) if flags.external else None,
    }
    return [_entry(key, node) for key, node in parts.items() if node is not None]


def _whose_details(details: list[Entry], entries: list[Entry]) -> Problem:
    given = [f"--{entry.key.value}" for entry in details]
    if not entries:
        return Problem(
            "which-action", f"{given[0]} applies to an action, but there is none", "add --action ship"
        )
    name = entries[0].key.value
    message = f"{given[0]} applies to one action, but there are several"
    return Problem("which-action", message, f'write --action "{name}: {{{details[0].key.value}: ...}}"')


def _reactions(flags: ServiceFlags, findings: Findings) -> list[Entry]:
    """Reactions; an event without an action uses the only named action that is not a step, or a new one."""
    alone = flags.actions[0] if len(flags.actions) == 1 and flags.step_of is None else None
    is_plain = alone is not None and ":" not in alone and len(flags.consumes) == 1
    return [
        entry if not _is_blank(entry.value) else replace(entry, value=Text(action, entry.key.location))
        for value in flags.consumes
        for entry in _read("--consumes", value, findings)
        for action in [str(alone) if is_plain else f"note_{entry.key.value.replace('.', '_')}"]
    ]


def _publications(flags: ServiceFlags, findings: Findings, actions: list[str]) -> list[Entry]:
    entries = (entry for value in flags.publishes for entry in _read("--publishes", value, findings))
    possible = [*([str(CREATED)] if flags.fields else []), *actions]
    return [_publication(entry, possible) if _is_blank(entry.value) else entry for entry in entries]


def _publication(entry: Entry, possible: list[str]) -> Entry:
    """A publication; an event alone belongs to the only occurrence, or to the one its last word names."""
    event = entry.key.value
    last_word = event.rpartition(".")[2]
    fitting = [each for each in possible if last_word in (each, participle(each))]
    candidates = fitting if len(fitting) == 1 else possible
    if len(candidates) != 1:
        message = f'"{event}" has several possible occurrences'
        choices = [f'"{each}: {event}"' for each in possible or [CREATED]]
        hint = f"write --publishes {' or '.join(choices)}"
        raise UsageError(Problem("which-occurrence", message, hint))
    return Entry(Text(candidates[0], entry.key.location), entry.key)


def _pairs(flag: str, values: Iterable[str], example: str, findings: Findings) -> list[Entry]:
    entries = [entry for value in values for entry in _read(flag, value, findings)]
    for entry in entries:
        if _is_blank(entry.value):
            message = f'"{entry.key.value}" has no {"schedule" if flag == "--job" else "type"}'
            findings.add(entry.key.location, "bad-field", message, f'write "{example}"')
    return entries


def _read(flag: str, value: str, findings: Findings) -> list[Entry]:
    """The entries of a flag: `price: money >= 0`, or a word without a value.

    `price:money` means the same as `price: money`.
    """
    try:
        document = read_document(_CLOSE_COLON.sub(r"\1: ", value), flag)
    except SpecError as error:
        findings.problems += error.problems
        return []
    findings.problems += document.problems
    if isinstance(document.root, Table):
        return list(document.root.entries)
    if isinstance(document.root, Text) and not document.root.blank:
        return [Entry(document.root, Text("", document.root.location, blank=True))]
    findings.add(
        Location(flag), "wrong-shape", f"{flag} takes NAME or NAME: VALUE", "see blueprint add-service --help"
    )
    return []


def _of_flags(problems: Iterable[Problem]) -> list[Problem]:
    """Problems with the flag as their location."""
    return [Problem(each.code, each.message, each.hint, each.path) for each in problems]


def _table(entries: Iterable[Entry]) -> Table:
    return Table(tuple(entries), NOWHERE)


def _entry(key: str, value: Node) -> Entry:
    return Entry(Text(key, NOWHERE), value)


def _is_blank(node: Node) -> bool:
    return isinstance(node, Text) and node.blank


def _text(node: Node) -> str:
    return node.value if isinstance(node, Text) else ""
