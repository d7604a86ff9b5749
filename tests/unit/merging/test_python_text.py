"""What a merge of Python makes of the cases that are easily got wrong."""

from __future__ import annotations

import textwrap

import pytest

from blueprint.merging.python_text import Python
from blueprint.merging.spans import MergeConflict


def merge(base: str, yours: str, new: str) -> str:
    sides = (textwrap.dedent(base), textwrap.dedent(yours), textwrap.dedent(new))
    return Python().merge(sides)


def conflict(base: str, yours: str, new: str) -> str:
    with pytest.raises(MergeConflict) as found:
        merge(base, yours, new)
    return str(found.value)


@pytest.mark.parametrize(
    ("base", "yours", "new", "merged"),
    [
        ("A = (a, b)\n", "A = (a,)\n", "A = (b,)\n", "A = ()\n"),
        ("A = (a, b, c)\n", "A = (a, b)\n", "A = (a, c)\n", "A = (a,)\n"),
        ("A = ()\n", "A = (a,)\n", "A = (b,)\n", "A = (b, a,)\n"),
        ("A = [a]\n", "A = [a, m]\n", "A = [\n    n,\n    a,\n]\n", "A = [\n    n,\n    a, m,\n]\n"),
        ("A = {1: a}\n", "A = {1: a, 2: m}\n", "A = {1: b}\n", "A = {1: b, 2: m}\n"),
        ("x = f(a)\n", "x = f(a, m)\n", "x = f(a, n=1)\n", "x = f(a, m, n=1)\n"),
        ("x = f(k=1)\n", "x = f(m=2, k=1)\n", "x = f(k=3)\n", "x = f(m=2, k=3)\n"),
        ("x = f(g(a=1))\n", "x = f(g(a=1, m=2))\n", "x = f(g(a=3))\n", "x = f(g(a=3, m=2))\n"),
        (
            "x: Annotated[int, Field(ge=0)] | None = None\n",
            "x: Annotated[int, Field(ge=0, le=9)] | None = None\n",
            "x: Annotated[int, Field(ge=1)] | None = None\n",
            "x: Annotated[int, Field(ge=1, le=9)] | None = None\n",
        ),
        (
            "x: dict[str, f(1)]\n",
            "x: dict[str, f(1, m=1)]\n",
            "x: dict[A, f(1)]\n",
            "x: dict[A, f(1, m=1)]\n",
        ),
        ("from a import b\n", "from a import b, m\n", "from a import b, n\n", "from a import b, n, m\n"),
        (
            "from a import b\n",
            "from a import (\n    b,\n    m,\n)\n",
            "from a import b, n\n",
            "from a import (\n    b, n,\n    m,\n)\n",
        ),
        ("import a\n", "import a\nimport m\n", "import a\nimport n\n", "import a\nimport n\nimport m\n"),
        ("a = 1\n", "a = 1; m = 2\n", "a = 1\nn = 3\n", "n = 3\na = 1; m = 2\n"),
        (
            'def f():\n    a(f"{u}/x", {1: a})\n    b()\n',
            'def f():\n    a(f"{u}/x", {1: m})\n    b()\n',
            'def f():\n    a(f"{u}/x", {1: a, 2: n})\n    b()\n',
            'def f():\n    a(f"{u}/x", {1: m, 2: n})\n    b()\n',
        ),
        (
            'async def f():\n    await a("x", {1: a})\n',
            'async def f():\n    await a("x", {1: m})\n',
            'async def f():\n    await a("x", {1: a, 2: n})\n    await a("y", n)\n',
            'async def f():\n    await a("x", {1: m, 2: n})\n    await a("y", n)\n',
        ),
    ],
)
def test_lists_of_any_kind_get_what_both_sides_brought(base: str, yours: str, new: str, merged: str) -> None:
    assert merge(base, yours, new) == merged


