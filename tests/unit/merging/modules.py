"""Three versions of a Python module, by chance, with lists that go over one line or several."""

from __future__ import annotations

import ast
import io
import tokenize
from collections import Counter
from typing import Any

from hypothesis import strategies as st

from blueprint.merging.python_text import Python
from blueprint.merging.spans import MergeConflict

Module = dict[str, Any]
Triple = tuple[str, str, str]

_MODULES = ("os.a", "pkg.b", "pkg.c")
_NOTES = st.sampled_from(["", "", "", "  # why", "  # é ünï"])
_TYPES = st.sampled_from(["int", "str", "A", "B", "list[C]"])
_DEFAULTS = st.sampled_from(["", " = 1", ' = "x # no"', " = (1, 2)"])
_FIELDS = st.dictionaries(
    st.sampled_from([f"f{number}" for number in range(5)]), st.tuples(_TYPES, _DEFAULTS, _NOTES), max_size=4
)
_LEADS = st.sampled_from(["", "", "    # a head\n"])


def _imports(found: dict[str, list[str]]) -> dict[str, list[str]]:
    """No name comes from two modules."""
    return {
        module: [name if not number else f"{name}{number}" for name in found[module]]
        for number, module in enumerate(_MODULES)
        if module in found
    }


_IMPORTS = st.dictionaries(
    st.sampled_from(_MODULES),
    st.lists(st.sampled_from("ABCD"), min_size=1, max_size=3, unique=True),
    max_size=3,
).map(_imports)
_ENTRIES = st.lists(
    st.sampled_from(["A", "B", "C", "D", "m.e", 'Step("x", undo=A)', 'Step("x", undo=B)', 'Step("y")']),
    max_size=4,
    unique=True,
)
_BODY = st.lists(
    st.sampled_from(["a = 1", "b = A", "call(a)", "call(b)", "return a", "with a:\n        call(c)"]),
    min_size=1,
    max_size=4,
    unique=True,
)
_TABLE = st.dictionaries(st.sampled_from("klm"), st.sampled_from(["1", "A", "[1]", "[1, 2]"]), max_size=3)
_CALL = st.tuples(
    st.lists(st.sampled_from(["1", "A", "g(1)"]), max_size=2),
    st.dictionaries(st.sampled_from("pqr"), st.sampled_from(["1", "(A, B)"]), max_size=2),
)
_PARTS = {
    "imports": _IMPORTS,
    "fields": _FIELDS,
    "entries": _ENTRIES,
    "body": _BODY,
    "table": _TABLE,
    "call": _CALL,
    "lead": _LEADS,
    "tail": st.sampled_from(["", "# end\n"]),
}
MODULES = st.fixed_dictionaries(_PARTS)


@st.composite
def triples(draw: st.DrawFn) -> Triple:
    """Base, yours and new."""
    base = draw(MODULES)
    return text_of(base, draw(st.booleans())), draw(_edited(base)), draw(_edited(base))


@st.composite
def _edited(draw: st.DrawFn, base: Module) -> str:
    edited = dict(base)
    for part in draw(st.lists(st.sampled_from(list(_PARTS)), max_size=3, unique=True)):
        other = draw(_PARTS[part])
        edited[part] = _mixed(draw, edited[part], other) if isinstance(other, dict) else other
    return text_of(edited, draw(st.booleans()))


def _mixed(draw: st.DrawFn, current: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    mixed = dict(current)
    for key, value in other.items():
        if key in mixed and draw(st.booleans()):
            del mixed[key]
        else:
            mixed[key] = value
    return mixed


def text_of(module: Module, is_wide: bool) -> str:
    """The module, its lists in one line each, or with a line for each element."""
    imports = [
        f"from {name} import {_listed('(' if is_wide else '', names, ')' if is_wide else '', is_wide)}\n"
        for name, names in module["imports"].items()
    ]
    fields = [f"    {name}: {''.join(rest)}\n" for name, rest in module["fields"].items()] or ["    pass\n"]
    entries = _listed("(", module["entries"], ")", is_wide, is_tuple=True)
    table = _listed("{", [f'"{key}": {value}' for key, value in module["table"].items()], "}", is_wide)
    positional, named = module["call"]
    call = _listed("f(", [*positional, *(f"{key}={value}" for key, value in named.items())], ")", is_wide)
    body = "".join(f"    {line}\n" for line in module["body"])
    return (
        f'"""Doc."""\n\n{"".join(imports)}\n\nclass R(Base):\n{module["lead"]}{"".join(fields)}'
        f"\n\n# the actions\nACTIONS = {entries}\nTABLE = {table}\nmade = {call}\n"
        f"\n\ndef run(c):\n{body}{module['tail']}"
    )


def _listed(opening: str, elements: list[str], closing: str, is_wide: bool, is_tuple: bool = False) -> str:
    if not elements:
        return opening + closing
    if is_wide:
        return opening + "".join(f"\n    {each}," for each in elements) + "\n" + closing
    comma = "," if is_tuple and len(elements) == 1 else ""
    return opening + ", ".join(elements) + comma + closing


def merged(base: str, yours: str, new: str) -> str | None:
    """The merge; None for a conflict."""
    try:
        return Python().merge((base, yours, new))
    except MergeConflict:
        return None


def words(code: str) -> Counter[str]:
    """What a module says: names, values and comments, and how often."""
    kinds = (tokenize.NAME, tokenize.STRING, tokenize.NUMBER, tokenize.COMMENT)
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    return Counter(token.string for token in tokens if token.type in kinds)


def normalized(code: str) -> object:
    """The tree, up to the order of what has none."""
    return _meaning(ast.parse(code))


def _meaning(node: Any) -> object:
    if isinstance(node, list):
        return [_meaning(each) for each in node]
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return type(node).__name__, sorted(repr(_meaning(each)) for each in node.elts)
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return "Dict", sorted(repr((_meaning(key), _meaning(value))) for key, value in pairs)
    if isinstance(node, ast.Call):
        named = sorted(repr(_meaning(each)) for each in node.keywords)
        return "Call", _meaning(node.func), _meaning(node.args), named
    if isinstance(node, ast.Module | ast.ClassDef):
        return type(node).__name__, sorted(repr(_meaning(each)) for each in node.body)
    if isinstance(node, ast.ImportFrom):
        return "from", node.module, sorted(alias.name for alias in node.names)
    if isinstance(node, ast.AST):
        fields = [_meaning(getattr(node, field)) for field in node._fields if field != "ctx"]
        return type(node).__name__, fields
    return repr(node)
