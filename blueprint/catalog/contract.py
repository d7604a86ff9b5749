"""`contract.yaml` of a broker's pack: how its suite starts a server, and expected errors of the adapter.

Only `blueprint packs test` reads it and runs its commands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct, field

from blueprint.catalog.faults import PackError, readable
from blueprint.catalog.model import Pack
from blueprint.errors import SpecError
from blueprint.spec.document import read_document
from blueprint.spec.findings import Findings, did_you_mean
from blueprint.spec.names import shown
from blueprint.spec.nodes import Node, Text
from blueprint.spec.shape import entries_of, parts_of, text_of, values_of

CONTRACT = "contract.yaml"

_KEYS = ("server", "url", "delete", "too_large", "bad_urls", "unanswered")
_REQUIRED = ("server", "url", "delete")
_NAMES = ("port", "folder", "place", "braced")
_NAME = re.compile(r"\{(\w*)\}")


class Contract(Struct, frozen=True):
    """The input of the broker suite.

    `server` is a command, `url` a BROKER_URL, `delete` a command that deletes all data of a prefix. In these
    and in `unanswered`, the suite replaces `{port}`, `{folder}` and `{place}`, the prefix, and `{braced}`,
    the prefix in braces. `too_large` is a size in bytes over the limit of events, or None without a limit.
    `bad_urls` are errors at startup and `unanswered` cause warnings, each with a part of the message.
    """

    server: tuple[str, ...]
    url: str
    delete: tuple[str, ...]
    too_large: int | None = None
    bad_urls: Mapping[str, str] = field(default_factory=dict)
    unanswered: Mapping[str, str] = field(default_factory=dict)


def read_contract(pack: Pack) -> Contract:
    """Read the contract. Raises PackError if there is none, or with all its problems."""
    path = pack.folder / CONTRACT
    with readable(path):
        content = path.read_bytes()
    try:
        document = read_document(content, str(path))
    except SpecError as error:
        raise PackError(error.problems) from error
    findings = Findings(document.problems)
    contract = _contract(document.root, findings)
    if findings.problems:
        raise PackError(findings.problems)
    return contract


def filled_in(text: str, values: Mapping[str, str]) -> str:
    """Replace `{port}` and other placeholders that have a value."""
    return _NAME.sub(lambda match: values.get(match[1], match[0]), text)


def _contract(root: Node, findings: Findings) -> Contract:
    parts = parts_of(root, "the file", _KEYS, findings)
    for key in _REQUIRED:
        if key not in parts:
            findings.add(root.location, "missing-key", f'the key "{key}" is missing')
    return Contract(
        server=_words(parts, "server", findings),
        url=_text(parts["url"], "url", findings) if "url" in parts else "",
        delete=_words(parts, "delete", findings),
        too_large=_number(parts["too_large"], findings) if "too_large" in parts else None,
        bad_urls=_texts(parts.get("bad_urls"), "bad_urls", findings),
        unanswered=_texts(parts.get("unanswered"), "unanswered", findings),
    )


def _words(parts: Mapping[str, Node], key: str, findings: Findings) -> tuple[str, ...]:
    if key not in parts:
        return ()
    words = tuple(_word(node, key, findings) for node in values_of(parts[key], f'"{key}"', findings))
    if not words or not words[0]:
        findings.add(parts[key].location, "bad-pack", f'"{key}" is a command, as a list of its words')
    return words


def _word(node: Node, key: str, findings: Findings) -> str:
    if isinstance(node, Text):  # an empty word is one, too
        _refuse_unknown(node, node.value, findings)
        return node.value
    return _text(node, key, findings)


def _text(node: Node, key: str, findings: Findings) -> str:
    text = text_of(node, f'"{key}"', findings)
    if text is None:
        return ""
    _refuse_unknown(node, text.value, findings)
    return text.value


def _refuse_unknown(node: Node, text: str, findings: Findings) -> None:
    for name in _NAME.findall(text):
        if name not in _NAMES:
            message = f"{shown(f'{{{name}}}')} is not a placeholder here"
            findings.add(node.location, "bad-pack", message, did_you_mean(name, _NAMES))


def _texts(node: Node | None, key: str, findings: Findings) -> Mapping[str, str]:
    entries = entries_of(node, f'"{key}"', findings)
    return {entry.key.value: _text(entry.value, entry.key.value, findings) for entry in entries}


def _number(node: Node, findings: Findings) -> int | None:
    text = _text(node, "too_large", findings)
    if text.isdigit():
        return int(text)
    findings.add(node.location, "bad-pack", '"too_large" is a number of bytes')
    return None
