"""What to build follows from the leading pattern and the answers."""

from __future__ import annotations

import pytest

from blueprint.knowledge.shaping import forms, is_hybrid
from blueprint.knowledge.weights import closed_gates
from tests.support.comparisons import base


def form_of(pattern: str, **answers: str) -> tuple[str, bool]:
    """The id of the form, and whether it is a hybrid."""
    gates = closed_gates(answers, base().gates.values())
    (form,) = forms((pattern,), gates, answers, base())
    return form.shape.id, is_hybrid(form, gates, answers)


@pytest.mark.parametrize(
    ("pattern", "answers", "form", "hybrid"),
    [
        ("monolith", {}, "modular-monolith", False),
        ("monolith", {"consistency": "never"}, "modular-monolith", False),
        ("monolith", {"waiting": "some", "load_shape": "bursts"}, "monolith-with-worker", False),
        ("monolith", {"waiting": "later", "followers": "often"}, "monolith-with-worker", False),
        ("monolith", {"waiting": "always", "load_shape": "bursts"}, "modular-monolith", False),
        ("monolith", {"separation": "required"}, "two-monoliths", True),
        ("monolith", {"technologies": "several", "boundaries": "unclear"}, "two-monoliths", True),
        ("microservices", {"teams": "many", "operations": "strong"}, "microservices", False),
        ("microservices", {"teams": "few", "operations": "strong"}, "coarse-services", False),
        ("microservices", {"teams": "many", "operations": "basic"}, "coarse-services", False),
        ("microservices", {"teams": "many", "consistency": "never"}, "microservices", True),
        ("event-driven", {"teams": "many", "waiting": "some"}, "event-driven", True),
        ("event-driven", {"teams": "many", "waiting": "later"}, "event-driven", False),
        ("event-driven", {"boundaries": "emerging"}, "coarse-event-services", False),
    ],
)
def test_a_pattern_has_the_form_that_the_answers_ask_for(
    pattern: str, answers: dict[str, str], form: str, hybrid: bool
) -> None:
    assert form_of(pattern, **answers) == (form, hybrid)


@pytest.mark.parametrize(("work", "form"), [("batch", "scheduled-pipeline"), ("offline", "local-first")])
def test_work_that_no_pattern_is_about_has_a_form_too(work: str, form: str) -> None:
    gates = closed_gates({"work": work}, base().gates.values())
    (found,) = forms((), gates, {"work": work}, base())
    assert (found.pattern, found.shape.id) == (None, form)


def test_every_pattern_has_a_form_for_any_answers() -> None:
    for pattern in base().patterns:
        for separation in ("open", "required"):
            assert form_of(pattern, separation=separation)
