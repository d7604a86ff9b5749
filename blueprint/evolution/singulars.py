"""Keep the names of rows in existing projects when the tool's plural rules change.

What the project calls them is read from the code that was written for it, not worked out by rules of older
versions: there will be more of these than one. From then on the spec says it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from blueprint.errors import SpecError
from blueprint.spec.names import Name
from blueprint.spec.nodes import Node, Table

Singulars = Mapping[str, str]
"""By service: the name of a row in existing code, if today's rules would derive another."""

_RECORD = re.compile(r"^class (\w+)\(Record\b", re.MULTILINE)
_KEY = "singular"
_NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")


def other_singulars(modules: Mapping[str, str]) -> Singulars:
    """Names that the rules would change; `modules` has the `resource.py` of each service, by folder."""
    records = {folder.replace("_", "-"): _RECORD.search(text) for folder, text in modules.items()}
    others = {
        service: _singular(Name(service), record[1])
        for service, record in records.items()
        if record is not None and _NAME.fullmatch(service.replace("-", "_"))
    }
    return {service: one for service, one in others.items() if one is not None}


def unsaid(text: str, singulars: Singulars, before: str | None) -> Singulars:
    """Singulars to add to the text so that no name changes; `before` is the previous text, if known.

    Services that declare `singular`, or did so before, are excluded: there the user decides.
    """
    if not singulars:
        return {}
    decided = {service for service, keys in _services(before or "") if _KEY in keys}
    silent = [service for service, keys in _services(text) if keys and _KEY not in keys]
    return {each: singulars[each] for each in silent if each in singulars and each not in decided}


def with_singulars(text: str, singulars: Singulars) -> str:
    """The text with these singulars added where they are missing."""
    from blueprint.spec.edit import with_singular  # imports yaml

    for service, one in unsaid(text, singulars, None).items():
        text = with_singular(text, service, one)
    return text


def _singular(service: Name, record: str) -> str | None:
    """The singular for this class, if it differs from the derived one: only the last word can differ."""
    *first, _ = service.split("-")
    start = Name("-".join(first)).pascal if first else ""
    last = record.removeprefix(start).lower()
    if service.singular.pascal == record or not record.startswith(start) or not last:
        return None
    one = "-".join((*first, last))
    return one if Name(one).pascal == record else None


def _services(text: str) -> Iterator[tuple[str, set[str]]]:
    """The services of a text, each with its keys. Other code reports an invalid spec."""
    from blueprint.spec.document import read_document  # imports yaml

    try:
        document = read_document(text, "")
    except SpecError:
        return
    services = (value for key, value in _entries(document.root) if key == "services")
    for service, body in _entries(next(services, None)):
        yield service, {key for key, _ in _entries(body)}


def _entries(node: Node | None) -> Iterator[tuple[str, Node]]:
    if isinstance(node, Table):
        yield from ((entry.key.value, entry.value) for entry in node.entries)
