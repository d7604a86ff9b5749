"""Record what comes of the worked scenarios: `python -m tests.tools.record_scenarios`, then read the diff."""

from __future__ import annotations

import json
import sys

from blueprint.knowledge.comparison import Comparison
from tests.support.comparisons import FOLDER, SCENARIOS, comparison

RESULTS = FOLDER / "results"


def recorded(scenario: str) -> dict[str, object]:
    """The ranking of a scenario, its shares, and how far each weight can move before lead changes."""
    compared = comparison(scenario)
    left = compared.left
    return {
        "winner": compared.winner,
        "contenders": list(left.contenders),
        "band": left.band,
        "forms": [form.shape.id for form in compared.forms],
        "ruled_out": {gate.id: list(gate.removes) for gate in compared.gates},
        "first": {id: left.acceptability.first(id) for id in left.order},
        "first_correlated": {id: left.correlated.first(id) for id in left.order},
        "first_without_gates": {id: compared.all.acceptability.first(id) for id in compared.all.order},
        "tipping": _tipping(compared),
        "monthly_dollars": {
            bill.pattern: [round(bill.total.low), round(bill.total.expected), round(bill.total.high)]
            for bill in compared.bills
        },
    }


def _tipping(compared: Comparison) -> dict[str, dict[str, object]]:
    return {
        each.criterion: {
            "now": round(each.now, 3),
            "at": None if each.at is None else round(each.at, 3),
            "leader": each.leader,
        }
        for each in compared.left.tipping
    }


def main() -> None:
    RESULTS.mkdir(exist_ok=True)
    for scenario in SCENARIOS:
        text = json.dumps(recorded(scenario), indent=2) + "\n"
        (RESULTS / f"{scenario}.json").write_text(text, "utf-8")
        sys.stdout.write(f"{scenario}\n")


if __name__ == "__main__":
    main()
