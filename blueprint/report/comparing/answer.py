"""The answer: the leading pattern, its certainty, gates, and sensitivity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import asdict

from blueprint.knowledge.comparison import Comparison
from blueprint.knowledge.model import Gate, Part
from blueprint.knowledge.verdict import Tipping, nearest_tipping
from blueprint.knowledge.writing import written_needs
from blueprint.report.comparing.wording import claimed, frequency, listed, percent, plain, said, span, titles
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

_METHOD = ("smaa", "our-draws", "our-error-models")
_BAND_WORDS = {"clear": "a clear lead", "leaning": "only a leaning"}


def answer(comparison: Comparison) -> Section:
    """The recommendation and its certainty."""
    blocks: list[Block] = [Paragraph(headline(comparison), strong=True), _bars(comparison)]
    blocks += what_to_build(comparison)
    if ignored := comparison.request.without_gates:
        blocks.append(Paragraph(Sentence(f"Gates that are not applied: {listed(ignored)}.")))
    if unknown := [id for id in comparison.base.questions if id not in comparison.request.needs.answers]:
        blocks.append(Paragraph(_unknown(unknown, comparison)))
    return Section("answer", "The answer", tuple(blocks))


def headline(comparison: Comparison) -> Sentence:
    """`Monolith first in 90 %, or 66 % with correlated errors, of plausible weightings: only a leaning.`"""
    left = comparison.left
    if left.band == "none fits":
        return _none_fits(comparison)
    if left.band == "the only one left":
        return _only_one(comparison)
    title = comparison.base.patterns[left.by_share[0]].title
    shares = _both_shares(left.by_share[0], comparison)
    if not comparison.is_informed:
        text = (
            "Without your needs there is no recommendation; "
            f"over all possible weightings, {title} comes first in {shares}."
        )
        return Sentence(text, _METHOD, computed=True)
    refs = (*_METHOD, "our-bands")
    if comparison.winner is None:
        names = [
            f"{comparison.base.patterns[id].title} (first in {_both_shares(id, comparison)})"
            for id in left.contenders
        ]
        return Sentence(f"Undecided between {listed(names)}.", refs, computed=True)
    return Sentence(
        f"{title} first in {shares}, of plausible weightings: {_BAND_WORDS[left.band]}.", refs, computed=True
    )


def _both_shares(pattern: str, comparison: Comparison) -> str:
    """`90 %, or 66 % with correlated errors`, the shares of first ranks under both kinds of errors."""
    left = comparison.left
    independent, correlated = left.acceptability.first(pattern), left.correlated.first(pattern)
    return f"{frequency(independent)}, or {frequency(correlated)} with correlated errors"


def _given(gates: Iterable[Gate]) -> tuple[str, tuple[str, ...]]:
    """The answers that closed the gates, as text and as refs."""
    answers = {key: value for gate in gates for key, value in gate.when.items()}
    text = " and ".join(f"{key}: {value}" for key, value in answers.items())
    return text, tuple(f"needs:answers.{key}" for key in answers)


def _only_one(comparison: Comparison) -> Sentence:
    title = comparison.base.patterns[comparison.left.order[0]].title
    gates, refs = _given(gate for gate in comparison.gates if set(gate.removes) & set(comparison.patterns))
    if not gates:
        return Sentence(f"{title} is the only requested pattern, so there is no comparison.")
    return Sentence(f"{title} is the only pattern that meets your hard limits ({gates}).", refs)


def _none_fits(comparison: Comparison) -> Sentence:
    gates, refs = _given(gate for gate in comparison.gates if set(gate.removes) & set(comparison.patterns))
    if not comparison.forms:
        return Sentence(f"None of the requested patterns meets your hard limits ({gates}).", refs)
    title = comparison.forms[0].shape.title
    return Sentence(f"None of these patterns fits ({gates}). What fits is {_lower(title)}.", refs)


def _lower(title: str) -> str:
    return title[:1].lower() + title[1:]


def what_to_build(comparison: Comparison) -> list[Block]:
    """The form of each contender, and the parts that have a form of their own."""
    if not comparison.is_informed:
        return []
    blocks: list[Block] = [
        Paragraph(
            Sentence(
                f"Build: {form.shape.title}. {form.shape.summary} {form.shape.why.text}", form.shape.why.refs
            )
        )
        for form in comparison.forms
    ]
    parts = [_part(gate, gate.part) for gate in comparison.gates if gate.part]
    if any(form.pattern == "event-driven" for form in comparison.hybrids) and _some_wait(comparison):
        text = "By calls: every operation whose result a caller waits for."
        parts.append(Sentence(text, ("needs:answers.waiting",)))
    if parts and comparison.left.order:
        rest = " or ".join(_lower(form.shape.title) for form in comparison.forms)
        blocks.append(Bullets((*parts, Sentence(f"Everything else: as above, {rest}."))))
    return blocks


def _some_wait(comparison: Comparison) -> bool:
    return comparison.request.needs.answers.get("waiting") == "some"


def _part(gate: Gate, part: Part) -> Sentence:
    form = {"together": "In one service with one database", "apart": "In a process of its own"}[part.demand]
    given, refs = _given((gate,))
    return Sentence(f"{form}: {part.what} ({given}). {gate.reason.text}", (*refs, *gate.reason.refs))


def _bars(comparison: Comparison) -> Bars:
    left = comparison.left
    bars = [_bar(id, comparison) for id in left.by_share]
    removed = [id for id in comparison.patterns if id not in left.values]
    bars += [Bar(comparison.base.patterns[id].title, 0.0, "", _ruled_out(id, comparison)) for id in removed]
    return Bars(tuple(bars), _METHOD)


def _bar(pattern: str, comparison: Comparison) -> Bar:
    """The smaller share is the length, so that the bar shows what the verdict is based on."""
    left, title = comparison.left, comparison.base.patterns[pattern].title
    if len(left.order) == 1:
        return Bar(title, 1.0, "the only one left")
    independent, correlated = left.acceptability.first(pattern), left.correlated.first(pattern)
    return Bar(title, independent, f"{frequency(independent)}, correlated {frequency(correlated)}")


def _ruled_out(pattern: str, comparison: Comparison) -> str:
    return f"ruled out ({', '.join(gate.id for gate in comparison.removed_by(pattern))})"


def _unknown(ids: list[str], comparison: Comparison) -> Sentence:
    if len(ids) == len(comparison.base.questions):
        return Sentence("State your needs with blueprint compare --ask or --for needs.yaml.")
    return Sentence(f"Unanswered, so all values are considered: {', '.join(ids)}.")


def gates(comparison: Comparison) -> Section | None:
    """Patterns ruled out by gates."""
    closed = [gate for gate in comparison.gates if gate.removes]
    if not closed:
        return None
    blocks: list[Block] = [Bullets(tuple(_gate(gate, comparison) for gate in closed))]
    against = {id: None for gate in closed for id in gate.con}
    if against:
        claims = (comparison.base.claims[id] for id in against)
        blocks.append(
            Bullets(
                tuple(Sentence(f"Counterargument: {claimed(claim).text}", (claim.id,)) for claim in claims)
            )
        )
    blocks.append(Paragraph(_without_gates(comparison)))
    return Section("gates", "Ruled out first", tuple(blocks))


def _gate(gate: Gate, comparison: Comparison) -> Sentence:
    removed = [id for id in gate.removes if id in comparison.patterns]
    given = ", ".join(f"{key}: {value}" for key, value in gate.when.items())
    who = titles(removed or gate.removes, comparison.base)
    text = f"{who}, because you answered {given}. {gate.reason.text} To lift it: {gate.undo}."
    return Sentence(text, (*(f"needs:answers.{key}" for key in gate.when), *gate.reason.refs))


def _without_gates(comparison: Comparison) -> Sentence:
    """The ranking by scores alone."""
    everything = comparison.all
    shares = ", ".join(
        f"{comparison.base.patterns[id].title} {frequency(everything.acceptability.first(id))}"
        for id in everything.by_share
    )
    return Sentence(f"By scores alone, first ranks would be: {shares}.", _METHOD, computed=True)


def needs(comparison: Comparison) -> Section:
    """The user's answers, and the derived weights."""
    request, base = comparison.request, comparison.base
    answers = [
        Row((question.ask, _answer_title(id, comparison)), (f"needs:answers.{id}",))
        for id, question in base.questions.items()
        if id in request.needs.answers
    ]
    weights = [
        Row(
            (base.criteria[id].title, span(weight.range), _source_words(weight.source)),
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
    return comparison.base.questions[id].answers[comparison.request.needs.answers[id]].title


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
            (comparison.base.criteria[each.criterion].title, percent(each.now), _tips(each, comparison)),
            ("tipping", "swing-weights"),
            computed=True,
        )
        for each in ranking.tipping
    ]
    wins = [
        Sentence(
            f"{titles([one], comparison.base)} beats {titles([other], comparison.base)} in "
            f"{frequency(ranking.acceptability.wins[one, other])} of the draws.",
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
    """Who leads on which side; with a winner, only where the lead changes to."""
    if tipping.at is None or tipping.leader is None:
        return "at no weight"
    other = comparison.base.patterns[tipping.leader].title
    direction, opposite = ("above", "below") if tipping.at > tipping.now else ("below", "above")
    if comparison.winner:
        return f"to {other} {direction} {percent(tipping.at)}"
    ranking = comparison.left if len(comparison.left.order) > 1 else comparison.all
    first = comparison.base.patterns[ranking.order[0]].title
    return f"{first} {opposite} {percent(tipping.at)}, {other} {direction}"


def what_would_decide(comparison: Comparison) -> Sentence | None:
    """The nearest tipping point, and the questions that are open; None if there is a winner."""
    if comparison.winner or not comparison.left.order:
        return None
    open_questions = [id for id in comparison.base.questions if id not in comparison.request.needs.answers]
    parts, refs = [], ["tipping", "swing-weights"]
    if nearest := nearest_tipping(comparison.left):
        name = comparison.base.criteria[nearest.criterion].title
        parts.append(
            f"the weight of {_lower(name)}, now {percent(nearest.now)} of all weight "
            f"({_tips(nearest, comparison)})"
        )
    if open_questions:
        parts.append(f"an answer on {listed(open_questions)}")
    if not parts:
        return None
    return Sentence(f"What would decide it: {'; or '.join(parts)}.", tuple(refs), computed=True)


def next_steps(comparison: Comparison) -> Section | None:
    """The hybrid option of each contender, what would decide between them, and triggers for a review."""
    if not comparison.left.order:
        return None
    blocks: list[Block] = []
    if decide := what_would_decide(comparison):
        blocks.append(Paragraph(decide))
    leaders = [comparison.base.patterns[id] for id in comparison.left.contenders]
    for leader in leaders if comparison.is_informed else leaders[:1]:
        package = comparison.request.project.package if comparison.request.project else ""
        place = leader.hybrid.place.replace("{package}", package) if package else leader.hybrid.place
        blocks.append(Paragraph(Sentence(f"{leader.title}, hybrid: {leader.hybrid.text} See {place}.")))
        title = "Reconsider when" if comparison.winner else f"With {leader.title}, reconsider when"
        blocks.append(Paragraph(Sentence(f"{title}:")))
        blocks.append(Bullets(tuple(said(each) for each in leader.revisit)))
    return Section("next", "Hybrid, and later", tuple(blocks))
