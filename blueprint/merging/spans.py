"""The merge engine: three versions of a text, cut into keyed spans and merged by key.

Nothing is reformatted. Each piece of the result comes from one of the three texts; only its indentation may
change to that of its block.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from blueprint.merging.diff3 import Clash, TooLong, merge3


class MergeConflict(Exception):
    """The sides cannot be merged: `reason` completes "because", `place` is the path from the outside in."""

    def __init__(self, reason: str, path: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.path = path

    def __str__(self) -> str:
        return f"{self.reason}: {' > '.join(self.path)}" if self.path else self.reason


def _no_block() -> None:
    return None


class Item(Struct, frozen=True):
    """A span with a key that is its own within the block.

    `lead` is the space and comments before it, `note` the comment after its comma. `normalized` is equal for
    texts that differ only in layout. `is_named` is False if the key is the text itself, or a part of
    it, so that another text may be another item. `binds` are the names bound by an import. `inner` cuts the
    span further, if possible.
    """

    key: Hashable
    text: str
    normalized: object
    lead: str = ""
    note: str = ""
    label: str = ""
    is_named: bool = True
    binds: frozenset[str] = frozenset()
    inner: Callable[[], Block | None] = _no_block


class Block(Struct, frozen=True):
    """A text as a head, items and a tail; blocks of different `kind` are never merged.

    `has_commas`: the items stand between commas, with one behind the last if `ends_with_comma`, or if there
    is `lone_comma` and one item; `is_bare`: without brackets, as in an import. `is_ordered`: two changes at
    one place are a conflict. `is_sorted`: by key. `rank` puts items of a lower rank first. `indent` is the
    column of the items, where each begins a line.
    """

    kind: str
    items: Sequence[Item]
    head: str = ""
    tail: str = ""
    has_commas: bool = False
    ends_with_comma: bool = False
    lone_comma: bool = False
    is_bare: bool = False
    is_ordered: bool = False
    is_sorted: bool = False
    rank: Callable[[Hashable], int] | None = None
    indent: int | None = None


def merge_blocks(base: Block, yours: Block, new: Block, needed: frozenset[str] = frozenset()) -> str:
    """The text with both changes; imports of `needed` names stay, even where one side has taken them out.

    Raises MergeConflict.
    """
    shift = yours.indent - new.indent if yours.indent is not None and new.indent is not None else 0
    was, mine = ({item.key: item for item in block.items} for block in (base, yours))
    news = {item.key: _shifted(item, shift) for item in new.items}
    order = _order(base, yours, new)
    items = [_merged(was.get(key), mine.get(key), news.get(key), needed) for key in order]
    head = merged_text(base.head, yours.head, new.head)
    tail = merged_text(base.tail, yours.tail, new.tail)
    there = [item for item in items if item]
    if not yours.has_commas:
        return head + "".join(f"{item.lead}{item.text}" for item in there) + tail
    return _with_commas(base, yours, new, there, head, tail)


def merged_text(base: str, yours: str, new: str) -> str:
    """The changed text, if only one side changed more than layout. Raises MergeConflict."""
    b, y, n = ("".join(text.split()) for text in (base, yours, new))
    if y not in (b, n) and n != b:
        raise MergeConflict("both sides changed the same line")
    return new if yours == base or (y == b and n != b) else yours


def _merged(base: Item | None, yours: Item | None, new: Item | None, needed: frozenset[str]) -> Item | None:
    if yours is None or new is None:
        return _of_one_side(base, yours or new, needed)
    if base and _same(yours, base):
        return _unless_needed(base, new, needed)
    if base and _same(new, base):
        return _unless_needed(base, yours, needed)
    try:
        return _of_both(base, yours, new, needed)
    except MergeConflict as conflict:
        raise MergeConflict(conflict.reason, (yours.label, *conflict.path)) from None


def _of_both(base: Item | None, yours: Item, new: Item, needed: frozenset[str]) -> Item:
    lead = merged_text(base.lead if base else "", yours.lead, new.lead)
    note = merged_text(base.note if base else "", yours.note, new.note)
    chosen = _chosen(base, yours, new)
    if chosen is new and base and yours.text != base.text:
        chosen = _in_layout(base, yours, new)
    if base is None and not (chosen or yours.is_named):
        raise MergeConflict("both sides added it")
    if chosen:
        return replace(_unless_needed(base, chosen, needed), lead=lead, note=note)
    return replace(yours, text=_merged_inside(base, yours, new, needed), lead=lead, note=note)


def _same(one: Item, other: Item) -> bool:
    return (one.lead, one.text, one.note) == (other.lead, other.text, other.note)


def _chosen(base: Item | None, yours: Item, new: Item) -> Item | None:
    """The version that already contains both changes, if any."""
    if base and yours.normalized == base.normalized:
        return new if new.normalized != base.normalized or yours.text == base.text else yours
    return (
        yours if new.normalized == yours.normalized or (base and new.normalized == base.normalized) else None
    )


def _in_layout(base: Item, yours: Item, new: Item) -> Item:
    """The new version, with the layout of yours in its unchanged parts."""
    try:
        return replace(new, text=_merged_inside(base, yours, new, frozenset()))
    except MergeConflict:
        return new


def _of_one_side(base: Item | None, left: Item | None, needed: frozenset[str]) -> Item | None:
    if base is None or left is None:
        return left
    if left.binds & needed:
        return _only(left, needed)
    if left.normalized != base.normalized or left.lead.split() != base.lead.split():
        raise MergeConflict("one side removed what the other changed", (left.label,))
    return None


def _only(item: Item, needed: frozenset[str]) -> Item:
    """The import reduced to the needed names."""
    block = item.inner()
    if block is None:
        return item
    block = replace(block, items=[each for each in block.items if each.binds & needed])
    return replace(item, text=merge_blocks(block, block, block))


def _unless_needed(base: Item | None, chosen: Item, needed: frozenset[str]) -> Item:
    """The chosen version, plus imports it removed that the other side still uses."""
    if base is None or not (base.binds - chosen.binds) & needed:
        return chosen
    blocks = base.inner(), chosen.inner()
    if blocks[0] is None or blocks[1] is None:
        return chosen
    return replace(chosen, text=merge_blocks(blocks[0], blocks[0], blocks[1], needed))


def _merged_inside(base: Item | None, yours: Item, new: Item, needed: frozenset[str]) -> str:
    mine, theirs = yours.inner(), new.inner()
    before = base.inner() if base else mine and Block(mine.kind, ())
    if not (before and mine and theirs) or not before.kind == mine.kind == theirs.kind:
        raise MergeConflict("both sides changed it")
    if not before.items and not (mine.items and theirs.items):
        return yours.text if mine.items else new.text
    return merge_blocks(before, mine, theirs, needed)


def _order(base: Block, yours: Block, new: Block) -> list[Hashable]:
    """All keys in order. If both sides insert in the same place, the tool's keys come first."""
    b, y, n = ([item.key for item in block.items] for block in (base, yours, new))
    if yours.is_sorted and new.is_sorted:
        return sorted({*b, *y, *n})  # type: ignore[type-var]  # these are all of one type
    try:
        parts = merge3(b, y, n)
    except TooLong:
        raise MergeConflict("the texts differ too much") from None
    order = [key for part in parts for key in ((*part.new, *part.yours) if isinstance(part, Clash) else part)]
    has_clash = any(isinstance(part, Clash) for part in parts) or len(set(order)) < len(order)
    if has_clash and (yours.is_ordered or new.is_ordered):
        raise MergeConflict("both sides changed the same place of an ordered list")
    _refuse_two_replacements(base, yours, new)
    _refuse_two_lengths(base, yours, new)
    merged = _with_the_rest(list(dict.fromkeys(order)), y, n)
    return sorted(merged, key=yours.rank) if yours.rank else merged


