"""A field that gets another type keeps the rows that it can read, and every other change is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from blueprint.spec.fields import SCALARS
from blueprint.spec.load import load_spec

from .lamps import HEAD, Lamps

KINDS = [
    *SCALARS,
    *("money(EUR)", "money(USD)", "decimal(5,2)", "decimal(6,2)", "decimal(6,3)", "decimal(5,0)"),
    *("ref(lamps)", "list[str]", "list[email]", "list[int]", "list[float]", "list[decimal(5,2)]"),
]
READABLE = {
    "str": {"ref(lamps)"},
    "ref(lamps)": {"str"},
    "email": {"str"},
    "url": {"str"},
    "time": {"str"},
    "date": {"str"},
    "uuid": {"str"},
    "money": {"money(EUR)", "money(USD)"},
    "decimal(5,2)": {"decimal(6,2)"},
    "list[str]": {"json"},
    "list[email]": {"list[str]", "json"},
    "list[int]": {"list[float]", "json"},
    "list[float]": {"json"},
    "list[decimal(5,2)]": {"json"},
}
"""The other types that read all values of a type."""


@pytest.fixture(autouse=True)
def _cache(cache: Path) -> Iterator[None]:
    yield


@pytest.mark.parametrize("before", KINDS)
@pytest.mark.parametrize("optional", ["", "?"])
def test_a_type_becomes_one_that_reads_its_rows_or_is_kept(
    before: str, optional: str, tmp_path: Path
) -> None:
    found = {
        after
        for number, after in enumerate(KINDS)
        if Lamps(tmp_path / str(number), f"it: '{before}{optional}'").becomes(f"it: '{after}{optional}'")
        == "nothing"
    }

    assert found == {before, *READABLE.get(before, ())}


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_of_any_type_can_come_later(kind: str, tmp_path: Path) -> None:
    lamps = Lamps(tmp_path, "name: str")

    assert lamps.becomes(f"name: str, it: '{kind}?'") == "migration"
    assert lamps.becomes(f"name: str, it: '{kind}?'") == "nothing"
    assert lamps.becomes(f"name: str, it: '{kind}'") == "refused"


OWN = "version: 1\nname: shop\npattern: monolith\nstack: fastapi\ntypes: {{{kind}: {{a: str}}}}\nservices:\n"


@pytest.mark.parametrize("kind", ["float", "date", "uuid", "email", "url", "json"])
def test_a_type_of_ones_own_has_precedence_over_one_with_its_name(kind: str) -> None:
    fields = f"{{one: {kind}, many: 'list[{kind}]?'}}"
    text = (
        OWN.format(kind=kind) + f"  lamps:\n    resource: {fields}\n    actions: {{do: {{in: {fields}}}}}\n"
    )
    spec = load_spec(text, "blueprint.yaml")
    [lamps] = spec.services

    for found in (lamps.resource or (), lamps.actions[0].inputs):
        assert [str(field.type.innermost.of) for field in found] == [kind, kind]
    assert not (spec.formats or spec.numbers)
    assert (
        load_spec(f"{HEAD}    resource: {fields}\n", "blueprint.yaml").services[0].resource != lamps.resource
    )


def test_rows_of_a_type_of_ones_own_are_not_read_as_the_built_in_one(tmp_path: Path) -> None:
    lamps = Lamps(tmp_path, "it: email", types="email: {local: str}")

    assert lamps.becomes("it: email", types="email: {local: str}") == "nothing"
    assert lamps.becomes("it: email") == "refused"
