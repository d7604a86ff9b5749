"""Merge Python locks by package: `name==version` with its hashes."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec.structs import replace

from blueprint.merging.spans import Block, Item

_HEAD = re.compile(r"(?:[ \t]*(?:#.*)?\n)*")
_ENTRY = re.compile(
    r"(?P<lead>(?:[ \t]*(?:#.*)?\n)*)"
    r"(?P<text>(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)[^;\n]*(?P<marker>;[^\\\n]*)?.*\n(?:[ \t]+\S.*\n)*)"
)


def lock_block(text: str) -> Block:
    """One item per package and marker, after the header comments. Raises ValueError for other content."""
    head = _HEAD.match(text)
    at = start = head.end() if head else 0
    items: list[Item] = []
    keys: list[tuple[str, str]] = []
    while match := _ENTRY.match(text, at):
        name = re.sub(r"[-_.]+", "-", match["name"]).lower()
        key = name, (match["marker"] or "").strip()
        keys.append(key)
        normalized = sorted(match["text"].replace("\\", "").split())
        items.append(Item(key, match["text"], normalized, match["lead"], label=name))
        at = match.end()
    if len(set(keys)) < len(keys) or re.sub(r"#.*", "", text[at:]).strip():
        raise ValueError("not a lock that names each package once")
    return Block("packages", items, head=text[:start], tail=text[at:], is_sorted=keys == sorted(keys))


def keeping(base: Block, yours: Block, new: Block) -> Block:
    """The new lock, with all of your entries of each package that both sides added or changed."""
    was, mine, theirs = map(_by_package, (base, yours, new))
    items: list[Item] = []
    for name, entries in theirs.items():
        before, own = _content(was.get(name, [])), mine.get(name, [])
        is_disputed = bool(own) and before not in (_content(own), _content(entries))
        items += own if is_disputed else entries
    keys = [item.key for item in items]
    return replace(new, items=items, is_sorted=keys == sorted(keys))  # type: ignore[type-var]  # all are pairs


def _by_package(block: Block) -> Mapping[str, list[Item]]:
    packages: dict[str, list[Item]] = {}
    for item in block.items:
        packages.setdefault(item.label, []).append(item)
    return packages


def _content(entries: list[Item]) -> list[tuple[object, object]]:
    return [(item.key, item.normalized) for item in entries]