def _refuse_two_replacements(*blocks: Block) -> None:
    """Refuse it if both sides replaced an unnamed entry: they may correspond to each other."""
    b, y, n = ({item.key for item in block.items if not item.is_named} for block in blocks)
    if y - b and n - b and y != n and b - y - n:
        raise MergeConflict("both sides replaced the same entry")


def _refuse_two_lengths(*blocks: Block) -> None:
    """Refuse it if both sides changed the number of leading entries: positions may be mixed up."""
    b, y, n = (
        sum(block.rank is not None and not block.rank(item.key) for item in block.items) for block in blocks
    )
    if y != b != n and y != n:
        raise MergeConflict("both sides changed the arguments")


def _with_the_rest(order: list[Hashable], *sides: Iterable[Hashable]) -> list[Hashable]:
    """The order with removed keys after their neighbours: an import may still be needed."""
    behind: dict[Hashable, list[Hashable]] = {}
    there = set(order)
    for side in sides:
        neighbour: Hashable = None
        for key in side:
            if key in there:
                neighbour = key
            else:
                behind.setdefault(neighbour, []).append(key)
                there.add(key)
    return [each for key in (None, *order) for each in (key, *behind.get(key, ()))][1:]


def _with_commas(base: Block, yours: Block, new: Block, items: Sequence[Item], head: str, tail: str) -> str:
    last = new.ends_with_comma if yours.ends_with_comma == base.ends_with_comma else yours.ends_with_comma
    body = _listed(items, tail, ends_with_comma=last or (yours.lone_comma and len(items) == 1))
    is_bare = any(block.is_bare and block.head == head for block in (base, yours, new))
    # Without brackets, it cannot span several lines.
    return f"{head}({body}){tail}" if is_bare and "\n" in body else f"{head}{body}{tail}"


def _listed(items: Sequence[Item], tail: str, *, ends_with_comma: bool) -> str:
    out, note = "", ""
    for number, item in enumerate(items):
        lead = item.lead if item.lead[:1].isspace() or not number else f" {item.lead}"
        if not number and "\n" not in lead:
            lead = lead.lstrip(" ") if item.lead == " " else lead
        if note and not lead.lstrip(" \t").startswith("\n"):
            lead = f"\n{lead}"  # otherwise it would become part of the comment
        note = item.note
        comma = "," if ends_with_comma or note or number + 1 < len(items) else ""
        out += f"{lead}{item.text}{comma}{note}"
    return out + ("\n" if note and not tail.startswith("\n") else "")


def _shifted(item: Item, columns: int) -> Item:
    if not columns:
        return item
    return replace(item, lead=_indented(item.lead, columns), text=_indented(item.text, columns))


def _indented(text: str, columns: int) -> str:
    lines = text.split("\n")
    return "\n".join(_moved(line, columns) for line in lines)


def _moved(line: str, columns: int) -> str:
    if not line.strip():
        return line
    if columns > 0:
        return " " * columns + line
    blank = len(line) - len(line.lstrip(" "))
    return line[min(blank, -columns) :]
