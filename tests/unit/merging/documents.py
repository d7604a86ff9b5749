"""Three versions of a document, by chance, and an oracle of its own for what their merge comes to."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

Document = dict[str, Any]

_LEAF = st.sampled_from([1, 2, 1.0, True, "a", "b: c", "é # no", "1"])
_WORDS = st.lists(st.sampled_from("pqrs"), max_size=3, unique=True)
_NAMED = st.dictionaries(st.sampled_from(["one", "two", "three"]), st.integers(1, 3), max_size=3).map(
    lambda found: [{"name": name, "at": at} for name, at in found.items()]
)
_REQUIREMENTS = st.dictionaries(st.sampled_from(["fast-api", "redis"]), st.integers(1, 3), max_size=2).map(
    lambda found: [f"{name}>={version}" for name, version in found.items()]
)
_VALUES = st.recursive(
    _LEAF | _WORDS | _NAMED | _REQUIREMENTS,
    lambda inner: st.dictionaries(st.sampled_from("klm"), inner, max_size=3),
    max_leaves=5,
)
_DOCUMENTS = st.dictionaries(st.sampled_from(["one", "two", "three"]), _VALUES, min_size=1, max_size=3)


@st.composite
def documents(draw: st.DrawFn) -> tuple[Document, Document, Document]:
    """Base, yours and new."""
    base = draw(_DOCUMENTS)
    return base, draw(_edited(base)), draw(_edited(base))


@st.composite
def _edited(draw: st.DrawFn, base: Document) -> Document:
    edited: Document = json.loads(json.dumps(base))
    for _ in range(draw(st.integers(0, 2))):
        key = draw(st.sampled_from(["one", "two", "three", "four"]))
        value = edited.get(key)
        if isinstance(value, dict) and draw(st.booleans()):
            value[draw(st.sampled_from("klmn"))] = draw(_VALUES)
        elif isinstance(value, list) and draw(st.booleans()):
            value.append(draw(st.sampled_from(["t", "u"])))
        elif key in edited and len(edited) > 1 and draw(st.booleans()):
            del edited[key]
        else:
            edited[key] = draw(_VALUES)
    return edited


class Conflict(Exception):
    """Both changed one value."""


_NOTHING = object()


def expected(base: Any, yours: Any, new: Any) -> Any:
    """The merge of the data. Raises Conflict."""
    if _same(yours, new) or _same(new, base):
        return yours
    if _same(yours, base):
        return new
    if isinstance(yours, dict) and isinstance(new, dict) and (base is _NOTHING or isinstance(base, dict)):
        return _keys({} if base is _NOTHING else base, yours, new)
    if isinstance(yours, list) and isinstance(new, list) and (base is _NOTHING or isinstance(base, list)):
        sides = [
            {_name(each, side): each for each in side}
            for side in ([] if base is _NOTHING else base, yours, new)
        ]
        _refuse_two_replacements(*sides)
        return list(_keys(*sides).values())
    raise Conflict


def _keys(base: dict[Any, Any], yours: dict[Any, Any], new: dict[Any, Any]) -> dict[Any, Any]:
    found = {
        key: expected(*(side.get(key, _NOTHING) for side in (base, yours, new))) for key in {**yours, **new}
    }
    return {key: value for key, value in found.items() if value is not _NOTHING}


def _name(value: Any, side: list[Any]) -> Any:
    if isinstance(value, dict):
        return "name", value["name"]
    if isinstance(value, str) and ">=" in value:
        return "requirement", value.partition(">=")[0]
    return "value", json.dumps(value)


def _refuse_two_replacements(*sides: dict[Any, Any]) -> None:
    base, yours, new = ({key for key in side if key[0] == "value"} for side in sides)
    if yours - base and new - base and yours != new and base - yours - new:
        raise Conflict


def _same(one: Any, other: Any) -> bool:
    if one is _NOTHING or other is _NOTHING:
        return one is other
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def unordered(value: Any) -> Any:
    """The data without the order of lists, so that 1, 1.0 and True differ."""
    if isinstance(value, dict):
        return {key: unordered(each) for key, each in value.items()}
    return (
        sorted(json.dumps(unordered(each), sort_keys=True) for each in value)
        if isinstance(value, list)
        else json.dumps(value)
    )


def toml_text(document: Document) -> str:
    """The document as TOML: what is no table comes first, lists with a line for each element."""
    plain = {key: value for key, value in document.items() if not isinstance(value, dict)}
    lines = ["# the first line\n"] + [f"{key} = {_toml(value)}\n" for key, value in plain.items()]
    for key, value in document.items():
        if isinstance(value, dict):
            lines.append(f"\n[{key}]\n")
            lines += [f"{name} = {_toml(each)}\n" for name, each in value.items()]
    return "".join(lines)


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return (
            "[" + "".join(f"\n    {_toml(each)},  # {number}" for number, each in enumerate(value)) + "\n]"
            if value
            else "[]"
        )
    return json.dumps(value, ensure_ascii=False)
