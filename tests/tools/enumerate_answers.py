"""Enumerate all combinations of answers: `python -m tests.tools.enumerate_answers`, then read the diff.

Writes `docs/explanation/scenarios/results/all-answers.json`, and the table in
`docs/explanation/nine-scenarios.md`.

A ranking depends on the answers that set weights and on the patterns that gates leave; the form depends on
the others as well. So each ranking is drawn once, and every combination is evaluated with it.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product

from blueprint.knowledge.comparison import scores_of
from blueprint.knowledge.contradictions import clashes
from blueprint.knowledge.needs import Needs
from blueprint.knowledge.shaping import forms, is_hybrid
from blueprint.knowledge.smaa import acceptability
from blueprint.knowledge.verdict import Ranking, ranking
from blueprint.knowledge.weights import closed_gates, left_by, weights_of
from tests.docs.pages import table, with_part
from tests.support.comparisons import FOLDER, base

FILE = FOLDER / "results/all-answers.json"
PAGE = FOLDER.parent / "nine-scenarios.md"
PART = "all answers"
REFUSED, NONE_FITS, UNDECIDED = "refused", "none of the patterns", "undecided"
WORK = "work"

Answers = Mapping[str, str]


def weighting_questions() -> tuple[str, ...]:
    """The questions whose answers set weights."""
    questions = base().questions.values()
    return tuple(each.id for each in questions if any(answer.weights for answer in each.answers.values()))


def combinations(questions: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """All combinations of answers to these questions."""
    for chosen in product(*(base().questions[id].answers for id in questions)):
        yield dict(zip(questions, chosen, strict=True))


def all_combinations() -> Iterator[dict[str, str]]:
    """All combinations of answers to all questions, where requests are served."""
    others = tuple(id for id in base().questions if id != WORK)
    return ({WORK: "requests", **answers} for answers in combinations(others))


@cache
def _ranked(weighting: tuple[tuple[str, str], ...], patterns: tuple[str, ...]) -> Ranking:
    weights = weights_of(Needs(answers=dict(weighting)), base())
    ranges = {id: weight.range for id, weight in weights.items()}
    scores = scores_of(base(), patterns)
    together = acceptability(ranges, scores, correlated=True)
    return ranking(ranges, scores, acceptability(ranges, scores), together)


def leaders(answers: Answers) -> tuple[str, ...]:
    """The winner of a combination, or the patterns that it is undecided between; none if none fits."""
    patterns = left_by(closed_gates(answers, base().gates.values()), base().patterns)
    weighting = tuple((id, answers[id]) for id in weighting_questions())
    return _ranked(weighting, patterns).contenders


def outcome(answers: Answers, contenders: tuple[str, ...]) -> tuple[str, bool]:
    """What a combination leads to, and whether it is a hybrid: the title of the form, or `undecided`."""
    if clashes(answers, base()):
        return REFUSED, False
    gates = closed_gates(answers, base().gates.values())
    found = forms(contenders, gates, answers, base())
    hybrid = any(is_hybrid(form, gates, answers) for form in found)
    if not contenders:
        return NONE_FITS, False
    return (found[0].shape.title if len(found) == 1 else UNDECIDED), hybrid


def counted(rankings: Mapping[str, tuple[str, ...]]) -> dict[str, object]:
    """Totals over all combinations; `rankings` are the leaders by `key_of` a combination."""
    outcomes: Counter[str] = Counter()
    winners: dict[str, Counter[str]] = {}
    hybrids = 0
    for answers in all_combinations():
        contenders = rankings[key_of(answers)]
        name, hybrid = outcome(answers, contenders)
        outcomes[name] += 1
        hybrids += hybrid
        if name != REFUSED:
            first = contenders[0] if len(contenders) == 1 else UNDECIDED
            winners.setdefault(answers["teams"], Counter())[first] += 1
    return {
        "combinations": outcomes.total(),
        "hybrids": hybrids,
        "outcomes": dict(sorted(outcomes.items())),
        "winners_by_teams": {teams: dict(sorted(count.items())) for teams, count in winners.items()},
    }


def key_of(answers: Answers) -> str:
    """The ranking that a combination uses: its weighting answers, and the patterns that gates leave."""
    patterns = left_by(closed_gates(answers, base().gates.values()), base().patterns)
    return " ".join([*(answers[id] for id in weighting_questions()), "|", *patterns])


def drawn() -> dict[str, tuple[str, ...]]:
    """The leaders of every ranking that occurs."""
    found: dict[str, tuple[str, ...]] = {}
    for answers in all_combinations():
        key = key_of(answers)
        if key not in found:
            found[key] = leaders(answers)
    return found


def part_of_page(totals: Mapping[str, object]) -> str:
    """The tables of the page."""
    combinations, outcomes = totals["combinations"], totals["outcomes"]
    assert isinstance(combinations, int) and isinstance(outcomes, dict)
    rows = [
        [name, f"{count:,}", f"{count / combinations:.1%}"]
        for name, count in sorted(outcomes.items(), key=lambda item: -item[1])
    ]
    hybrids = totals["hybrids"]
    assert isinstance(hybrids, int)
    rows.append(["of these, hybrids", f"{hybrids:,}", f"{hybrids / combinations:.1%}"])
    by_teams = totals["winners_by_teams"]
    assert isinstance(by_teams, dict)
    names = [*base().patterns, UNDECIDED]
    shares = [
        [teams, *(f"{count.get(name, 0) / sum(count.values()):.0%}" for name in names)]
        for teams, count in by_teams.items()
    ]
    return f"{table(['outcome', 'combinations', 'share'], rows)}\n\n{table(['teams', *names], shares)}"


def main() -> None:
    rankings = drawn()
    totals = counted(rankings)
    lines = ",\n".join(f"  {json.dumps(key)}: {json.dumps(list(found))}" for key, found in rankings.items())
    FILE.write_text(f'{{"totals": {json.dumps(totals, indent=1)},\n"rankings": {{\n{lines}\n}}}}\n', "utf-8")
    PAGE.write_text(with_part(PAGE.read_text("utf-8"), PART, part_of_page(totals)), "utf-8")
    sys.stdout.write(f"{json.dumps(totals, indent=1)}\n")


if __name__ == "__main__":
    main()
