"""What templates can do, and what they cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from blueprint.catalog.faults import PackError
from tests.unit.catalog.toys import SPEC
from tests.unit.render.support import one_file, rendered, text


def test_a_template_knows_the_project(tmp_path: Path) -> None:
    template = "{{ project }} {{ package }} {{ project.pascal }} {{ pattern.title }} {{ preset is none }}\n"

    assert one_file(tmp_path, template) == "web-shop web_shop WebShop Many True\n"


def test_a_template_about_a_service_knows_it(tmp_path: Path) -> None:
    tree = rendered(tmp_path, stack={"files/[service].txt.j2": "{{ service.name.human }}"})

    assert text(tree, "order_items.txt") == "order items"


def test_a_template_about_a_deployable_knows_it(tmp_path: Path) -> None:
    tree = rendered(tmp_path, stack={"files/[deployable].txt.j2": "{{ deployable.services | length }}"})

    assert text(tree, "products.txt") == "1"


def test_a_slot_joins_fragments_in_the_order_of_layers(tmp_path: Path) -> None:
    made = one_file(
        tmp_path, '[{{ slot("s") }}]', log={"slots/s.j2": "log\n"}, base={"slots/s.j2": "{{ package }}\n"}
    )

    assert made == "[web_shop\nlog]"


def test_a_slot_on_its_own_line_takes_the_indentation_of_the_line(tmp_path: Path) -> None:
    template = 'class A:\n    {{ slot("s") }}\n    last\n'

    assert (
        one_file(tmp_path, template, log={"slots/s.j2": "a\n\n  b\n"})
        == "class A:\n    a\n\n      b\n    last\n"
    )


def test_a_slot_on_its_own_line_leaves_nothing_where_nobody_fills_it(tmp_path: Path) -> None:
    assert one_file(tmp_path, 'a\n  {{ slot("nobody") }}\nb\n') == "a\nb\n"


def test_an_empty_slot_is_false(tmp_path: Path) -> None:
    assert one_file(tmp_path, '{% if slot("nobody") %}x{% else %}y{% endif %}') == "y"


def test_a_fragment_knows_what_the_template_around_it_knows(tmp_path: Path) -> None:
    tree = rendered(
        tmp_path,
        stack={"files/[service].txt.j2": '{{ slot("s") }}'},
        log={"slots/s.j2": "{{ service.name }}"},
    )

    assert text(tree, "products.txt") == "products"


def test_macros_are_loaded_by_the_kind_of_their_pack_and_know_the_project(tmp_path: Path) -> None:
    macros = {"macros/m.j2": "{% macro hello(x) %}{{ package }} {{ x }}{% endmacro %}"}

    made = one_file(tmp_path, '{% from "stack/m.j2" import hello %}{{ hello(1) }}', stack=macros)

    assert made == "web_shop 1"


def test_blocks_leave_no_lines_and_the_last_line_keeps_its_end(tmp_path: Path) -> None:
    template = (
        "{% for service in services %}\n  {% if true %}\n{{ service.name }}\n  {% endif %}\n{% endfor %}\n"
    )

    assert one_file(tmp_path, template) == "products\norder-items\n"


def test_a_name_that_is_not_known_names_the_template_and_the_line(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="'nobody' is undefined") as raised:
        one_file(tmp_path, "a\n{{ nobody }}\n")

    (problem,) = raised.value.problems
    assert (problem.path, problem.line) == (str(tmp_path / "stack/files/out.txt.j2"), 2)


def test_the_place_of_a_fault_is_in_the_fragment_that_has_it(tmp_path: Path) -> None:
    with pytest.raises(PackError) as raised:
        one_file(tmp_path, 'a\n{{ slot("s") }}\n', log={"slots/s.j2": "\n\n\n{{ spec.nothing }}\n"})

    (problem,) = raised.value.problems
    assert (problem.path, problem.line) == (str(tmp_path / "log/slots/s.j2"), 4)


def test_lines_below_a_slot_keep_their_number(tmp_path: Path) -> None:
    with pytest.raises(PackError) as raised:
        one_file(tmp_path, '{{ slot("s") }}\n{{ slot("t") }}\n{{ nobody }}\n')

    assert raised.value.problems[0].line == 3


def test_a_template_that_does_not_parse_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(PackError) as raised:
        one_file(tmp_path, "a\n{% if %}\n")

    (problem,) = raised.value.problems
    assert (problem.path, problem.line) == (str(tmp_path / "stack/files/out.txt.j2"), 2)


def test_macros_that_are_there_twice_name_both_packs(tmp_path: Path) -> None:
    second = {"pack.yaml": "kind: base\nid: other\ntitle: O\nsummary: o\n", "macros/m.j2": ""}

    with pytest.raises(PackError, match=r"base/m\.j2 are in base/base and in base/other"):
        rendered(tmp_path, base={"macros/m.j2": ""}, second=second)


@pytest.mark.parametrize(
    "template",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ spec.__class__ }}",
        "{{ slot.__globals__ }}",
        "{{ routes_of.func.__globals__ }}",
        "{{ (spec | attr('__class__')).__name__ }}",
        "{{ cycler.__init__.__globals__.os }}",
        "{{ joiner.__init__.__globals__ }}",
        "{{ namespace.__init__.__globals__ }}",
        "{{ '{0.__class__}'.format(spec) }}",
        "{{ [].append(1) }}",
        "{{ range(10000000) | list }}",
        "{% include '/etc/passwd' %}",
        "{% include '../../pyproject.toml' %}",
        "{{ self.__init__.__globals__ }}",
        "{{ lipsum() }}",
        "{{ [1, 2] | random }}",
    ],
)
def test_a_template_cannot_leave_the_sandbox(tmp_path: Path, template: str) -> None:
    with pytest.raises((PackError, OverflowError)):
        one_file(tmp_path, template)


def test_what_looks_like_a_template_in_the_spec_stays_as_it_is(tmp_path: Path) -> None:
    spec = SPEC + "# {{ 7 * 7 }} {% raw %} ${package}\n"

    assert text(rendered(tmp_path, spec), "blueprint.yaml") == spec


def test_a_file_that_is_no_template_is_copied_byte_for_byte(tmp_path: Path) -> None:
    tree = rendered(tmp_path, stack={"files/a.txt": "{{ 7 * 7 }}\r\n  "})

    assert text(tree, "a.txt") == "{{ 7 * 7 }}\r\n  "


def test_what_renders_to_nothing_is_not_written(tmp_path: Path) -> None:
    tree = rendered(tmp_path, stack={"files/[service].txt.j2": "{% if false %}x{% endif %} \n"})

    assert "products.txt" not in tree


def test_an_empty_package_and_an_empty_template_are_written(tmp_path: Path) -> None:
    tree = rendered(tmp_path, stack={"files/p/__init__.py": "", "files/.gitkeep.j2": ""})

    assert {"p/__init__.py", ".gitkeep"} <= set(tree)


def test_a_template_keeps_its_executable_bit_and_who_owns_it(tmp_path: Path) -> None:
    (tmp_path / "stack/seed").mkdir(parents=True)
    (tmp_path / "stack/seed/run.sh.j2").touch(mode=0o755)

    blob = rendered(tmp_path, stack={"seed/run.sh.j2": "#!/bin/sh\n"})["run.sh"]

    assert (blob.executable, blob.seeded) == (True, True)
