"""The questions of `compare --ask`, each with its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from msgspec.structs import replace

from blueprint.cli.console import Terminal
from blueprint.cli.prompts import Offer, Prompts, walk
from blueprint.knowledge.library import Library
from blueprint.knowledge.model import Question
from blueprint.knowledge.needs import RATES, Needs

_UNKNOWN = ""
_RATE = "How many requests per second, on average?"
_WHY_RATE = "The costs depend on it, and whether fixed charges or the load dominate."


def ask_needs(needs: Needs, library: Library, terminal: Terminal) -> Needs:
    """Ask for missing answers. Raises KeyboardInterrupt if the user cancels."""
    prompts = Prompts(terminal)
    open_questions = [each for each in library.questions.values() if each.id not in needs.answers]
    count = len(open_questions) + 1
    steps: list[Callable[[Needs], Needs]] = [
        partial(_answer, question, f"{number} of {count}", prompts)
        for number, question in enumerate(open_questions, 1)
    ]
    return walk([*steps, partial(_rate, f"{count} of {count}", prompts)], needs)


def _answer(question: Question, position: str, prompts: Prompts, needs: Needs) -> Needs:
    _introduce(position, question.why, prompts)
    offers = [Offer(_UNKNOWN, "I do not know")]
    offers += [Offer(id, answer.title) for id, answer in question.answers.items()]
    chosen = prompts.choose(question.ask, offers)
    others = {id: answer for id, answer in needs.answers.items() if id != question.id}
    return replace(needs, answers={**others, question.id: chosen} if chosen else others)


def _rate(position: str, prompts: Prompts, needs: Needs) -> Needs:
    _introduce(position, _WHY_RATE, prompts)
    answer = prompts.write(_RATE, f"{needs.load.requests_per_second:g}", _fault_of_rate)
    return replace(needs, load=replace(needs.load, requests_per_second=float(answer)))


def _fault_of_rate(answer: str) -> Iterable[str]:
    try:
        rate = float(answer)
    except ValueError:
        rate = -1.0
    if not RATES.low <= rate <= RATES.high:
        yield f"a number {RATES}, please"


def _introduce(position: str, why: str, prompts: Prompts) -> None:
    err = prompts.terminal.err
    err.line()
    err.line(f"{position}  {why}")
