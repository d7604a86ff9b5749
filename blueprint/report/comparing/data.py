"""A comparison as JSON data. `docs/reference/compare.md` documents its schema."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import to_builtins
from msgspec.structs import asdict

from blueprint.knowledge.comparison import Comparison
from blueprint.knowledge.cost import Bill
from blueprint.knowledge.model import Estimate, Said
from blueprint.knowledge.smaa import DRAWS
from blueprint.knowledge.verdict import Ranking
from blueprint.report.comparing.wording import how_read

SCHEMA = 3

Data = dict[str, object]


def as_data(comparison: Comparison, built: frozenset[str]) -> Data:
    """Only mappings, lists, texts and numbers; `built` as in `report`."""
    base, request = comparison.base, comparison.request
    return {
        "schema": SCHEMA,
        "patterns": list(comparison.patterns),
        "needs": to_builtins(request.needs),
        "project": asdict(request.project) if request.project else None,
        "weights": {
            id: {"low": weight.range.low, "high": weight.range.high, "source": weight.source}
            for id, weight in comparison.weights.items()
        },
        "scores": _scores(comparison),
        "gates": [
            {"id": gate.id, "removes": list(gate.removes), "when": dict(gate.when), "undo": gate.undo}
            | {"reason": _said(gate.reason), "against": list(gate.con)}
            | {"part": asdict(gate.part) if gate.part else None, "instead": gate.instead}
            for gate in comparison.gates
        ],
        "without_gates": list(request.without_gates),
        "recommendation": _recommendation(comparison),
        "problem": _problem(comparison),
        "challenges": _challenges(comparison, built),
        "costs": [_bill(bill) for bill in comparison.bills],
        "curve": {
            pattern: [{"rate": rate, **_estimate(cost)} for rate, cost in points]
            for pattern, points in comparison.curves.items()
        },
        "scale": _scale(comparison),
        "prices": to_builtins(request.prices),
        "claims": {
            id: to_builtins(claim) | {"how_read": how_read(claim)}
            for id, claim in base.claims.items()
            if claim.is_citable
        },
    }


def _recommendation(comparison: Comparison) -> Data:
    left = comparison.left
    leaders = [comparison.base.patterns[id] for id in left.contenders]
    return {
        "informed": comparison.is_informed,
        "leader": comparison.winner,
        "contenders": list(left.contenders) if comparison.is_informed else [],
        "band": left.band,
        "draws": DRAWS,
        **_ranking(left),
        "without_gates": _ranking(comparison.all),
        "forms": [
            {
                "pattern": form.pattern,
                "id": form.shape.id,
                "title": form.shape.title,
                "summary": form.shape.summary,
                "why": _said(form.shape.why),
                "hybrid": form in comparison.hybrids,
            }
            for form in (comparison.forms if comparison.is_informed else ())
        ],
        "parts": [
            {"gate": gate.id, "demand": gate.part.demand, "what": gate.part.what}
            for gate in comparison.gates
            if gate.part
        ],
        "hybrid": {leader.id: asdict(leader.hybrid) for leader in leaders},
        "revisit": {leader.id: [_said(each) for each in leader.revisit] for leader in leaders},
    }


def _ranking(ranking: Ranking) -> Data:
    return {
        "order": list(ranking.order),
        "values": {id: round(value, 4) for id, value in ranking.values.items()},
        "ranks": {id: list(shares) for id, shares in ranking.acceptability.ranks.items()},
        "ranks_correlated": {id: list(shares) for id, shares in ranking.correlated.ranks.items()},
        "wins": [
            {"pattern": one, "over": other, "share": share}
            for (one, other), share in ranking.acceptability.wins.items()
        ],
        "tipping": [
            {
                "criterion": each.criterion,
                "now": round(each.now, 4),
                "at": None if each.at is None else round(each.at, 4),
                "leader": each.leader,
            }
            for each in ranking.tipping
        ],
    }


def _scores(comparison: Comparison) -> Data:
    return {
        id: {
            pattern: {
                "low": score.range.low,
                "high": score.range.high,
                "for": list(score.pro),
                "against": list(score.con),
            }
            for pattern, score in criterion.scores.items()
            if pattern in comparison.patterns
        }
        for id, criterion in comparison.base.criteria.items()
    }


def _problem(comparison: Comparison) -> Data | None:
    problem = comparison.base.problems.get(comparison.request.problem or "")
    if problem is None:
        return None
    answers = [_said(each) for each in problem.answers]
    return {"id": problem.id, "title": problem.title, "symptom": problem.symptom, "answers": answers}


def _challenges(comparison: Comparison, built: frozenset[str]) -> list[Data]:
    tools = comparison.base.tools
    return [
        {
            "id": challenge.id,
            "title": challenge.title,
            "of": list(challenge.of),
            "tools": [
                {"id": id, "title": tools[id].title, "built": tools[id].is_built(built)}
                for id in challenge.tools
            ],
            "places": {
                id: asdict(spot) for id, spot in challenge.places.items() if id in comparison.patterns
            },
        }
        for challenge in comparison.base.challenges.values()
    ]


def _bill(bill: Bill) -> Data:
    return {
        "pattern": bill.pattern,
        "floor": _estimate(bill.floor),
        "marginal": _estimate(bill.marginal),
        "total": _estimate(bill.total),
        "sizes": {bound: asdict(size) for bound, size in bill.sizes.items()},
        "lines": [
            {
                "what": line.what,
                "floor": _estimate(line.floor),
                "total": _estimate(line.total),
                "refs": list(line.refs),
            }
            for line in bill.lines
        ],
    }


def _scale(comparison: Comparison) -> Data | None:
    if comparison.request.rate is None:
        return None
    return {"rate": comparison.request.rate, "patterns": [_bill(bill) for bill in comparison.scale]}


def _estimate(estimate: Estimate) -> Mapping[str, float]:
    return {
        "low": round(estimate.low, 2),
        "expected": round(estimate.expected, 2),
        "high": round(estimate.high, 2),
    }


def _said(sentence: Said) -> Data:
    return {"text": sentence.text, "refs": list(sentence.refs)}
