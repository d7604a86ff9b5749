"""Reads `events` of a document: the data of older event versions."""

from __future__ import annotations

import re

from blueprint.spec.fields import field_of
from blueprint.spec.findings import Findings
from blueprint.spec.model import Field, OlderEvent
from blueprint.spec.names import Name, event_name, field_name
from blueprint.spec.nodes import Node
from blueprint.spec.shape import named_of, text_of

_COMPUTED = re.compile(r"(?P<field>.*\S)\s+computed\s*")


def older_events_of(node: Node | None, findings: Findings) -> tuple[OlderEvent, ...]:
    """The event data in file order. Fields have the usual grammar, optionally followed by `computed`."""
    return tuple(
        _shape(name, body, findings) for name, body in named_of(node, '"events"', event_name, findings)
    )


def _shape(name: Name, body: Node, findings: Findings) -> OlderEvent:
    fields: list[Field] = []
    computed: list[Name] = []
    for key, value in named_of(body, f'the event "{name}"', field_name, findings):
        if (text := text_of(value, f'the field "{key}"', findings)) is None:
            continue
        marked = _COMPUTED.fullmatch(text.value)
        written = marked["field"] if marked else text.value
        if (field := findings.keep(field_of(key, written, text.location))) is not None:
            fields.append(field)
            computed += [key] if marked else []
    return OlderEvent(name, tuple(fields), tuple(computed))
