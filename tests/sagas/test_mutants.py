"""Take a promise away, and the scenario that holds the shop to it fails: that is how we know that it can."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import copy_of
from tests.sagas import scenarios
from tests.sagas.stage import Stage, staged

KIT = "src/shop/platform/workflows"
IN_MEMORY = """    def _begin(self, run: Run) -> None:
        import asyncio
        asyncio.get_running_loop().create_task(self._go_on(run))

    async def _go_on(self, run: Run) -> None:
        while not run.finished:
            answer, receipt = await self._wait_for(run.next)
            async with self._database.begin() as tx:
                outcome = answer or await self.do(tx, run.next, receipt)
                run = await self._do_local_steps(tx, run.after(outcome))

    async def receive("""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A file of the kit in which texts are replaced, and the scenario that must notice it."""

    file: str
    changes: dict[str, str]
    noticed_by: Callable[[Stage], None]
    flags: tuple[str, ...] = ()


MUTANTS = {
    "no barrier": Mutant(
        "actions.py",
        {'await _store(tx, scope, action, Outcome("undone"))': "pass"},
        scenarios.an_undo_overtakes_its_action,
    ),
    "no stored outcome": Mutant(
        "actions.py",
        {"await _store(tx, call.scope, action.name, outcome)": "pass"},
        scenarios.calls_come_twice_and_out_of_order,
    ),
    "no saga log": Mutant(
        "orchestration.py",
        {
            'await self.tasks.add(tx, RUN, f"{run.workflow}/{key}", asdict(run))': (
                "tx.after_commit(lambda run=run: self._begin(run))"
            ),
            "    async def receive(": IN_MEMORY,
        },
        scenarios.the_orchestrator_dies_and_comes_back,
    ),
    "no recovery": Mutant(
        "tasks.py",
        {"await self._wake_due()": "pass"},
        scenarios.the_orchestrator_dies_and_comes_back,
    ),
    "no sweep": Mutant(
        "tasks.py",
        {"                await self._wake_due()": "                pass"},
        scenarios.one_of_two_orchestrators_dies_for_good,
        ("--instances", "orders=2"),
    ),
}


@pytest.mark.long
@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS.keys())
def test_a_shop_without_a_promise_is_found_out(mutant: Mutant, project: Path, tmp_path: Path) -> None:
    copy_of(project, tmp_path / "mutant")
    file = tmp_path / "mutant" / KIT / mutant.file
    text = file.read_text()
    for before, after in mutant.changes.items():
        assert before in text
        text = text.replace(before, after)
    file.write_text(text)

    with staged(tmp_path / "mutant", tmp_path, *mutant.flags) as stage:
        assert stage.end_of(stage.order()).status == "confirmed"  # while nothing goes wrong all is well
        with pytest.raises(AssertionError):
            mutant.noticed_by(stage)
