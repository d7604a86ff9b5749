"""The patterns side by side: scores, strengths and weaknesses, challenges with their tools."""

from __future__ import annotations

from collections.abc import Collection

from blueprint.knowledge.comparison import Comparison
from blueprint.knowledge.model import Challenge, Criterion
from blueprint.report.comparing.wording import in_project, said, span
from blueprint.report.document import Block, Bullets, Grid, Paragraph, Row, Section, Sentence


def side_by_side(comparison: Comparison, only: Collection[str] = ()) -> Section:
    """The scores of each pattern on each criterion, or on some of them."""
    base, patterns = comparison.base, comparison.patterns
    header = ("criterion", *(base.patterns[id].title for id in patterns))
    rows = tuple(
        _criterion_row(criterion, patterns)
        for id, criterion in base.criteria.items()
        if not only or id in only
    )
    note = Sentence(
        "Scores are from 0 to 10 on scales that do not depend on the options. The intervals are our "
        "judgement of the evidence, for and against; blueprint explain CRITERION shows both.",
        ("our-scale",),
    )
    grid = Grid(header, rows, tuple(range(1, len(header))))
    return Section("sides", "Side by side", (grid, Paragraph(note)))


def _criterion_row(criterion: Criterion, patterns: tuple[str, ...]) -> Row:
    scores = [criterion.scores[id] for id in patterns]
    refs = dict.fromkeys(ref for score in scores for ref in (*score.pro, *score.con))
    cells = (criterion.title, *(span(score.range) for score in scores))
    return Row(cells, ("our-scale", *refs), computed=True)


def patterns(comparison: Comparison) -> Section:
    """A summary of each pattern, with pros and cons."""
    blocks: list[Block] = []
    for id in comparison.patterns:
        pattern = comparison.base.patterns[id]
        blocks.append(Paragraph(Sentence(f"{pattern.title}. {pattern.summary} Fits: {pattern.good_for}")))
        strengths = [said(each) for each in pattern.strengths]
        weaknesses = [said(each) for each in pattern.weaknesses]
        blocks.append(
            Bullets(
                (
                    *(Sentence(f"+ {each.text}", each.refs) for each in strengths),
                    *(Sentence(f"− {each.text}", each.refs) for each in weaknesses),
                )
            )
        )
    return Section("patterns", "Pros and cons of the patterns", tuple(blocks), brief=False)


def challenges(comparison: Comparison, built: frozenset[str], only: Collection[str] = ()) -> Section:
    """Challenges, the tools that address them, and the places in a generated project."""
    wanted = [
        challenge
        for id, challenge in comparison.base.challenges.items()
        if (not only or id in only) and (only or set(challenge.of) & set(comparison.patterns))
    ]
    pattern, package = _place_of(comparison)
    rows = tuple(Row(_challenge_cells(each, comparison, built, pattern, package)) for each in wanted)
    title = comparison.base.patterns[pattern].title
    if package:
        text = f"Places are those of your project, {title}. blueprint explain CHALLENGE shows all patterns."
    else:
        text = (
            f"Places are those of a generated project as {title}, its code below src/{{package}}. "
            "blueprint explain CHALLENGE shows all patterns."
        )
    note = Sentence(text)
    grid = Grid(("challenge", "tools", "answered in"), rows)
    return Section("challenges", "Challenges and tools", (grid, Paragraph(note)))


def _place_of(comparison: Comparison) -> tuple[str, str]:
    """The pattern and the package of the reader's project, or the pattern that is recommended."""
    if project := comparison.request.project:
        return project.pattern, project.package
    leading = comparison.left.order or comparison.all.order
    return comparison.winner or leading[0], ""


def _challenge_cells(
    challenge: Challenge, comparison: Comparison, built: frozenset[str], pattern: str, package: str
) -> tuple[str, str, str]:
    tools = (comparison.base.tools[id] for id in challenge.tools)
    names = [each.title if each.is_built(built) else f"{each.title} (planned)" for each in tools]
    spot = challenge.places.get(pattern)
    return challenge.title, ", ".join(names), in_project(spot, package) if spot else "does not arise"
