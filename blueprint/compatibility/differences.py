"""Compatibility of two JSON objects between their writer and their reader.

Publishers and consumers are deployed separately, and old events can be replayed, so each side has to
understand both.

add an optional field                            fits
add a required field                             older events do not have it
delete a field, also an optional one             current consumers expect it, and its name could come to mean
                                                 something else
let a required field be empty, or widen a limit  current consumers do not expect that
ask for an optional field, or narrow a limit     older events do not keep to it
another type                                     neither side understands the other
"""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.compatibility.wire import Part, Wire


def differences(old: Wire, new: Wire, inside: str = "") -> Iterator[str]:
    """The incompatible changes, each as a clause: `"total" is gone`. `inside` is the path of the objects."""
    before, after = ({part.name: part for part in wire.fields} for wire in (old, new))
    for name, part in before.items():
        if name not in after:
            yield f'"{inside}{name}" is gone, but current consumers expect it'
        else:
            yield from _between(part, after[name], inside)
    for name, part in after.items():
        if name not in before and not part.optional:
            yield f'"{inside}{name}" is required, but older events do not have it'


def _between(old: Part, new: Part, inside: str) -> Iterator[str]:
    name = f"{inside}{old.name}"
    if _shape(old.wire) != _shape(new.wire):
        yield f'"{name}" was {old.written} and is {new.written}, so neither side understands the other'
        return
    if new.optional and not old.optional:
        yield f'"{name}" may be empty, which current consumers do not expect'
    if old.optional and not new.optional:
        yield f'"{name}" must not be empty, which it may be in older events'
    yield from _within(old, new, name)


def _within(old: Part, new: Part, name: str) -> Iterator[str]:
    one, other = _innermost(old.wire), _innermost(new.wire)
    if _is_narrower(one, other):
        yield f'"{name}" is limited to {new.written}, which older events may violate'
    if _is_narrower(other, one):
        yield f'"{name}" was limited to {old.written}, which current consumers rely on'
    yield from differences(one, other, f"{name}.")


def _is_narrower(old: Wire, new: Wire) -> bool:
    """Whether the new range excludes numbers of the old one."""
    too_low = new.lowest is not None and (old.lowest is None or old.lowest < new.lowest)
    too_high = new.highest is not None and (old.highest is None or old.highest > new.highest)
    return too_low or too_high


def _shape(wire: Wire) -> str:
    return f"list of {_shape(wire.of)}" if wire.of else wire.form


def _innermost(wire: Wire) -> Wire:
    return _innermost(wire.of) if wire.of else wire
