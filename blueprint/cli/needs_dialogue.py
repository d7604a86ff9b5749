"""The questions that `compare --ask` asks, each with why it matters."""

from __future__ import annotations

from msgspec.structs import replace

from blueprint.cli.asking import answer_to
from blueprint.cli.console import Terminal
from blueprint.errors import Interrupted
from blueprint.knowledge.library import Library
from blueprint.knowledge.model import Question
from blueprint.knowledge.needs import RATES, Load, Needs


def ask_needs(needs: Needs, library: Library, terminal: Terminal) -> Needs:
    """Ask what the needs leave open; Enter is for not known. Raises Interrupted at the end of the input."""
    open_questions = [each for each in library.questions.values() if each.id not in needs.answers]
    count = len(open_questions) + 1
    answers = dict(needs.answers)
    try:
        for number, question in enumerate(open_questions, 1):
            answer = _choose(question, f"{number} of {count}", terminal)
            if answer is not None:
                answers[question.id] = answer
        load = _ask_load(needs.load, f"{count} of {count}", terminal)
    except (Interrupted, KeyboardInterrupt):
        terminal.err.line()  # what comes next does not belong to the question
        raise
    return replace(needs, answers=answers, load=load)


def _choose(question: Question, position: str, terminal: Terminal) -> str | None:
    _introduce(position, question.ask, question.why, terminal)
    ids = list(question.answers)
    for number, id in enumerate(ids, 1):
        terminal.err.line(f"  {number}  {question.answers[id].title}")
    while True:
        answer = answer_to("Number, or Enter if you do not know:", terminal).lower()
        if not answer:
            return None
        for number, id in enumerate(ids, 1):
            if answer in (str(number), id):
                return id
        terminal.err.line(f"  a number from 1 to {len(ids)}, please")


def _ask_load(load: Load, position: str, terminal: Terminal) -> Load:
    why = "The bill follows from it, and whether fixed charges or the load decide."
    _introduce(position, "How many requests a second, on average?", why, terminal)
    while True:
        answer = answer_to(f"Requests a second [{load.requests_per_second:g}]:", terminal)
        if not answer:
            return load
        try:
            rate = float(answer)
        except ValueError:
            rate = -1.0
        if RATES.low <= rate <= RATES.high:
            return replace(load, requests_per_second=rate)
        terminal.err.line(f"  a number {RATES}, please")


def _introduce(position: str, ask: str, why: str, terminal: Terminal) -> None:
    terminal.err.line()
    terminal.err.line(f"{position}  {ask}", "strong")
    terminal.err.line(f"  {why}")