@pytest.mark.parametrize(
    ("base", "yours", "new"),
    [
        ("A = 1\n", "A = [a]\n", "A = {a}\n"),
        ("a = 1\n", '"""Mine."""\na = 1\n', '"""New."""\na = 1\n'),
        ("x = f(a)\n", "x = f(a, m)\n", "x = f(a, n)\n"),
        ("x = f(a, b)\n", "x = f(b)\n", "x = f(a, b, n)\n"),
        ("x = f(*a)\n", "x = f(*a, m)\n", "x = f(*a, n=1)\n"),
        ("A = [a, b]\n", "A = [a, m]\n", "A = [a, n]\n"),
        ("A = (f(a),)\n", "A = (f(a), f(m))\n", "A = (f(a), f(n))\n"),
        ("A = {**a}\n", "A = {**a, **m}\n", "A = {**a, **n}\n"),
        ("x: int = 1\n", "x: int = 2\n", "x: int = 3\n"),
        ("x = 1\n", "", "x = 2\n"),
        ("def f(a): return a\n", "def f(a, m): return a\n", "def f(a, n): return a\n"),
        ("def f():\n    a()\n", "def f():\n    a()\n    m()\n", "def f():\n    a()\n    n()\n"),
        ('f("a")\n', 'f("m")\n', 'f("n")\n'),
        ("a = 1\n", 'a = 1\nf("a", m=1)\n', 'a = 1\nf("a", n=1)\n'),
        ('f("a", 1)\n', 'f("a", 2)\n', 'f("a", 3)\n'),
        ('f("a", [1])\n', 'f("a", [1, 2])\n', 'f("a", [3])\nf("a", [1])\n'),
        (
            'def f():\n    a("x", 1)\n',
            'def f():\n    a("x", 1)\n    a("x", 2)\n',
            'def f():\n    a("x", 3)\n',
        ),
        ("x = 1\n", "x = (\n", "x = 2\n"),
        ("x = a\n", "x = a, m\n", "x = a, n\n"),
    ],
    ids=[
        "two kinds of brackets",
        "two docstrings",
        "two more arguments",
        "an argument less and one more",
        "arguments of unknown number",
        "one entry replaced twice",
        "calls in an order",
        "dicts in an order",
        "a value",
        "taken out and changed",
        "two signatures",
        "one place of a body",
        "two calls replaced",
        "two calls added",
        "a value of a call",
        "a call repeated with a changed one",
        "a call repeated beside a changed one",
        "no Python",
        "no brackets",
    ],
)
def test_what_both_sides_changed_in_their_own_way_is_a_conflict(base: str, yours: str, new: str) -> None:
    assert conflict(base, yours, new)
    assert conflict(base, new, yours)


def test_a_conflict_says_where_it_is() -> None:
    base = "class Order:\n    reason: Text = f(a=1)\n"

    assert conflict(base, base.replace("1", "2"), base.replace("1", "3")) == (
        "both sides changed it: Order > reason > a"
    )


def test_a_comment_above_a_line_stays_when_the_line_changes() -> None:
    base = "class A:\n    a: int\n    b: int\n"
    yours = base.replace("    b", "    # ours\n    b")
    new = base.replace("b: int", "b: str")

    assert merge(base, yours, new) == "class A:\n    a: int\n    # ours\n    b: str\n"


def test_a_string_behind_a_field_goes_with_it() -> None:
    base = 'class A:\n    a: int\n    """About a."""\n'
    yours = base.replace("About", "All about")
    new = base + '    b: int\n    """About b."""\n'

    assert merge(base, yours, new) == yours + '    b: int\n    """About b."""\n'


def test_a_property_and_its_setter_are_two() -> None:
    base = """\
        class A:
            @property
            def a(self): return 1
    """
    yours = """\
        class A:
            @property
            def a(self): return 2

            @a.setter
            def a(self, value): ...
    """
    new = """\
        class A:
            @property
            def a(self): return 1

            @property
            def b(self): return 1
    """

    merged = merge(base, yours, new)
    assert (merged.count("def a("), merged.count("def b("), merged.count("return 2")) == (2, 1, 1)


def test_overloads_are_known_by_their_signatures() -> None:
    def module(*types: str) -> str:
        overloads = [f"@overload\ndef f(a: {each}) -> {each}: ...\n" for each in types]
        return "".join([*overloads, "def f(a): return a\n"])

    merged = merge(module("int", "str"), module("bytes", "int", "str"), module("int", "float", "str"))

    assert merged == module("bytes", "int", "float", "str")


def test_an_import_that_one_side_took_out_stays_where_the_other_uses_it() -> None:
    base = "from a import b, c\nx = b\ny = c\n"
    yours = "from a import b, c\nx = b\ny = c\nz = b\n"
    new = "from a import c\ny = c\n"

    assert merge(base, yours, new).startswith("from a import b, c\n")


def test_a_whole_import_that_one_side_took_out_stays_for_the_names_that_are_used() -> None:
    base = "from m import k\nfrom a import b, c\nx = b\ny = c\nk()\n"
    yours = base.replace("k()\n", "k()\nz = [b]\n")
    new = "from m import k\nk()\n"

    assert merge(base, yours, new) == "from m import k\nfrom a import b\nk()\nz = [b]\n"


