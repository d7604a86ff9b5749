"""Questions at a terminal: lists with arrow keys and a filter, lines of text, and a way back."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct

from blueprint.printable import one_line

if TYPE_CHECKING:
    from questionary import Question

    from blueprint.cli.console import Terminal

_State = TypeVar("_State")
_ESCAPE_SECONDS = 0.1
"""After this long, the first character of an arrow key is the Escape key."""
_BACK = "Esc goes back"
_WIDEST = 100
_QUESTION_INDENT = len("? ")
_SELECT_INDENT = len(" » ")
_CHECKBOX_INDENT = len(" » ● ")
_ABOUT_INDENT = len("  Description: ")


class Back(Exception):
    """The user wants the previous question again."""


class Offer(Struct, frozen=True):
    """An entry of a list: its value, its line, and a sentence that is shown while it is selected."""

    value: str
    title: str
    about: str = ""


def walk(steps: Sequence[Callable[[_State], _State | None]], state: _State) -> _State:
    """The state after all steps. A step asks one question, or returns None where it has none.

    A step that raises Back leads to the question before, with the state of that time.
    """
    asked: list[tuple[int, _State]] = []
    index = 0
    while index < len(steps):
        try:
            answered = steps[index](state)
        except Back:
            if asked:
                index, state = asked.pop()
            continue
        if answered is not None:
            asked.append((index, state))
            state = answered
        index += 1
    return state


class Prompts:
    """Asks on standard error. A question that is asked again offers the answer that it got before.

    Every question raises Back for Escape and Shift-Tab, KeyboardInterrupt for Ctrl-C, Ctrl-D and the end of
    the input.
    """

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self._answers: dict[str, Any] = {}

    def tell(self, *texts: str) -> None:
        """Write lines, wrapped at words where the terminal is too narrow."""
        for text in texts:
            self.terminal.err.write("\n".join(_lines_of(text)))

    def choose(
        self,
        question: str,
        offers: Sequence[Offer],
        default: str | None = None,
        refusal: Callable[[str], Iterable[str]] = lambda _: (),
    ) -> str:
        """The value of the entry that is chosen.

        `refusal` gives the lines that say what is wrong with the answer, if anything is.
        """
        from questionary import select

        values = [offer.value for offer in offers]
        while True:
            known = self._answers.get(question, default)
            message, instruction = _asked(question, f"(arrow keys, type to filter, {_BACK})")
            asked = select(
                message,
                _choices(offers, _SELECT_INDENT),
                default=known if known in values else None,
                instruction=instruction,
                use_jk_keys=False,
                use_search_filter=True,
                **self._place(),
            )
            answer = str(self._answered(question, asked))
            if not self._refused(refusal(answer)):
                return answer

    def choose_any(
        self,
        question: str,
        offers: Sequence[Offer],
        refusal: Callable[[tuple[str, ...]], Iterable[str]] = lambda _: (),
    ) -> tuple[str, ...]:
        """The values of all entries that are chosen, in the order of the list. `refusal` as in `choose`."""
        from questionary import checkbox

        while True:
            message, instruction = _asked(
                question, f"(Space selects, Enter goes on, type to filter, {_BACK})"
            )
            asked = checkbox(
                message,
                _choices(offers, _CHECKBOX_INDENT, self._answers.get(question, ())),
                instruction=instruction,
                use_jk_keys=False,
                use_search_filter=True,
                **self._place(),
            )
            answer: tuple[str, ...] = tuple(self._answered(question, asked))
            if not self._refused(refusal(answer)):
                return answer

    def write(
        self,
        question: str,
        default: str = "",
        refusal: Callable[[str], Iterable[str]] = lambda _: (),
    ) -> str:
        """A line of text without spaces around it. `refusal` as in `choose`."""
        from questionary import text

        while True:
            known = self._answers.get(question, default)
            asked = text(_asked(question)[0], default=known, **self._place())
            answer = str(self._answered(question, asked)).strip()
            if not self._refused(refusal(answer)):
                return answer

    def confirm(self, question: str) -> bool:
        """Whether the answer is yes, which Enter says too."""
        from questionary import confirm

        asked = confirm(_asked(question)[0], **self._place())
        return bool(self._answered(question, asked))

    def _answered(self, question: str, asked: Question) -> Any:
        from prompt_toolkit.key_binding import merge_key_bindings

        application = asked.application
        application.ttimeoutlen = _ESCAPE_SECONDS
        own = [application.key_bindings] if application.key_bindings else []
        application.key_bindings = merge_key_bindings([*own, _keys()])
        try:
            answer = asked.unsafe_ask()
        except EOFError:
            raise KeyboardInterrupt from None
        self._answers[question] = answer
        return answer

    def _refused(self, reasons: Iterable[str]) -> bool:
        lines = list(reasons)
        for line in lines:
            self.terminal.err.line(f"  {line}")
        return bool(lines)

    def _place(self) -> dict[str, Any]:
        """Where questions are drawn; the terminal is not asked for the position of its cursor."""
        from prompt_toolkit.input import create_input
        from prompt_toolkit.output import ColorDepth
        from prompt_toolkit.output.vt100 import Vt100_Output

        output = Vt100_Output.from_pty(
            self.terminal.err.stream,
            term=os.environ.get("TERM"),
            default_color_depth=None if self.terminal.err.colored else ColorDepth.DEPTH_1_BIT,
        )
        output.enable_cpr = False
        return {"input": create_input(sys.stdin), "output": output}


def _choices(offers: Sequence[Offer], indent: int, chosen: Iterable[str] = ()) -> list[Any]:
    from questionary import Choice

    return [
        Choice(
            _wrapped(offer.title, indent),
            offer.value,
            checked=offer.value in chosen,
            description=_wrapped(offer.about, _ABOUT_INDENT) or None,
        )
        for offer in offers
    ]


def _asked(question: str, instruction: str = "") -> tuple[str, str]:
    """The question and its instruction, in lines that fit behind the question mark."""
    lines = _lines_of(f"{question} {instruction}".rstrip(), _QUESTION_INDENT)
    text = f"\n{' ' * _QUESTION_INDENT}".join(lines)
    message = text.removesuffix(instruction)
    if instruction and message == text:  # it goes over the end of a line
        message, instruction = _wrapped(question, _QUESTION_INDENT), _wrapped(instruction, _QUESTION_INDENT)
        return f"{message}\n{' ' * (_QUESTION_INDENT - 1)}", instruction
    return message.removesuffix(" "), instruction


def _wrapped(text: str, indent: int) -> str:
    """In lines that fit behind an indentation."""
    return f"\n{' ' * indent}".join(_lines_of(text, indent))


def _lines_of(text: str, indent: int = 0) -> list[str]:
    width = max(min(shutil.get_terminal_size().columns, _WIDEST) - indent - 1, 20)
    return textwrap.wrap(one_line(text), width) or [""]


def _keys() -> Any:
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
    from prompt_toolkit.keys import Keys

    keys = KeyBindings()

    @keys.add(Keys.Escape, eager=True)
    @keys.add(Keys.BackTab, eager=True)
    def _go_back(event: KeyPressEvent) -> None:
        event.app.erase_when_done = True
        event.app.exit(exception=Back())

    @keys.add(Keys.ControlD, eager=True)
    def _leave(event: KeyPressEvent) -> None:
        event.app.exit(exception=EOFError())

    return keys
