"""What a merge makes of data, locks and files of lines, where that is easily got wrong."""

from __future__ import annotations

from functools import partial

import pytest

from blueprint.merging.formats import format_of, is_prose
from blueprint.merging.spans import MergeConflict
from blueprint.tree import RelPath
from blueprint.workspace.merge import merge


def merged(path: str, base: str, yours: str, new: str) -> str:
    """The merge by structure."""
    found = format_of(path)
    assert found
    return found.merge((base, yours, new))


def conflict(path: str, base: str, yours: str, new: str) -> str:
    with pytest.raises(MergeConflict) as found:
        merged(path, base, yours, new)
    return str(found.value)


STEPS = "steps:\n  - uses: checkout@v1\n    with:\n      depth: 0\n  - run: test\n"


@pytest.mark.parametrize(
    ("base", "yours", "new", "result"),
    [
        (
            "a:\n  b: 1\n",
            "a:\n  b: 1\n  # why\n  m: 2\n",
            "a:\n  b: 1\n  n: 3\n",
            "a:\n  b: 1\n  n: 3\n  # why\n  m: 2\n",
        ),
        ("a: {}\n", "a:\n  m: 1\n", "a:\n  n: 1\n", "a:\n  n: 1\n  m: 1\n"),
        ("a: []\n", "a:\n  - m\n", "a:\n  - n\n", "a:\n  - n\n  - m\n"),
        (
            "a:\n  b: 1\n",
            "a:\n    b: 1\n    m: 2\n",
            "a:\n  b: 1\n  n:\n    o: 3\n",
            "a:\n    b: 1\n    n:\n      o: 3\n    m: 2\n",
        ),
        ("a:\n- b\n", "a:\n- b\n- m\n", "a:\n- b\n- n\n", "a:\n- b\n- n\n- m\n"),
        (
            STEPS,
            STEPS.replace("test", "ours"),
            STEPS.replace("@v1", "@v2"),
            STEPS.replace("test", "ours").replace("@v1", "@v2"),
        ),
        (
            STEPS,
            STEPS.replace("depth: 0", "depth: 1"),
            STEPS.replace("@v1", "@v2"),
            STEPS.replace("depth: 0", "depth: 1").replace("@v1", "@v2"),
        ),
        (
            "a: |\n  b\n\nc: 1\n",
            "a: |\n  b\n  m\n\nc: 1\n",
            "a: |\n  b\n\nc: 1\nn: 2\n",
            "a: |\n  b\n  m\n\nc: 1\nn: 2\n",
        ),
        (
            "x: &x\n  a: 1\ny:\n  <<: *x\n",
            "x: &x\n  a: 1\ny:\n  <<: *x\n  m: 1\n",
            "x: &x\n  a: 1\ny:\n  <<: *x\n  n: 1\n",
            "x: &x\n  a: 1\ny:\n  <<: *x\n  n: 1\n  m: 1\n",
        ),
        ("l:\n  # of x\n  - *x\n", "l:\n  # of x\n  - *x\n  - m\n", "l:\n  # of x\n  - *x\n  - n\n", None),
        ("é: ü\nb: 1\n", "é: ü\nb: 1\nm: ñ\n", "é: ü\nb: 2\n", "é: ü\nb: 2\nm: ñ\n"),
        (
            "# head\na: 1\n# end\n",
            "# head\na: 1\nm: 1\n# end\n",
            "# head\na: 1\nn: 1\n# end\n",
            "# head\na: 1\nn: 1\nm: 1\n# end\n",
        ),
    ],
)
def test_yaml_is_merged_by_key(base: str, yours: str, new: str, result: str | None) -> None:
    if result is None:
        base, yours, new = (f"x: &x 1\n{text}" for text in (base, yours, new))
        result = "x: &x 1\nl:\n  # of x\n  - *x\n  - n\n  - m\n"

    assert merged("a.yaml", base, yours, new) == result


