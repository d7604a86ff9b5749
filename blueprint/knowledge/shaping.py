"""What to build: the form of the pattern that leads, and parts with a form of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from blueprint.knowledge.base import KnowledgeBase
from blueprint.knowledge.model import Gate, Shape

Answers = Mapping[str, str]


class Form(Struct, frozen=True):
    """A shape for the pattern it belongs to (None if none of the patterns fits)."""

    pattern: str | None
    shape: Shape


def forms(
    patterns: Sequence[str], gates: Sequence[Gate], answers: Answers, base: KnowledgeBase
) -> tuple[Form, ...]:
    """The form of each of the patterns, or what fits instead if gates rule out all of them."""
    if not patterns:
        instead = next((gate.instead for gate in gates if gate.instead), None)
        return (Form(None, base.shapes[instead]),) if instead else ()
    apart = any(gate.part and gate.part.demand == "apart" for gate in gates)
    return tuple(Form(pattern, _shape(pattern, apart, answers, base)) for pattern in patterns)


def is_hybrid(form: Form, gates: Sequence[Gate], answers: Answers) -> bool:
    """Whether parts of the system have different forms, or both calls and events connect them."""
    if form.pattern is None:
        return False
    if form.pattern == "monolith":
        return any(gate.part and gate.part.demand == "apart" for gate in gates)
    mixed = form.pattern == "event-driven" and answers.get("waiting") == "some"
    return mixed or any(gate.part for gate in gates)


def _shape(pattern: str, apart: bool, answers: Answers, base: KnowledgeBase) -> Shape:
    return next(
        shape
        for shape in base.shapes.values()
        if shape.of == pattern and shape.apart in (None, apart) and _fits(shape, answers)
    )


def _fits(shape: Shape, answers: Answers) -> bool:
    return not shape.when or any(
        all(answers.get(question) in wanted for question, wanted in condition.items())
        for condition in shape.when
    )
