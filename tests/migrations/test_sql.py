"""The tool and every stack read SQL alike: what one of them names, the others know."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprint.sql import digest as tool_digest
from blueprint.sql import statements as tool_statements
from blueprint.sql.tokens import tokens

ROOT = Path(__file__).parents[2]
VECTORS = json.loads((ROOT / "tests/conformance/migration_digests.json").read_text())
KIT = ROOT / "templates/fastapi/stack/files/src/[package]/platform/storage/sql.py"


def kit() -> ModuleType:
    """The module of generated projects: it stands alone."""
    spec = spec_from_file_location("kit_sql", KIT)
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


KIT_SQL = kit()
DIGESTS: dict[str, Callable[[str], str]] = {"tool": tool_digest.digest, "fastapi": KIT_SQL.digest}
STATEMENTS = {"tool": tool_statements.statements, "fastapi": KIT_SQL.statements}

every_reader = pytest.mark.parametrize("reader", DIGESTS)


@every_reader
@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["digest"][:8])
def test_digests_are_those_that_were_frozen(reader: str, vector: dict[str, object]) -> None:
    texts = vector["texts"]
    assert isinstance(texts, list)
    assert {DIGESTS[reader](text) for text in texts} == {vector["digest"]}


PIECES = st.one_of(
    st.sampled_from(["CREATE", "TABLE", "lamps", "(", ")", ",", ";", ">=", "1", "$1", ".", "::", "%"]),
    st.text(string.ascii_letters + " -/*\n;", max_size=6).map(lambda text: "'" + text + "'"),
    st.text(string.ascii_letters + " -/*;", min_size=1, max_size=6).map(lambda text: f'"{text}"'),
)
BLANKS = st.sampled_from([" ", "\n", "\r\n", "\t ", " -- a note\n", " /* a note; */ "])


@given(st.lists(PIECES, min_size=1, max_size=12), st.data())
def test_white_space_and_comments_change_no_digest_and_a_token_does(
    pieces: list[str], data: st.DataObject
) -> None:
    plain = " ".join(pieces)
    spaced = "".join(piece + data.draw(BLANKS) for piece in pieces)
    at = data.draw(st.integers(0, len(pieces) - 1))
    other = [*pieces[:at], "another", *pieces[at + 1 :]]

    for digest in DIGESTS.values():
        assert digest(plain) == digest(spaced) == tool_digest.digest(plain)
        assert digest(" ".join(other)) != digest(plain)


TRIGGER = "CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; SELECT CASE WHEN 1 THEN 2 END; END;"
SCRIPTS = (
    ("SELECT 1", ["SELECT 1"]),
    ("SELECT 1;SELECT 2;", ["SELECT 1;", "SELECT 2;"]),
    ("SELECT ';\n'; \n SELECT 2 ; -- note", ["SELECT ';\n';", "SELECT 2 ;"]),
    ("-- only a note;\n", []),
    (";;", []),
    ("/* a; */ SELECT 1 -- b;\n;", ["SELECT 1 -- b;\n;"]),
    (f"{TRIGGER}\nSELECT 1;", [TRIGGER, "SELECT 1;"]),
)


@every_reader
@pytest.mark.parametrize(("script", "whole"), SCRIPTS)
def test_statements_are_whole(reader: str, script: str, whole: list[str]) -> None:
    assert list(STATEMENTS[reader](script)) == whole


@given(st.lists(PIECES, max_size=12).map(" ".join))
def test_no_character_that_counts_is_lost_between_tokens(sql: str) -> None:
    assert re.sub(r"\s", "", "".join(token.text for token in tokens(sql))) == re.sub(r"\s", "", sql)


WHOLE = st.sampled_from(["SELECT 1;", "SELECT 'a;b';", "CREATE TABLE t (a);", "DROP TABLE t;"])


@every_reader
@given(texts=st.lists(WHOLE, max_size=6))
def test_scripts_that_are_joined_are_the_statements_of_each(reader: str, texts: list[str]) -> None:
    found = list(STATEMENTS[reader](" -- x\n".join(texts)))

    assert found == texts
