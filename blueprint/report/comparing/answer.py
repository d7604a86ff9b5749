"""The answer: the leading pattern, its certainty, gates, and sensitivity."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import asdict

from blueprint.knowledge.comparison import Comparison
from blueprint.knowledge.model import Gate
from blueprint.knowledge.verdict import Tipping
from blueprint.knowledge.writing import written_needs
from blueprint.report.comparing.wording import percent, plain, said, span, titles
from blueprint.report.document import (
    Bar,
    Bars,
    Block,
    Bullets,
    Code,
    Grid,
    Paragraph,
    Row,
    Section,
    Sentence,
)

_METHOD = ("smaa", "our-draws")
_BAND_WORDS = {"clear": "a clear lead", "leaning": "only a leaning"}


def answer(comparison: Comparison) -> Section:
    """The recommendation and its certainty."""
    blocks: list[Block] = [Paragraph(headline(comparison), strong=True), _bars(comparison)]
    if unknown := [id for id in comparison.library.questions if id not in comparison.request.needs.answers]:
        blocks.append(Paragraph(_unknown(unknown, comparison)))
    return Section("answer", "The answer", tuple(blocks))


def headline(comparison: Comparison) -> Sentence:
    """`Monolith first in 83 % of plausible weightings: a clear lead.`"""
    left = comparison.left
    title = comparison.library.patterns[left.leader].title
    if left.band == "the only one left":
        gates = " and ".join(
            f"{key}: {value}" for gate in comparison.gates for key, value in gate.when.items()
        )
        if not gates:
            return Sentence(f"{title} is the only requested pattern, so there is no comparison.")
        refs = tuple(f"needs:answers.{key}" for gate in comparison.gates for key in gate.when)
        return Sentence(f"{title} is the only pattern that meets your hard limits ({gates}).", refs)
    shares = _by_share(comparison)
    first, share = shares[0]
    if not comparison.is_informed:
        text = (
            "Without your needs there is no recommendation; "
            f"over all possible weightings, {first} comes first in {share}."
        )
        return Sentence(text, _METHOD, computed=True)
    refs = (*_METHOD, "our-bands")
    if left.band == "no clear winner":
        others = ", ".join(f"{name} in {each}" for name, each in shares[1:])
        text = f"No clear winner: {first} comes first in {share} of plausible weightings, {others}."
        return Sentence(text, refs, computed=True)
    return Sentence(
        f"{first} first in {share} of plausible weightings: {_BAND_WORDS[left.band]}.", refs, True
    )


def _by_share(comparison: Comparison) -> list[tuple[str, str]]:
    """Names and shares of first ranks, largest first."""
    left = comparison.left
    ordered = sorted(left.order, key=left.acceptability.first, reverse=True)
    return [(comparison.library.patterns[id].title, percent(left.acceptability.first(id))) for id in ordered]


def _bars(comparison: Comparison) -> Bars:
    left = sorted(comparison.left.order, key=comparison.left.acceptability.first, reverse=True)
    bars = [
        Bar(
            comparison.library.patterns[id].title,
            share,
            "the only one left" if share == 1 == len(left) else percent(share),
        )
        for id in left
        for share in (comparison.left.acceptability.first(id),)
    ]
    removed = [id for id in comparison.patterns if id not in comparison.left.values]
    bars += [
        Bar(comparison.library.patterns[id].title, 0.0, "", _ruled_out(id, comparison)) for id in removed
    ]
    return Bars(tuple(bars), _METHOD)


def _ruled_out(pattern: str, comparison: Comparison) -> str:
    return f"ruled out ({', '.join(gate.id for gate in comparison.removed_by(pattern))})"


def _unknown(ids: list[str], comparison: Comparison) -> Sentence:
    if len(ids) == len(comparison.library.questions):
        return Sentence("State your needs with blueprint compare --ask or --for needs.yaml.")
    return Sentence(f"Unanswered, so all values are considered: {', '.join(ids)}.")


def gates(comparison: Comparison) -> Section | None:
    """Patterns ruled out by gates."""
    if not comparison.gates:
        return None
    blocks: list[Block] = [Bullets(tuple(_gate(gate, comparison) for gate in comparison.gates))]
    against = {id: None for gate in comparison.gates for id in gate.con}
    if against:
        claims = (comparison.library.claims[id] for id in against)
        blocks.append(
            Bullets(tuple(Sentence(f"Counterargument: {claim.statement}", (claim.id,)) for claim in claims))
        )
    blocks.append(Paragraph(_without_gates(comparison)))
    return Section("gates", "Ruled out first", tuple(blocks))


def _gate(gate: Gate, comparison: Comparison) -> Sentence:
    removed = [id for id in gate.removes if id in comparison.patterns]
    given = ", ".join(f"{key}: {value}" for key, value in gate.when.items())
    who = titles(removed or gate.removes, comparison.library)
    text = f"{who}, because you answered {given}. {gate.reason.text} To lift it: {gate.undo}."
    return Sentence(text, (*(f"needs:answers.{key}" for key in gate.when), *gate.reason.refs))


def _without_gates(comparison: Comparison) -> Sentence:
    """The ranking by scores alone."""
    everything = comparison.all
    shares = ", ".join(
        f"{comparison.library.patterns[id].title} {percent(everything.acceptability.first(id))}"
        for id in everything.order
    )
    return Sentence(f"By scores alone, first ranks would be: {shares}.", _METHOD, computed=True)


def needs(comparison: Comparison) -> Section:
    """The user's answers, and the derived weights."""
    request, library = comparison.request, comparison.library
    answers = [
        Row((question.ask, _answer_title(id, comparison)), (f"needs:answers.{id}",))
        for id, question in library.questions.items()
        if id in request.needs.answers
    ]
    weights = [
        Row(
            (library.criteria[id].title, span(weight.range), _source_words(weight.source)),
            _weight_refs(weight.source),
            computed=True,
        )
        for id, weight in comparison.weights.items()
    ]
    blocks: list[Block] = []
    if answers:
        blocks.append(Grid(("asked", "answered"), tuple(answers)))
    blocks.append(Grid(("criterion", "swing weight", "from"), tuple(weights), (1,)))
    blocks.append(Grid(("load", "value"), tuple(_load_rows(comparison)), (1,)))
    blocks.append(Code(written_needs(comparison.request.needs), "yaml"))
    return Section("needs", "Your needs", tuple(blocks), brief=False)


