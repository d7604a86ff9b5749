"""The dialogue of `compare --ask`: questions, answers that clash, and a file of the answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from blueprint.cli.prompts import Back, Offer, Prompts, walk
from blueprint.errors import BlueprintError, Problem
from blueprint.knowledge.base import KnowledgeBase
from blueprint.knowledge.model import Question
from blueprint.knowledge.needs import RATES, Needs
from blueprint.knowledge.writing import written_needs

if TYPE_CHECKING:
    from blueprint.cli.console import Terminal

Check = Callable[[Needs], Sequence[Problem]]
"""What is wrong with needs as a whole; nothing if a comparison is possible."""

_Step = Callable[[Needs], Needs]
_UNKNOWN = ""
_RATE = "How many requests per second, on average?"
_WHY_RATE = "The costs depend on it, and whether fixed charges or the load dominate."
_HEADER = "# Answers of blueprint compare --ask. Compare again: blueprint compare --for {}\n"
_OVERWRITE, _ELSEWHERE, _NOWHERE = "overwrite", "elsewhere", "nowhere"


def ask_needs(needs: Needs, base: KnowledgeBase, check: Check, file: Path, terminal: Terminal) -> Needs:
    """Ask for missing answers, ask again for those that clash, and offer to save them all to the file.

    Raises KeyboardInterrupt if the user cancels.
    """
    prompts = Prompts(terminal)
    missing = [each for each in base.questions.values() if each.id not in needs.answers]
    rate = partial(_rate, f"{len(missing) + 1} of {len(missing) + 1}", prompts)
    answered = walk([*_steps(missing, len(missing) + 1, prompts), rate], needs)
    while True:
        answered = _without_clashes(answered, base, check, prompts)
        try:
            _offer_to_save(answered, needs, file, prompts)
        except Back:
            answered = walk([rate], answered)
        else:
            return answered


def _without_clashes(needs: Needs, base: KnowledgeBase, check: Check, prompts: Prompts) -> Needs:
    """Ask again for the answers that clash, until none do."""
    while problems := check(needs):
        for problem in problems:
            prompts.tell(f"{problem.message}." if problem.message[-1:].isalnum() else problem.message)
            if problem.hint:
                prompts.tell(f"hint: {problem.hint}")
        clashing = [
            question
            for id, question in base.questions.items()
            if id in needs.answers and list(check(_with_answer(needs, id, _UNKNOWN))) != list(problems)
        ]
        opened = clashing or [each for id, each in base.questions.items() if id in needs.answers]
        needs = walk(_steps(opened, len(opened), prompts), needs)
    return needs


def _steps(questions: Sequence[Question], number: int, prompts: Prompts) -> list[_Step]:
    return [
        partial(_answer, question, f"{position} of {number}", prompts)
        for position, question in enumerate(questions, 1)
    ]


def _answer(question: Question, position: str, prompts: Prompts, needs: Needs) -> Needs:
    prompts.tell("", f"{position}  {question.why.text}")
    offers = [Offer(_UNKNOWN, "I do not know")]
    offers += [Offer(id, answer.title) for id, answer in question.answers.items()]
    return _with_answer(
        needs, question.id, prompts.choose(question.ask, offers, needs.answers.get(question.id))
    )


def _with_answer(needs: Needs, id: str, answer: str) -> Needs:
    others = {key: value for key, value in needs.answers.items() if key != id}
    return replace(needs, answers={**others, id: answer} if answer != _UNKNOWN else others)


def _rate(position: str, prompts: Prompts, needs: Needs) -> Needs:
    prompts.tell("", f"{position}  {_WHY_RATE}")
    answer = prompts.write(_RATE, f"{needs.load.requests_per_second:g}", _fault_of_rate)
    return replace(needs, load=replace(needs.load, requests_per_second=float(answer)))


def _fault_of_rate(answer: str) -> Iterable[str]:
    try:
        rate = float(answer)
    except ValueError:
        rate = -1.0
    if not RATES.low <= rate <= RATES.high:
        yield f"a number {RATES}, please"


def _offer_to_save(needs: Needs, before: Needs, file: Path, prompts: Prompts) -> None:
    """Save the needs if the user wants that and they are new. What cannot be written is offered again."""
    from blueprint.workspace.single import write_file

    if needs == before:
        return
    while target := _target(file, prompts):
        try:
            write_file(target, _HEADER.format(target) + written_needs(needs))
        except BlueprintError as error:
            prompts.terminal.complain(error.problems)
        else:
            prompts.tell(f"wrote {target}; compare again: blueprint compare --for {target}")
            return


def _target(file: Path, prompts: Prompts) -> Path | None:
    """Where to save; None if the user does not want to. A file is overwritten only on request."""
    prompts.tell("")
    if not file.exists():
        return file if prompts.confirm(f"Save your answers to {file}?") else None
    other = next(each for each in _others(file) if not each.exists())
    offers = [
        Offer(_ELSEWHERE, f"to {other}"),
        Offer(_OVERWRITE, f"overwrite {file}"),
        Offer(_NOWHERE, "do not save them"),
    ]
    chosen = prompts.choose(f"{file} exists. Where to save your answers?", offers)
    return {_ELSEWHERE: other, _OVERWRITE: file, _NOWHERE: None}[chosen]


def _others(file: Path) -> Iterable[Path]:
    return (file.with_stem(f"{file.stem}-{number}") for number in count(2))
