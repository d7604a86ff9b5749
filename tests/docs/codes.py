"""Exit codes and the ids of errors as Markdown, from what `blueprint explain` says of them."""

from __future__ import annotations

from blueprint.knowledge.messages import load_messages
from tests.docs.commands import USAGES
from tests.docs.pages import table

_ANY_COMMAND = "any"


def exit_codes_text() -> str:
    """A table of the exit codes, with the commands that end so."""
    codes = load_messages().exit_codes.values()
    rows = ((f"`{code.id}`", code.title, code.means, _commands_ending(int(code.id))) for code in codes)
    return table(("exit code", "", "means", "of"), rows)


def _commands_ending(exit_code: int) -> str:
    names = [name for name, usage in USAGES.items() if exit_code in usage.exit_codes]
    return _ANY_COMMAND if len(names) in (0, len(USAGES)) else ", ".join(names)


def errors_text() -> str:
    """A table of the ids of errors."""
    return table(("code", "means"), ((f"`{code}`", means) for code, means in load_messages().errors.items()))