def test_a_name_that_one_side_took_out_and_the_other_uses_is_a_conflict() -> None:
    found = conflict("def a(): ...\nx = 1\n", "def a(): ...\nx = 1\ny = a()\n", "x = 1\n")

    assert found == "one side removed what the other uses: a"


def test_a_name_that_both_import_from_elsewhere_is_a_conflict() -> None:
    found = conflict("x = 1\n", "from m import A\nx = 1\n", "from n import A\nx = 1\n")

    assert found == "both sides added the same name: A"


def test_a_name_that_moves_to_another_module_is_imported_once() -> None:
    base = "from a import X\n\n\nclass R(X):\n    a: int\n"
    yours = base + "    mine: int\n"
    new = base.replace("from a", "from b") + "    new: int\n"

    assert merge(base, yours, new) == (
        "from b import X\n\n\nclass R(X):\n    a: int\n    new: int\n    mine: int\n"
    )


def test_a_statement_that_would_run_too_early_is_a_conflict() -> None:
    base = "import a\n\nx = a.f()\n\ny = a.g()\n"
    yours = (
        base.replace("import a\n", "import a\n\nEARLY = [y]\n")
        .replace("y = a.g()\n", "")
        .replace("EARLY", "y = a.g()\nEARLY")
    )
    new = base

    assert merge(base, yours, new) == yours
    moved = "import a\n\nx = a.f()\nLATE = 1\n"
    assert conflict("import a\n\nx = a.f()\n", "import a\n\nz = LATE\nx = a.f()\nLATE = 0\n", moved)


def test_what_has_to_come_first_does() -> None:
    future = "from __future__ import annotations\n"

    assert merge("x = 1\n", f"{future}x = 1\n", "import os\nx = os\n") == f"{future}import os\nx = os\n"
    assert merge("x = 1\n", '"""Mine."""\nx = 1\n', f"{future}x = 1\n") == f'"""Mine."""\n{future}x = 1\n'


def test_what_can_be_parsed_and_not_compiled_is_no_merge() -> None:
    base = "def f():\n    a()\n    b()\n    c()\n"
    yours = base.replace("    a()\n", "    print(x)\n    a()\n")
    new = base.replace("    c()\n", "    c()\n    global x\n    x = 2\n")

    assert conflict(base, yours, new) == "it cannot be parsed as Python"


def test_what_is_for_types_only_is_merged_as_a_module_is() -> None:
    base = "if TYPE_CHECKING:\n    from a import b\n"
    yours = base.replace("b\n", "b, m\n")
    new = base.replace("b\n", "b, n\n")

    assert merge(base, yours, new) == "if TYPE_CHECKING:\n    from a import b, n, m\n"


def test_lines_of_a_body_that_do_not_touch_are_merged() -> None:
    base = "def f():\n    a()\n    b()\n    c()\n    return 1\n"
    yours = base.replace("    b()\n", "    mine()\n    b()\n")
    new = base.replace("    return", "    new()\n    return")

    assert (
        merge(base, yours, new)
        == "def f():\n    a()\n    mine()\n    b()\n    c()\n    new()\n    return 1\n"
    )


def test_what_comes_into_a_block_is_indented_as_the_block_is() -> None:
    base = "class A:\n    a: int\n"
    yours = "class A:\n  a: int\n  mine: int\n"
    new = base + "    new: int\n    def f(self):\n        return 1\n"

    assert merge(base, yours, new) == (
        "class A:\n  a: int\n  new: int\n  def f(self):\n      return 1\n  mine: int\n"
    )


def test_the_layout_of_yours_stays_where_the_new_version_changes_nothing() -> None:
    base = "A = [1, 2, 3]\nB = [1, 2]\n"
    yours = "A = [\n    1,\n    2,\n    3,\n]\nB = [1,\n     2]\n"

    assert merge(base, yours, base + "C = 1\n") == yours + "C = 1\n"


def test_places_are_found_behind_letters_of_several_bytes() -> None:
    base = 'x = f("é", a)\n'

    assert merge(base, 'x = f("é", a, ü=1)\n', 'x = f("é", a, n="ñ")\n') == 'x = f("é", a, n="ñ", ü=1)\n'


def test_a_head_over_several_lines_is_one() -> None:
    base = "def f(\n    a,\n    b,\n) -> int:\n    # first\n    return 1\n"

    merged = merge(base, base.replace("-> int", "-> str"), base.replace("return 1", "return 2"))

    assert merged == "def f(\n    a,\n    b,\n) -> str:\n    # first\n    return 2\n"
