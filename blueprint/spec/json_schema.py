"""The grammar of `blueprint.yaml` as a JSON Schema, for editors.

Keys come from the tuples of the readers, so new keys are accepted at once; the entries below add completion
and help. Rules about the whole file, such as whether a service exists, are checked by the spec only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from blueprint.spec.fields import LIMITS, SCALARS, WITH_BRACKETS
from blueprint.spec.http_routes import METHODS
from blueprint.spec.names import PATTERNS
from blueprint.spec.read import HIGHEST_PORT, OPTIONAL, REQUIRED, RUN_KEYS, VERSION
from blueprint.spec.routes import ROUTE_KEYS
from blueprint.spec.services import ACTION_KEYS, SERVICE_KEYS
from blueprint.spec.settings import KINDS
from blueprint.spec.workflows import WORKFLOW_KEYS

Schema = Mapping[str, object]

_DIALECT = "http://json-schema.org/draft-07/schema#"
_DURATION = r"every\s+[0-9]{1,9}\s*[smhd]"
_CRON = r"""at\s+(?:"[^"]*"|'[^']*')\s+UTC"""


def spec_schema(choices: Mapping[str, Sequence[str]]) -> Schema:
    """Return the schema. `choices` are the ids of packs by kind: `{"broker": ["embedded", "kafka"]}`."""
    top = {**_TOP, **{kind: _choice(kind, offers) for kind, offers in choices.items()}}
    return {
        "$schema": _DIALECT,
        "title": "blueprint.yaml",
        "description": "What a system of services consists of.",
        **_object((*REQUIRED, *OPTIONAL), top, REQUIRED),
        "definitions": _DEFINITIONS,
    }


def _object(keys: Iterable[str], known: Mapping[str, Schema], required: Iterable[str] = ()) -> Schema:
    """A mapping with fixed keys. Keys without an entry accept any value."""
    schema: dict[str, object] = {
        "type": ["object", "null"] if not required else "object",
        "properties": {key: known.get(key, {}) for key in keys},
        "additionalProperties": False,
    }
    return {**schema, "required": list(required)} if required else schema


def _named(kind: str, value: Schema, description: str) -> Schema:
    """A mapping whose keys are names of the user."""
    return {
        "description": description,
        "type": ["object", "null"],
        "propertyNames": {"pattern": PATTERNS[kind]},
        "additionalProperties": value,
    }


def _name(kind: str, description: str) -> Schema:
    return {"description": description, "type": "string", "pattern": PATTERNS[kind]}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/definitions/{name}"}


def _choice(kind: str, offers: Sequence[str]) -> Schema:
    return {"description": _CHOICES.get(kind, f"The {kind}."), "enum": list(offers)}


def _inner(pattern: str) -> str:
    """A pattern for names without anchors and length, for use in another pattern."""
    return pattern.partition("$)")[2].removesuffix("$")


_CHOICES = {
    "pattern": "How the services run.",
    "stack": "What they are written in.",
    "preset": "Services with hand-written code.",
    "database": "The database beside SQLite.",
    "broker": "What carries events, beside the embedded log.",
    "discovery": "How services find each other, beside fixed addresses.",
    "tracing": "What spans are sent with.",
    "auth": "How users sign in.",
}
_ACTION_REF = f"^{_inner(PATTERNS['service'])}\\.{_inner(PATTERNS['action'])}$"
_ELEMENT = f"(?:ref\\({_inner(PATTERNS['service'])}\\)|{WITH_BRACKETS}|{_inner(PATTERNS['type'])})"
_FIELD = f"(?:list\\[{_ELEMENT}\\]|{_ELEMENT})\\??(?:\\s+unique)?(?:\\s+private)?{LIMITS}"
_SETTING = rf"(?:{'|'.join(KINDS)})\??{LIMITS}(?:\s*=(?!=).*)?"
_SUGGESTED = [f"{kind}{mark}" for kind in SCALARS for mark in ("", "?")]