@pytest.mark.parametrize(
    ("base", "yours", "new"),
    [
        ("a: 1\n", "a: 2\n", "a: 3\n"),
        ("a: 1\n", "a:\n  - m\n", "a:\n  n: 1\n"),
        ("a: [b]\n", "a: [b, m]\n", "a: [b, n]\n"),
        ("a: 1\n---\nb: 1\n", "a: 1\n---\nb: 1\nm: 1\n", "a: 1\n---\nb: 1\nn: 1\n"),
        ("a: 1\n", "a: 1\nm: [\n", "a: 1\nn: 1\n"),
        ("a: 1\n", "a: 1\na: 2\n", "a: 1\nn: 1\n"),
        ("a: b\n", "a: &a {b: *a}\nm: 1\n", "a: b\nn: 1\n"),
        ("a: |\n  b\n", "a: |\n  m\n", "a: |\n  n\n"),
    ],
    ids=[
        "value",
        "kind",
        "brackets",
        "two documents",
        "broken",
        "a key twice",
        "an alias in itself",
        "a text",
    ],
)
def test_yaml_that_both_changed_in_their_own_way_is_a_conflict(base: str, yours: str, new: str) -> None:
    assert conflict("a.yaml", base, yours, new)


def test_a_few_lines_of_yaml_that_stand_for_millions_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]\n"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9)]
    bomb = "".join(lines)

    assert conflict("a.yaml", bomb, f"{bomb}m: 1\n", f"{bomb}n: 1\n") == "it cannot be parsed as YAML"


@pytest.mark.parametrize(
    ("base", "yours", "new", "result"),
    [
        ("a = 1\n", "a = 1\nm = 2\n", "a = 1\nn = 3\n", "a = 1\nn = 3\nm = 2\n"),
        (
            "[t]\na = 1\n",
            "[t]\na = 1\n\n[m]\nb = 1\n",
            "[t]\na = 1\n\n[n]\nb = 1\n",
            "[t]\na = 1\n\n[n]\nb = 1\n\n[m]\nb = 1\n",
        ),
        ("a = [1]\n", "a = [1, 2]\n", "a = [\n    1,\n    3,\n]\n", "a = [\n    1,\n    3, 2,\n]\n"),
        ("a = {b = 1}\n", "a = {b = 1, m = 2}\n", "a = {b = 1, n = 3}\n", "a = {b = 1, n = 3, m = 2}\n"),
        ('a = ["x>=1"]\n', 'a = ["x>=1,<2"]\n', 'a = ["x>=1", "n"]\n', 'a = ["x>=1,<2", "n"]\n'),
        ('a = ["x>=1"]\n', 'a = ["x>=1", "m"]\n', 'a = ["X[y]>=2"]\n', 'a = ["X[y]>=2", "m"]\n'),
        (
            "[[o]]\nm = 'a'\n",
            "[[o]]\nm = 'a'\n\n[[o]]\nm = 'm'\n",
            "[[o]]\nm = 'a'\n\n[[o]]\nm = 'n'\n",
            "[[o]]\nm = 'a'\n\n[[o]]\nm = 'n'\n\n[[o]]\nm = 'm'\n",
        ),
        (
            'a = """\n[no]\nb = 1\n"""\n',
            'a = """\n[no]\nb = 1\n"""\nm = 1\n',
            'a = """\n[no]\nb = 1\n"""\nn = 1\n',
            'a = """\n[no]\nb = 1\n"""\nn = 1\nm = 1\n',
        ),
        (
            "a = [  # b\n    1,  # c\n]\n",
            "a = [  # b\n    1,  # c\n    2,\n]\n",
            "a = [  # b\n    1,  # c\n    # d\n    3,\n]\n",
            "a = [  # b\n    1,  # c\n    # d\n    3,\n    2,\n]\n",
        ),
        ("a = 1\n", "a = 1  # why\n", "a = 1\nn = 2\n", "a = 1  # why\nn = 2\n"),
    ],
)
def test_toml_is_merged_by_table_and_key(base: str, yours: str, new: str, result: str) -> None:
    assert merged("a.toml", base, yours, new) == result


