"""Short names for the schemas of an OpenAPI document, by pydantic's rule.

The full name of a model is its module, its class and its mode: `shop__orders__requests__NewOrder-Input`. The
document has the shortest of `NewOrder`, `NewOrder-Input`, `shop__orders__requests__NewOrder` and the full
name that no model with another schema could have, too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

from blueprint.documents.schemas import Json

_PREFIX = "#/components/schemas/"
_NOT_IN_NAMES = re.compile(r"[^a-zA-Z0-9.\-_]")


def reference(name: str) -> Json:
    """A reference to a schema in the components."""
    return {"$ref": f"{_PREFIX}{name}"}


def with_short_names(document: Json, schemas: Json) -> tuple[Json, Json]:
    """The document and its schemas, which are given by their full names, in the order of the short ones."""
    names = _short_names(schemas)
    named = {names[full]: _renamed(schema, names) for full, schema in schemas.items()}
    found = _renamed(document, names)
    return (found if isinstance(found, dict) else {}), dict(sorted(named.items()))


def _short_names(schemas: Json) -> dict[str, str]:
    """Short names by full name. Renaming can make two schemas equal, so repeat until nothing changes."""
    choices = {full: _choices(full, schema) for full, schema in schemas.items()}
    names = {full: full for full in schemas}
    while True:
        by_choice = defaultdict[str, list[object]](list)
        for full, schema in schemas.items():
            renamed = _renamed(schema, names)
            for choice in choices[full]:
                if renamed not in by_choice[choice]:
                    by_choice[choice].append(renamed)
        found = {
            full: next((each for each in offered if len(by_choice[each]) == 1), offered[-1])
            for full, offered in choices.items()
        }
        if found == names:
            return found
        names = found


def _choices(full: str, schema: object) -> tuple[str, ...]:
    """Possible names, shortest first; a name without a mode is already the shortest."""
    qualified, _, mode = full.rpartition("-")
    title = schema.get("title") if isinstance(schema, dict) else None
    if title is None or mode not in ("Input", "Output"):
        return (full,)
    short = _NOT_IN_NAMES.sub("_", str(title))
    return short, f"{short}-{mode}", qualified, full


def _renamed(value: object, names: Mapping[str, str]) -> object:
    if isinstance(value, dict):
        return {
            key: _target(each, names) if key == "$ref" else _renamed(each, names)
            for key, each in value.items()
        }
    return [_renamed(each, names) for each in value] if isinstance(value, list) else value


def _target(target: object, names: Mapping[str, str]) -> object:
    name = target.removeprefix(_PREFIX) if isinstance(target, str) else ""
    return _PREFIX + names[name] if name in names else target
