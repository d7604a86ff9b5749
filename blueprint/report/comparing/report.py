"""All parts of a comparison as one document."""

from __future__ import annotations

from datetime import date

from blueprint.knowledge.comparison import Comparison
from blueprint.report.comparing import answer, costs, evidence, sides
from blueprint.report.comparing.sources import sources
from blueprint.report.document import Document, Section, refs_of


def report(comparison: Comparison, built: frozenset[str], today: date) -> Document:
    """The complete report.

    `built` are labels and paths of packs, which determine the available tools; `today` whether prices are
    old.
    """
    problem = comparison.base.problems.get(comparison.request.problem or "")
    sections: tuple[Section | None, ...]
    if problem:
        sections = (
            evidence.problem_answer(problem, comparison.base),
            sides.side_by_side(comparison, problem.criteria),
            sides.challenges(comparison, built, problem.challenges),
        )
    else:
        sections = (
            answer.answer(comparison),
            answer.gates(comparison),
            sides.side_by_side(comparison),
            answer.sensitivity(comparison),
            answer.next_steps(comparison),
            sides.patterns(comparison),
            sides.challenges(comparison, built),
            costs.costs(comparison, today),
            costs.cost_curve(comparison),
            costs.scale(comparison),
            answer.needs(comparison),
            costs.availability(comparison),
            costs.bill_details(comparison),
            evidence.evidence(comparison),
            evidence.article(comparison),
            evidence.cases(comparison),
            costs.assumptions(comparison),
        )
    shown = tuple(section for section in sections if section is not None)
    return Document(_title(comparison), shown, sources(refs_of(shown), comparison))


def _title(comparison: Comparison) -> str:
    name = comparison.request.needs.name or (
        comparison.request.project.name if comparison.request.project else ""
    )
    return f"Architecture of {name}" if name else "Architecture compared"