@pytest.mark.parametrize(
    ("base", "yours", "new"),
    [
        ("a = 1\n", "a = 2\n", "a = 3\n"),
        ('a = ["x>=1"]\n', 'a = ["x>=2"]\n', 'a = ["x>=3"]\n'),
        ("a = 1\n", "a = 1\nm = [\n", "a = 1\nn = 2\n"),
        ("", "[m]\na = 1\n[m.b]\n", "[m]\na = 2\n"),
        ("x = 1\n", "x = 1\na.b = 1\n", "x = 1\n[a]\nc = 1\n"),
    ],
    ids=["value", "requirement", "broken", "tables", "one table in two ways"],
)
def test_toml_that_both_changed_in_their_own_way_is_a_conflict(base: str, yours: str, new: str) -> None:
    assert conflict("a.toml", base, yours, new)


@pytest.mark.parametrize(
    ("base", "yours", "new", "result"),
    [
        ('{"a": 1}', '{"a": 1, "m": [1]}', '{"a": 2}', '{"a": 2, "m": [1]}'),
        ("{}\n", '{"m": 1}\n', '{"n": 1}\n', '{"n": 1, "m": 1}\n'),
        (
            '{"p": [{"name": "id", "in": "path"}]}',
            '{"p": [{"name": "id", "in": "path", "m": 1}]}',
            '{"p": [{"name": "id", "in": "query"}, {"name": "id", "in": "path"}]}',
            '{"p": [{"name": "id", "in": "query"}, {"name": "id", "in": "path", "m": 1}]}',
        ),
        (
            '{"a": "}, \\" {"}',
            '{"a": "}, \\" {", "m": 1}',
            '{"a": "}, \\" {", "n": 1}',
            '{"a": "}, \\" {", "n": 1, "m": 1}',
        ),
    ],
)
def test_json_is_merged_by_key_and_name(base: str, yours: str, new: str, result: str) -> None:
    assert merged("a.json", base, yours, new) == result


@pytest.mark.parametrize("broken", ['{"a": 1, "a": 2}', "[" * 100_000, "1", '{"a": 1} {"b": 2}'])
def test_json_that_is_none_or_says_a_key_twice_is_a_conflict(broken: str) -> None:
    assert conflict("a.json", "{}", broken, '{"n": 1}')


def lock(**versions: int) -> str:
    lines = [
        f"{name}=={version} \\\n    --hash=sha256:{name}{version}\n"
        for name, version in sorted(versions.items())
    ]
    return "# made by uv\n" + "".join(lines)


def test_a_lock_is_merged_by_package() -> None:
    assert merged("requirements.lock", lock(a=1, c=1), lock(a=1, b=1, c=1), lock(a=2, c=1, d=1)) == lock(
        a=2, b=1, c=1, d=1
    )
    assert merged("requirements.txt", lock(), lock(b=1), lock(a=1)) == lock(a=1, b=1)


def test_a_package_that_both_added_or_changed_stays_as_you_have_it() -> None:
    merge = partial(merged, "requirements.lock")
    assert merge(lock(a=1), lock(a=2), lock(a=3, b=1)) == lock(a=2, b=1)
    assert merge(lock(b=1), lock(a=2, b=1), lock(a=3, b=2, c=1)) == lock(a=2, b=2, c=1)
    assert conflict("requirements.lock", lock(a=1, b=1), lock(b=1), lock(a=2, b=1, c=1))


def test_entries_of_one_package_are_of_one_side() -> None:
    marked = [lock(a=n).replace(f"a=={n} ", f"a=={n} ; python_version < '3.12' ") for n in range(4)]

    assert merged("requirements.lock", lock(), marked[2], lock(a=3, b=1)) == marked[2] + lock(
        b=1
    ).removeprefix("# made by uv\n")
    assert merged("requirements.lock", marked[1], lock(a=2), marked[3]) == lock(a=2)


