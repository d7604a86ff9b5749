"""Answers that exclude each other, and the least change that resolves them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, product

from blueprint.errors import Problem, SpecError
from blueprint.knowledge.base import KnowledgeBase
from blueprint.knowledge.model import Contradiction

Answers = Mapping[str, str]
_MOST_ALTERNATIVES = 3


def clashes(answers: Answers, base: KnowledgeBase) -> tuple[Contradiction, ...]:
    """The contradictions among the answers."""
    return tuple(
        each
        for each in base.contradictions.values()
        if all(answers.get(key) == value for key, value in each.when.items())
    )


def refuse_contradictions(answers: Answers, base: KnowledgeBase) -> None:
    """Raise SpecError with all answers that clash, the reason, and the least change."""
    if problem := contradiction(answers, base):
        raise SpecError(problem)


def contradiction(answers: Answers, base: KnowledgeBase) -> Problem | None:
    """All answers that clash, the reason, and the least change."""
    found = clashes(answers, base)
    if not found:
        return None
    named = {key: value for each in found for key, value in each.when.items()}
    listed = " and ".join(f"{key}: {value}" for key, value in named.items())
    reasons = " ".join(each.reason.text for each in found)
    hint = f"the least change: {' or '.join(map(_written, least_changes(answers, base)))}"
    return Problem("contradiction", f"these answers exclude each other: {listed}. {reasons}", hint)


def least_changes(answers: Answers, base: KnowledgeBase) -> tuple[Answers, ...]:
    """The smallest changes that leave no contradiction: as few answers as possible, each to its nearest
    one.
    """
    named = tuple({key: None for each in clashes(answers, base) for key in each.when})
    for count in range(1, len(named) + 1):
        found = [
            (steps, change)
            for questions in combinations(named, count)
            for steps, change in _changes(questions, answers, base)
            if not clashes({**answers, **change}, base)
        ]
        if found:
            least = min(steps for steps, _ in found)
            return tuple(change for steps, change in found if steps == least)[:_MOST_ALTERNATIVES]
    return ()


def _changes(
    questions: tuple[str, ...], answers: Answers, base: KnowledgeBase
) -> Iterator[tuple[int, dict[str, str]]]:
    """Other answers to all of these questions, and by how many steps they differ in sum."""
    options = [list(base.questions[id].answers) for id in questions]
    for chosen in product(*options):
        steps = [
            abs(listed.index(new) - listed.index(answers[id]))
            for id, new, listed in zip(questions, chosen, options, strict=True)
        ]
        if all(steps):
            yield sum(steps), dict(zip(questions, chosen, strict=True))


def _written(change: Answers) -> str:
    return " and ".join(f"{key}: {value}" for key, value in change.items())
