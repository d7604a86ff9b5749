"""A new step finds its place behind the one that is named, and whoever errs is told what is there."""

from __future__ import annotations

import pytest

from blueprint.errors import SpecError
from blueprint.spec.joining import index_after, workflow_named
from blueprint.spec.load import load_spec

from .examples import PATH, SHOP

CHECKOUT = load_spec(SHOP, PATH).workflows[0]


@pytest.mark.parametrize(
    ("after", "index"),
    [
        (None, 2),
        ("orders", 0),
        ("products", 1),
        ("products.reserve", 1),
        ("payments", 2),
        ("payments.charge", 2),
    ],
)
def test_a_step_stands_behind_what_is_named(after: str | None, index: int) -> None:
    assert index_after(CHECKOUT, after) == index


@pytest.mark.parametrize(
    ("after", "meant"), [("order", "orders"), ("product", "products"), ("paymnts", "payments")]
)
def test_what_is_no_part_of_the_workflow_comes_with_what_was_meant(after: str, meant: str) -> None:
    with pytest.raises(SpecError) as raised:
        index_after(CHECKOUT, after)

    [problem] = raised.value.problems
    assert (problem.code, problem.hint) == ("unknown-step", f'did you mean "{meant}"?')


def test_a_workflow_that_is_not_there_comes_with_what_was_meant() -> None:
    with pytest.raises(SpecError) as raised:
        workflow_named(load_spec(SHOP, PATH), "chekout")

    [problem] = raised.value.problems
    assert (problem.code, problem.hint) == ("unknown-workflow", 'did you mean "checkout"?')
