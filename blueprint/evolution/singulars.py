"""A project keeps what it calls its rows when the rules of English in the tool change.

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
"""By service: what a row is called in code that exists, where rules of today would call it otherwise."""

_RECORD = re.compile(r"^class (\w+)\(Record\b", re.MULTILINE)
_KEY = "singular"
_NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")


def other_singulars(modules: Mapping[str, str]) -> Singulars:
    """What the rules would change; `modules` holds the `resource.py` of each service, by its folder."""
    found = {folder.replace("_", "-"): _RECORD.search(text) for folder, text in modules.items()}
    others = {
        service: _singular(Name(service), record[1])
        for service, record in found.items()
        if record is not None and _NAME.fullmatch(service.replace("-", "_"))
    }
    return {service: one for service, one in others.items() if one is not None}


def unsaid(text: str, singulars: Singulars, before: str | None) -> Singulars:
    """Those that the text has to say for nothing to change; `before` is the text until now, if known.

    A service that says what a row is called, or said so until now, follows its text: there the user decides.
    """
    if not singulars:
        return {}
    decided = {service for service, keys in _services(before or "") if _KEY in keys}
    silent = [service for service, keys in _services(text) if keys and _KEY not in keys]
    return {each: singulars[each] for each in silent if each in singulars and each not in decided}


def with_singulars(text: str, singulars: Singulars) -> str:
    """The text in which these services say what their rows are called, if they do not yet."""
    from blueprint.spec.edit import with_singular  # imports yaml

    for service, one in unsaid(text, singulars, None).items():
        text = with_singular(text, service, one)
    return text


def _singular(service: Name, record: str) -> str | None:
    """The name that leads to this class, if it is not that of the rules: only the last word can differ."""
    *first, _ = service.split("-")
    start = Name("-".join(first)).pascal if first else ""
    last = record.removeprefix(start).lower()
    if service.singular.pascal == record or not record.startswith(start) or not last:
        return None
    one = "-".join((*first, last))
    return one if Name(one).pascal == record else None


def _services(text: str) -> Iterator[tuple[str, set[str]]]:
    """The services of a text, each with its keys. That a text is no spec is told elsewhere."""
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
