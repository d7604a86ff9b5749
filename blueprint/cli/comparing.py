"""Convert the flags of `compare` to a request."""

from __future__ import annotations

import math
import shlex
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from blueprint.cli.console import Terminal
from blueprint.cli.reading import read_input
from blueprint.errors import MachineError, Problem, SpecError, UsageError
from blueprint.knowledge.base import KnowledgeBase
from blueprint.knowledge.comparison import Comparison, Project, Request, compare
from blueprint.knowledge.model import PriceBook
from blueprint.knowledge.needs import RATES, Load, Needs, read_needs
from blueprint.knowledge.prices import own_prices, read_prices
from blueprint.knowledge.verdict import nearest_tipping
from blueprint.knowledge.weights import stated_weight
from blueprint.knowledge.writing import written_needs
from blueprint.report.comparing.formats import FORMATS, Format
from blueprint.spec.findings import did_you_mean
from blueprint.spec.names import shown

_FILE = "needs.yaml"
_BY_SUFFIX: dict[str, Format] = {
    "": "table",
    ".txt": "table",
    ".md": "markdown",
    ".json": "json",
    ".html": "html",
    ".htm": "html",
}


class Flags(Struct, frozen=True):
    """The command-line options; None means the default."""

    patterns: Sequence[str] = ()
    needs: str | None = None
    ask: bool = False
    weights: Sequence[str] = ()
    problem: str | None = None
    rate: str | None = None
    prices: str | None = None
    without_gates: Sequence[str] = ()


def wanted_format(name: str | None, output: str | None) -> Format:
    """The named format, or the one of the file extension.

    Raises UsageError if it is unknown, or if the extension is that of another format.
    """
    if name is None:
        suffix = Path(output or "").suffix.lower()
        if suffix in _BY_SUFFIX:
            return _BY_SUFFIX[suffix]
        endings = ", ".join(filter(None, _BY_SUFFIX))
        message = f"unknown file extension {shown(suffix)}"
        raise UsageError(Problem("unknown-format", message, f"use --format, or one of {endings}"))
    for known in FORMATS:
        if known == name:
            _refuse_other_extension(known, output)
            return known
    raise UsageError(Problem("unknown-format", f"unknown format {shown(name)}", did_you_mean(name, FORMATS)))


def _refuse_other_extension(form: Format, output: str | None) -> None:
    """Raise UsageError if the extension is that of another format; a decision record is Markdown."""
    file = Path(output or "")
    means = _BY_SUFFIX.get(file.suffix.lower(), form)
    wanted = "markdown" if form == "madr" else form
    if not file.suffix or means == wanted:
        return
    ending = next(suffix for suffix, known in _BY_SUFFIX.items() if suffix and known == wanted)
    message = f"--format {form} does not fit the file extension {shown(file.suffix)}"
    hint = f"leave out --format, or write to {shown(str(file.with_suffix(ending)))}"
    raise UsageError(Problem("usage", message, hint))


def refuse_missing_folder(output: str) -> None:
    """Raise MachineError if the folder of the output file does not exist."""
    folder = Path(output).parent
    if not folder.exists():
        message = "the folder of the output file does not exist"
        hint = f"create it with mkdir -p {shlex.quote(str(folder))}"
        raise MachineError(Problem("no-folder", message, hint, str(folder)))


def request_of(flags: Flags, project: Project | None, base: KnowledgeBase, terminal: Terminal) -> Request:
    """The request. Raises UsageError or SpecError with all errors in the flags or their files."""
    rate = None if flags.rate is None else _rate(flags.rate)
    stated = dict(stated_weight(text, base) for text in flags.weights)
    prices = _prices(flags.prices)
    needs = _needs(flags, project, base)
    needs = replace(needs, weights={**needs.weights, **stated})
    request = Request(needs, prices, flags.patterns, rate, flags.problem, project, tuple(flags.without_gates))
    return _asked(request, flags, base, terminal) if flags.ask else request


def _rate(text: str) -> float:
    try:
        rate = float(text.replace("_", ""))
    except ValueError:
        rate = -1.0
    if RATES.high < rate < math.inf:
        message = f"nothing can serve {shown(text)} requests a second"
        raise UsageError(Problem("out-of-range", message, f"write a rate {RATES}, such as --rate 1000000"))
    if not RATES.low <= rate <= RATES.high:
        message = f"a rate must be a number {RATES}, not {shown(text)}"
        raise UsageError(Problem("out-of-range", message, "--rate 1000000"))
    return rate


def _prices(path: str | None) -> PriceBook:
    return own_prices() if path is None else read_prices(read_input(Path(path), "--prices"), path)


def _needs(flags: Flags, project: Project | None, base: KnowledgeBase) -> Needs:
    load = replace(Load(), services=project.services, events=project.events) if project else Load()
    if flags.needs is None:
        return Needs(load=load)
    content = read_input(Path(flags.needs), "--for")
    # Answers that clash are asked again.
    return read_needs(content, flags.needs, base, load, may_clash=flags.ask)


def _asked(request: Request, flags: Flags, base: KnowledgeBase, terminal: Terminal) -> Request:
    """The request with the answers of the user. Raises UsageError for what no answer can make right."""
    if not terminal.can_ask:
        raise UsageError(
            Problem(
                "usage",
                "there is no terminal to ask questions",
                "write a needs.yaml and pass it with --for needs.yaml",
            )
        )
    from blueprint.cli.needs_dialogue import ask_needs

    def problems(needs: Needs) -> tuple[Problem, ...]:
        try:
            read_needs(written_needs(needs), _FILE, base, needs.load, may_clash=True)
            compare(replace(request, needs=needs), base)
        except SpecError as error:
            return error.problems
        return ()

    problems(request.needs)
    file = Path(flags.needs or _FILE)
    return replace(request, needs=ask_needs(request.needs, base, problems, file, terminal))


def next_command(comparison: Comparison) -> str:
    """The suggested next command."""
    if comparison.winner:
        return f"blueprint new NAME -p {comparison.winner}"
    if not comparison.is_informed or _open_questions(comparison):
        return "blueprint compare --ask"
    if comparison.forms and comparison.forms[0].pattern is None:
        return f"blueprint explain {comparison.forms[0].shape.id}"
    if tipping := nearest_tipping(comparison.left):
        return f"blueprint explain {tipping.criterion}"
    return "blueprint explain"


def _open_questions(comparison: Comparison) -> bool:
    return comparison.base.questions.keys() > comparison.request.needs.answers.keys()