_FIELDS = _named("field", _ref("field"), "Fields, each a name and a type.")
_ACTION: Mapping[str, Schema] = {
    "in": {**_FIELDS, "description": "What the action is given."},
    "out": {**_FIELDS, "description": "What the action answers."},
    "refuses": {
        "description": "Why the action may say no.",
        "type": ["array", "null"],
        "items": _name("reason", "A reason."),
    },
    "undo": _name("action", "The action that takes it back."),
    "external": {
        "description": "Whether the action calls something outside of the system.",
        "enum": [True, False, "true", "false"],
    },
}
_EVENT = _name("event", "An event, such as order.placed.")
_SERVICE: Mapping[str, Schema] = {
    "singular": _name("row", "What one row is called, where the rules of English do not tell."),
    "resource": {**_FIELDS, "description": "What a row holds."},
    "publishes": _named(
        "action",
        {"anyOf": [_EVENT, {"type": "array", "items": _EVENT, "minItems": 1}]},
        "Events, by the action that they tell of, or by created.",
    ),
    "reacts_to": _named("event", _name("action", "The action that reacts."), "Actions, by the event."),
    "actions": _named("action", _ref("action"), "What the service can be asked to do."),
    "settings": _named("setting", _ref("setting"), "What the service reads from its environment."),
    "jobs": _named("action", _ref("schedule"), "Actions that are due by the clock."),
    "routes": {
        "description": "Routes beside those of the resource, such as PUT /posts/{id}/like.",
        "type": ["object", "null"],
        "propertyNames": {"pattern": f"^\\s*(?:{'|'.join(METHODS)})\\s+/"},
        "additionalProperties": _ref("route"),
    },
}
_ROUTE: Mapping[str, Schema] = {
    "body": {
        "description": "The limit of the body, 1 KiB to 1 GiB.",
        "type": "string",
        "pattern": "^[0-9]{1,9} ?(?:KiB|MiB|GiB)$",
    },
    "form": {"description": "Whether the body is a form.", "enum": [True, False, "true", "false"]},
}
_WORKFLOW: Mapping[str, Schema] = {
    "starts": {
        "description": "The new row that starts it, such as orders.created.",
        "type": "string",
        "pattern": f"^{_inner(PATTERNS['service'])}\\.created$",
    },
    "steps": {
        "description": "Actions in order.",
        "type": "array",
        "items": _ref("action-ref"),
        "minItems": 1,
    },
    "success": _ref("action-ref"),
    "failure": _ref("action-ref"),
}
_RUN: Mapping[str, Schema] = {
    "port": {
        "description": "Where the gateway answers; the processes take the ports after it.",
        "anyOf": [
            {"type": "integer", "minimum": 1, "maximum": HIGHEST_PORT},
            {"type": "string", "pattern": "^[0-9]+$"},
        ],
    },
}
_TOP: Mapping[str, Schema] = {
    "version": {"description": "The version of the grammar.", "enum": [VERSION, str(VERSION)]},
    "name": _name("project", "The project, in kebab-case."),
    **{kind: _name("choice", description) for kind, description in _CHOICES.items()},
    "types": _named("type", {**_FIELDS, "type": "object", "minProperties": 1}, "Values of several fields."),
    "services": {
        **_named("service", _ref("service"), "The parts of the system, each with its own data."),
        "type": "object",
        "minProperties": 1,
    },
    "events": _named(
        "event", _named("field", _ref("older-field"), "Its fields."), "Older versions of events."
    ),
    "workflows": _named("workflow", _ref("workflow"), "Steps in several services, all of them or none."),
    "run": {**_object(RUN_KEYS, _RUN), "description": "How `blueprint run` starts the project."},
}
_DEFINITIONS: Mapping[str, Schema] = {
    "field": {
        "description": "TYPE, then what applies: ?, unique, private, a limit (>= 0) or a range (1..20).",
        "type": "string",
        "anyOf": [{"enum": _SUGGESTED}, {"pattern": f"^\\s*{_FIELD}\\s*$"}],
    },
    "older-field": {
        "description": "As a field; computed comes last.",
        "type": "string",
        "pattern": f"^\\s*{_FIELD}(?:\\s+computed)?\\s*$",
    },
    "setting": {
        "description": "TYPE, then what applies: ?, a limit or a length, and = DEFAULT.",
        "type": "string",
        "anyOf": [{"enum": list(KINDS)}, {"pattern": f"^\\s*{_SETTING}\\s*$"}],
    },
    "schedule": {
        "description": 'every 10m, or at "0 3 * * *" UTC.',
        "type": "string",
        "pattern": f"^\\s*(?:{_DURATION}|{_CRON})\\s*$",
    },
    "action": _object(ACTION_KEYS, _ACTION),
    "action-ref": {
        "description": "The action of a service, such as payments.charge.",
        "type": "string",
        "pattern": _ACTION_REF,
    },
    "route": _object(ROUTE_KEYS, _ROUTE),
    "service": _object(SERVICE_KEYS, _SERVICE),
    "workflow": _object(WORKFLOW_KEYS, _WORKFLOW, WORKFLOW_KEYS),
}