def test_hashes_of_two_versions_are_never_mixed() -> None:
    base, new = lock(a=1), lock(a=2)
    yours = base.replace("a1\n", "a1 \\\n    --hash=sha256:a0\n")
    found = format_of("requirements.lock")
    assert found

    assert not found.is_sound(yours.replace("a==1", "a==2"), (base, yours, new))
    assert found.is_sound(yours, (base, yours, new))


def test_what_is_no_lock_is_a_conflict() -> None:
    assert conflict("requirements.lock", lock(a=1), f"-r other.txt\n{lock(a=1)}", lock(a=2))
    assert conflict("requirements.lock", lock(a=1), lock(a=1) + lock(a=2), lock(a=2))


def test_one_package_for_two_systems_is_two() -> None:
    base = (
        "a==1 ; sys_platform == 'darwin' \\\n    --hash=x\na==1 ; sys_platform == 'linux' \\\n    --hash=y\n"
    )

    merged_lock = merged("requirements.lock", base, f"{base}m==1\n", base.replace("--hash=y", "--hash=z"))

    assert merged_lock == base.replace("--hash=y", "--hash=z") + "m==1\n"


@pytest.mark.parametrize(
    ("path", "base", "yours", "new", "result"),
    [
        (
            ".env.example",
            "# a\nA=1\n",
            "# a\nA=2\n\n# m\nM=1\n",
            "# a\nA=1\n\n# n\nN=1\n",
            "# a\nA=2\n\n# n\nN=1\n\n# m\nM=1\n",
        ),
        (".gitignore", "a\n", "a\nm\n", "a\nn\n", "a\nn\nm\n"),
        (".dockerignore", "a\nb\n", "a\n", "a\nb\nn\n", "a\nn\n"),
        (
            ".importlinter",
            "[a]\nx =\n    1\n",
            "[a]\nx =\n    1\n    m\n",
            "[a]\nx =\n    1\n    n\n",
            "[a]\nx =\n    1\n    n\n    m\n",
        ),
        (
            "setup.cfg",
            "[a]\nx = 1\n",
            "[a]\nx = 1\nm = 1\n\n[m]\ny = 1\n",
            "[a]\nx = 2\n",
            "[a]\nx = 2\nm = 1\n\n[m]\ny = 1\n",
        ),
    ],
)
def test_lines_with_names_are_merged_by_these(
    path: str, base: str, yours: str, new: str, result: str
) -> None:
    assert merged(path, base, yours, new) == result


def test_a_setting_that_both_changed_is_a_conflict() -> None:
    assert conflict(".env", "A=1\n", "A=2\n", "A=3\n") == "both sides changed it: A"
    assert conflict(".env", "A=1\n", "A=2\nno setting\n", "A=1\nN=1\n") == "it cannot be parsed as settings"


@pytest.mark.parametrize("path", ["README.md", "docs/a.rst", "notes.txt", "LICENSE"])
def test_prose_may_have_markers(path: str) -> None:
    assert is_prose(path)
    assert merge(RelPath(path), b"a\n", b"m\n", b"n\n").clashes == 1


@pytest.mark.parametrize(
    "path", ["a.py", "a.json", "requirements.txt", "Dockerfile", "a.sql", ".gitignore", "a.sh"]
)
def test_what_a_program_reads_may_not(path: str) -> None:
    assert not is_prose(path)


def test_a_missing_last_line_end_stays_missing() -> None:
    assert (
        merge(RelPath("a.py"), b"a = 1", b"a = 1\nm = 2", b"a = 1\nn = 3\n").content == b"a = 1\nn = 3\nm = 2"
    )


def test_a_line_end_that_no_system_has_any_longer_is_left_to_people() -> None:
    with pytest.raises(MergeConflict, match="carriage return"):
        merge(RelPath("a.py"), b"a = 1\n", b"a = 1\rm = 2\n", b"a = 1\nn = 3\n")
