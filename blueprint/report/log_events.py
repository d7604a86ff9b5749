"""Log events of a generated system as one short text each: `POST /orders 201 3 ms`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

Record = dict[str, object]


def described(event: str, record: Mapping[str, object]) -> tuple[str, Record]:
    """The text for an event, and the values of its record that the text leaves out.

    An event of another name, or with other values than the kit logs, is its own text.
    """
    if (form := _FORMS.get(event)) and form.keys <= record.keys():
        with suppress(TypeError):
            text = form.text(record)
            return text, {key: value for key, value in record.items() if key not in form.keys | form.optional}
    return event, dict(record)


@dataclass(frozen=True, slots=True)
class _Form:
    """The text for events of one name; it needs `keys`, and leaves out the `optional` ones or shows them."""

    keys: frozenset[str]
    text: Callable[[Mapping[str, object]], str]
    optional: frozenset[str] = frozenset()


def _request(record: Mapping[str, object]) -> str:
    return f"{record['method']} {record['path']} {record['status']} {_duration(record['seconds'])}"


def _published(record: Mapping[str, object]) -> str:
    return f"→ {record['type']}"


def _done(record: Mapping[str, object]) -> str:
    if "refused" in record:
        return f"{_caused(record)} refused: {record['refused']}"
    return f"{_caused(record)} done {_duration(record['seconds'])}"


def _failed(record: Mapping[str, object]) -> str:
    if record["status"] == "dead":
        attempts = f"{record['attempts']} attempt{'' if record['attempts'] == 1 else 's'}"
        return f"{_caused(record)} given up after {attempts}: {record['error']}"
    delay = f"{_seconds(record.get('delay')):.1f} s"
    return f"{_caused(record)} retry {record['attempts']} in {delay}: {record['error']}"


def _caused(record: Mapping[str, object]) -> str:
    """The action, and the event it reacts to, if any."""
    trigger = record.get("trigger")
    return f"{trigger} → {record['handler']}" if trigger else str(record["handler"])


_DONE = _Form(frozenset({"handler", "seconds"}), _done, frozenset({"trigger", "key", "refused"}))
_FAILED = _Form(
    frozenset({"handler", "attempts", "status", "error"}), _failed, frozenset({"trigger", "key", "delay"})
)
_FORMS = {
    "request": _Form(frozenset({"method", "path", "status", "seconds"}), _request),
    "event published": _Form(frozenset({"type"}), _published, frozenset({"id", "key"})),
    "task done": _DONE,
    "step done": _DONE,
    "task failed": _FAILED,
    "task delayed": _FAILED,
}


def _duration(seconds: object) -> str:
    """`3 ms`, `1.2 s`; at least one millisecond."""
    number = _seconds(seconds)
    return f"{number:.1f} s" if number >= 1 else f"{max(1, round(number * 1000))} ms"


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(value)
    return float(value)