def _answer_title(id: str, comparison: Comparison) -> str:
    return comparison.library.questions[id].answers[comparison.request.needs.answers[id]].title


def _source_words(source: str) -> str:
    kind, _, key = source.partition(".")
    return {"answers": f"your answer on {key}", "weights": "stated by you"}.get(kind, "unknown: any value")


def _weight_refs(source: str) -> tuple[str, ...]:
    if source == "unknown":
        return ("swing-weights", "our-scale")
    stated = ("our-spread",) if source.startswith("weights.") else ()
    return (f"needs:{source}", "swing-weights", *stated)


def _load_rows(comparison: Comparison) -> Iterator[Row]:
    load, project = comparison.request.needs.load, comparison.request.project
    for name, value in asdict(load).items():
        shown = "as assumed" if value is None else value if isinstance(value, str) else plain(value)
        is_counted = project is not None and value == getattr(project, name, None)
        origin = f" (of {project.name})" if project and is_counted else ""
        yield Row((f"{name.replace('_', ' ')}{origin}", shown), (f"needs:load.{name}",))


def sensitivity(comparison: Comparison) -> Section | None:
    """The weight of each criterion at which another pattern leads."""
    # With one option left nothing can tip, so show the tipping points without gates.
    ranking = comparison.left if len(comparison.left.order) > 1 else comparison.all
    if len(ranking.order) == 1:
        return None
    rows = [
        Row(
            (comparison.library.criteria[each.criterion].title, percent(each.now), _tips(each, comparison)),
            ("tipping", "swing-weights"),
            computed=True,
        )
        for each in ranking.tipping
    ]
    wins = [
        Sentence(
            f"{titles([one], comparison.library)} beats {titles([other], comparison.library)} in "
            f"{percent(ranking.acceptability.wins[one, other])} of the draws.",
            _METHOD,
            computed=True,
        )
        for index, one in enumerate(ranking.order)
        for other in ranking.order[index + 1 :]
    ]
    grid = Grid(("criterion", "share of all weight", "lead changes"), tuple(rows), (1,))
    title = "Tipping points" if ranking is comparison.left else "Tipping points without gates"
    return Section("sensitivity", title, (grid, Bullets(tuple(wins))))


def _tips(tipping: Tipping, comparison: Comparison) -> str:
    if tipping.at is None or tipping.leader is None:
        return "at no weight"
    direction = "above" if tipping.at > tipping.now else "below"
    return f"to {comparison.library.patterns[tipping.leader].title} {direction} {percent(tipping.at)}"


def next_steps(comparison: Comparison) -> Section:
    """The hybrid option, and triggers for a review."""
    leader = comparison.library.patterns[comparison.left.leader]
    hybrid = Sentence(f"Hybrid: {leader.hybrid.text} See {leader.hybrid.place}.")
    revisit = Bullets(tuple(said(each) for each in leader.revisit))
    title = "Reconsider when" if comparison.is_informed else f"With {leader.title}, reconsider when"
    blocks: tuple[Block, ...] = (Paragraph(hybrid), Paragraph(Sentence(f"{title}:")), revisit)
    return Section("next", "Hybrid, and later", blocks)
