"""A file is read as what it looks like, or refused with the place where it is not what a spec can be."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from blueprint.errors import MachineError, SpecError
from blueprint.spec.load import load_spec

from .examples import BLANK, PATH, SHOP, blank_with, changed, codes_of, only_problem_of, problems_of


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n", b"", "\ufeff"])
def test_an_empty_file_is_no_spec(text):  # G41
    assert only_problem_of(text).code == "empty-file"


@pytest.mark.parametrize("text", ["just text", "- a\n- b\n", "42"])
def test_a_file_without_keys_is_no_spec(text):  # G41
    problem = only_problem_of(text)
    assert (problem.code, problem.line, problem.column) == ("wrong-shape", 1, 1)


@pytest.mark.parametrize(
    "content", [BLANK.encode("utf-16"), BLANK.encode("utf-16-le"), BLANK.encode("utf-32")]
)
def test_another_encoding_is_refused(content):  # G41
    assert only_problem_of(content).code == "not-text"


@pytest.mark.parametrize("content", [b"\x7fELF\x02\x01\x01\x00", b"\x89PNG\r\n\x1a\n", b"version: \x00"])
def test_a_binary_file_is_refused(content):  # G41
    assert only_problem_of(content).code == "not-text"


def test_a_byte_that_is_not_utf8_is_pointed_at():
    problem = only_problem_of(BLANK.encode() + b"# caf\xe9\n")
    assert (problem.code, problem.line, problem.column) == ("not-text", 8, 6)


def test_a_control_character_is_pointed_at_and_not_printed():
    problem = only_problem_of(changed(BLANK, ("monolith", "mono\x1b[31mlith")))
    assert (problem.line, problem.column) == (3, 14)
    assert "\x1b" not in problem.message


@pytest.mark.parametrize(
    "text", ["\ufeff" + SHOP, SHOP.replace("\n", "\r\n"), SHOP.rstrip("\n"), f"---\n{SHOP}...\n"]
)
def test_how_editors_save_a_file_makes_no_difference(text):  # G41
    expected = load_spec(SHOP, PATH)
    assert load_spec(text, PATH) == expected
    assert load_spec(text.encode(), PATH) == expected


def test_places_are_the_same_with_windows_line_ends():
    text = changed(BLANK, ("stack", "stak"))
    assert problems_of(text.replace("\n", "\r\n")) == problems_of(text)


def test_a_tab_is_refused_at_its_place():  # G41
    problem = only_problem_of(changed(BLANK, ("  orders:", "\torders:")))
    assert (problem.code, problem.line, problem.column) == ("bad-yaml", 6, 1)
    assert "spaces" in problem.hint


def test_an_unquoted_list_between_braces_is_explained():
    problem = only_problem_of(changed(SHOP, ('"list[line]"', "list[line]")))
    assert problem.line == 14
    assert problem.hint == 'between braces a list needs quotes: "list[line]"'


def test_a_syntax_error_is_one_line_that_names_no_class():
    problem = only_problem_of("version: 1\nname: [a\n")
    assert problem.message.startswith("this is not YAML: ")
    assert "\n" not in problem.message
    assert "Error" not in problem.message


def test_without_the_c_parser_the_machine_is_at_fault_and_not_the_spec(monkeypatch):
    never_read_before = SHOP + "# for a machine without libyaml\n"
    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    with pytest.raises(MachineError) as caught:
        load_spec(never_read_before, PATH)
    assert "pyyaml" in caught.value.problems[0].hint


def test_a_key_that_comes_twice_is_refused():  # G42
    problem = only_problem_of(changed(BLANK, ("stack: fastapi", "stack: fastapi\nname: other")))
    assert (problem.code, problem.line, problem.column) == ("duplicate-key", 5, 1)
    assert problem.message == 'duplicate key "name"'
    assert "line 2" in problem.hint


def test_a_service_that_comes_twice_is_refused():
    text = blank_with("  orders:\n    resource: {a: str}\n  orders:\n    resource: {b: str}\n")
    assert codes_of(text) == ["duplicate-key"]


BOMB = "a: &a [x, x]\n" + "".join(f"k{i}: &b{i} [*a, *a]\n" for i in range(20))


@pytest.mark.parametrize(
    "text",
    [
        changed(BLANK, ("monolith", "&p monolith")),
        changed(BLANK, ("monolith", "*p")),
        changed(BLANK, ("    resource", "    <<: {actions: {}}\n    resource")),
        BOMB,
        "&a [*a]",
        "&a {b: *a}",
    ],
)
def test_anchors_aliases_and_merge_keys_are_refused(text):  # G43
    assert "yaml-reference" in codes_of(text)


def test_a_bomb_of_aliases_is_refused_at_once():  # G43
    assert len(problems_of(BOMB)) < 200


@pytest.mark.parametrize("text", ["[" * 600, "{" * 600, "a: " + "{b: " * 60, "- " * 600, "? " * 600])
def test_deep_nesting_is_refused(text):  # G44
    assert codes_of(text) == ["too-deep"]


@pytest.mark.parametrize("text", ["x: " + "[" * 100_000, "{a: " * 50_000, "- " * 100_000])
def test_very_deep_nesting_is_refused_too(text):  # G44
    assert codes_of(text) == ["too-deep"]


def test_a_field_type_of_many_brackets_is_refused():
    text = changed(BLANK, ("note: str", f'note: "{"list[" * 30_000}"'))
    assert codes_of(text) == ["list-of-lists"] or codes_of(text) == ["bad-name"]


@pytest.mark.parametrize(
    "content", ["#" * (256 * 1024 + 1), b"#" * (256 * 1024 + 1), "\u00e9" * (128 * 1024 + 1)]
)
def test_a_file_of_more_than_256_kib_is_refused(content):  # G44
    assert only_problem_of(content).code == "too-large"


def test_more_than_200_services_are_refused():  # G44
    services = "".join(f"  s{i}: {{resource: {{a: str}}}}\n" for i in range(201))
    assert codes_of(blank_with(services)) == ["too-many"]


def test_more_than_200_fields_are_refused():
    fields = ", ".join(f"f{i}: str" for i in range(201))
    assert codes_of(blank_with(f"  orders: {{resource: {{{fields}}}}}\n")) == ["too-many"]


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system", "!include", "!!str", "!!timestamp", "!"])
def test_a_tag_is_refused(tag):  # G45
    assert "yaml-tag" in codes_of(changed(BLANK, ("monolith", f"{tag} monolith")))


@pytest.mark.parametrize("word", ["no", "on", "yes", "null", "y", "off"])
def test_a_word_that_yaml_would_turn_into_something_else_stays_text(word):  # G32
    spec = load_spec(changed(BLANK, ("orders:", f"{word}:"), ("note:", f"{word}:")), PATH)
    assert spec.services[0].name == word
    assert spec.services[0].resource[0].name == word


@pytest.mark.parametrize("text", ["1e3", "3.10", "22:22", "2024-01-01", "0x1f", "010", "1_000", ".inf", "~"])
def test_a_number_or_a_date_is_no_name(text):  # G32, G45
    problem = only_problem_of(changed(BLANK, ("name: shop", f"name: {text}")))
    assert problem.code == "bad-name"
    assert text in problem.message
    assert (problem.line, problem.column) == (2, 7)


@pytest.mark.parametrize("value", ["{{7*7}}", "{% raw %}", "[a]", "{a: b}"])
def test_what_yaml_reads_as_a_structure_is_no_name(value):  # G36
    assert set(codes_of(changed(BLANK, ("name: shop", f"name: {value}")))) <= {
        "wrong-shape",
        "bad-key",
        "bad-yaml",
    }


def test_a_second_document_is_refused():
    problem = only_problem_of(BLANK + "---\na: b\n")
    assert (problem.code, problem.line) == ("second-document", 8)


@given(st.text(max_size=300))
def test_no_text_does_anything_but_load_or_raise_a_spec_error(text):
    problems_of(text)


@given(st.binary(max_size=300))
def test_no_bytes_do_anything_but_load_or_raise_a_spec_error(content):
    problems_of(content)


@given(
    st.integers(0, len(SHOP)), st.integers(0, 60), st.text(alphabet="{}[]:,-?&*!|>'\"\n\t #a1<.", max_size=6)
)
def test_no_edit_of_a_spec_does_anything_but_load_or_raise_a_spec_error(start, length, inserted):
    for problem in problems_of(SHOP[:start] + inserted + SHOP[start + length :]):
        assert problem.path == PATH
        assert problem.message
        assert "\n" not in problem.message


def test_the_same_problems_are_in_the_exception():
    with pytest.raises(SpecError) as caught:
        load_spec("", PATH)
    assert caught.value.exit_code == 3
