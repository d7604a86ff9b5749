"""The page: the answer with its sliders, all sections, and the sources."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from zlib import crc32

from msgspec.structs import replace

from blueprint.knowledge.comparison import Comparison, scores_of
from blueprint.knowledge.model import Gate
from blueprint.knowledge.smaa import DRAWS
from blueprint.knowledge.verdict import CLEAR, LEANING
from blueprint.knowledge.weights import SPREAD
from blueprint.report.comparing.answer import answer, headline
from blueprint.report.comparing.wording import span, titles
from blueprint.report.document import Bars, Document, Paragraph, Section
from blueprint.report.html import charts
from blueprint.report.html.curve import cost_curve
from blueprint.report.html.elements import Notes, blocks, source_list, tag

_HERE = Path(__file__).resolve().parent
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
_CHARTS: Mapping[str, Callable[[Comparison], str]] = {
    "sides": charts.scores,
    "sensitivity": charts.tipping,
    "curve": cost_curve,
    "cost": charts.bills,
}
_FRONT = ("answer", "problem", "gates", "sides", "sensitivity", "cost")
"""Sections of the first page, in this order; the others are folded."""


def page(document: Document, comparison: Comparison) -> str:
    """A single file without external assets, readable without scripts."""
    notes = Notes.of(document)
    style, script = ((_HERE / name).read_text("utf-8") for name in ("style.css", "script.js"))
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f"<title>{escape(document.title)}</title><style>{style}</style>"
    )
    shown = _with_advice_in_the_answer(document)
    front = [each for id in _FRONT for each in shown.sections if each.id == id]
    folded = [each for each in shown.sections if each not in front]
    parts = [_header(shown), _contents([*front, *folded])]
    parts += [_section(each, comparison, notes) for each in front]
    parts += [_folded_section(each, comparison, notes) for each in folded]
    parts.append(_folded("sources", "Sources", source_list(document.sources)))
    body = tag("main", "\n".join(parts))
    data = tag("script", _data(comparison), type="application/json", id="data")
    content = f"<head>{head}</head>\n<body>{body}\n{data}<script>{script}</script></body>"
    return f'<!doctype html>\n<html lang="en">{content}</html>'


def _with_advice_in_the_answer(document: Document) -> Document:
    """Move the hybrid and the review triggers to the answer."""
    by_id = {section.id: section for section in document.sections}
    if "answer" not in by_id or "next" not in by_id:
        return document
    answer = replace(by_id["answer"], blocks=(*by_id["answer"].blocks, *by_id["next"].blocks))
    others = tuple(each for each in document.sections if each.id not in ("answer", "next"))
    return replace(document, sections=(answer, *others))


def _header(document: Document) -> str:
    kicker = tag("p", "blueprint compare", class_="kicker")
    return tag("header", kicker + tag("h1", escape(document.title)))


def _contents(sections: Sequence[Section]) -> str:
    entries = [(section.id, section.title) for section in sections] + [("sources", "Sources")]
    links = "".join(tag("a", escape(title), href=f"#{id}") for id, title in entries)
    return tag("nav", links, aria_label="Sections")


def _section(section: Section, comparison: Comparison, notes: Notes) -> str:
    if section.id == "answer":
        return _answer(section, comparison, notes)
    picture = _picture(section, comparison)
    said = blocks(section.blocks, notes)
    if section.id in ("sensitivity", "gates"):
        said = _as_given(said)
    if picture:
        said = tag("details", tag("summary", "In figures, with sources") + said, class_="figures")
    return _card(section.id, section.title, picture + said)


def _folded_section(section: Section, comparison: Comparison, notes: Notes) -> str:
    return _folded(section.id, section.title, _picture(section, comparison) + blocks(section.blocks, notes))


def _picture(section: Section, comparison: Comparison) -> str:
    chart = _CHARTS.get(section.id)
    return chart(comparison) if chart and _is_whole(section, comparison) else ""


def _as_given(content: str) -> str:
    """Content that does not follow the sliders, with a note shown after they move."""
    note = tag(
        "p",
        "Sliders or switches were moved. Pale parts still show your original needs.",
        class_="hint moved-note",
    )
    return tag("div", note + tag("div", content, class_="pale"), class_="as-given")


def _is_whole(section: Section, comparison: Comparison) -> bool:
    """A report on a problem shows only some criteria, and no chart of all of them."""
    return not (section.id == "sides" and comparison.request.problem)


def _card(id: str, title: str, content: str) -> str:
    return tag("section", tag("h2", escape(title)) + content, id=id)


def _folded(id: str, title: str, content: str) -> str:
    """A section that is closed until a reader opens it, or follows a link into it."""
    heading = tag("summary", tag("h2", escape(title)))
    return tag("section", tag("details", heading + content), id=id, class_="folded")


def _answer(section: Section, comparison: Comparison, notes: Notes) -> str:
    said = headline(comparison)
    text = tag("span", escape(said.text), id="headline", aria_live="polite") + notes.marks(said.refs)
    lead = tag("p", text, class_="headline", data_refs=" ".join(said.refs))
    rest = [part for part in section.blocks if not isinstance(part, Bars) and not _is_headline(part)]
    first = len(answer(comparison).blocks) - (len(section.blocks) - len(rest))
    later = tag("details", tag("summary", "Hybrid, and when to reconsider") + blocks(rest[first:], notes))
    said_first = blocks(rest[:first], notes) + (later if rest[first:] else "")
    legend = tag(
        "p",
        "Shares of draws at each rank, the first rank in full colour. Figures: how often a pattern comes "
        "first if the errors of our scores are independent, and if they are correlated.",
        class_="hint",
    )
    result = tag("div", lead + charts.shares(comparison) + legend + _as_given(said_first), class_="result")
    columns = tag("div", result + _sliders(comparison), class_="columns")
    return tag("section", columns, id=section.id, class_="answer")


def _is_headline(part: object) -> bool:
    return isinstance(part, Paragraph) and part.strong


def _sliders(comparison: Comparison) -> str:
    """The sliders, which the script shows."""
    rows = "".join(_slider(id, comparison) for id in comparison.base.criteria)
    intro = tag("p", "How much is going from the worst to the best worth to you?", class_="hint")
    reset = tag("button", "Back to your needs", type="button", id="as-given")
    command = tag("p", "The same at the command line:", class_="hint") + tag(
        "pre", tag("code", "", id="command"), class_="command"
    )
    switches = "".join(_switch(gate, comparison) for gate in comparison.gates if gate.removes)
    hard = tag("p", "What your answers rule out:", class_="hint") + switches if switches else ""
    content = tag("h2", "What matters") + intro + rows + hard + reset + command
    return tag("form", content, id="weights", hidden="", data_refs="swing-weights our-scale")


def _slider(id: str, comparison: Comparison) -> str:
    criterion, weight = comparison.base.criteria[id], comparison.weights[id].range
    label = tag(
        "label",
        escape(criterion.title),
        for_=f"weight-{id}",
        title=f"0: {criterion.worst}. 10: {criterion.best}.",
    )
    middle = f"{weight.middle:g}"
    slider = (
        f'<input type="range" id="weight-{id}" name="{id}" min="0" max="100" step="0.5" value="{middle}" '
        f'aria-describedby="about-{id}">'
    )
    shown = tag("output", span(weight), for_=f"weight-{id}")
    about = tag("small", escape(criterion.question), id=f"about-{id}")
    return tag("div", label + shown + slider + about, class_="slider")


def _switch(gate: Gate, comparison: Comparison) -> str:
    """A switch for a gate; if it is off, the gate does not rule out patterns."""
    box = f'<input type="checkbox" id="gate-{gate.id}" value="{gate.id}" checked>'
    given = ", ".join(f"{key}: {value}" for key, value in gate.when.items())
    text = f"{given} rules out {titles(gate.removes, comparison.base)}"
    return tag("p", box + tag("label", escape(text), for_=f"gate-{gate.id}"), class_="switch")


def _data(comparison: Comparison) -> str:
    """The data for the script; `<` is escaped, so that no text can close the element."""
    base, patterns = comparison.base, comparison.patterns
    streams = [f"weight/{id}" for id in base.criteria]
    streams += [f"score/{id}/{pattern}" for id in base.criteria for pattern in patterns]
    streams += [f"score/{pattern}" for pattern in patterns]
    data = {
        "draws": DRAWS,
        "bands": {"clear": CLEAR, "leaning": LEANING},
        "spread": SPREAD,
        "needs": ["--for needs.yaml"] if comparison.is_informed else [],
        "titles": {id: base.patterns[id].title for id in patterns},
        "gates": {gate.id: list(gate.removes) for gate in comparison.gates if gate.removes},
        "without": list(comparison.request.without_gates),
        "weights": {id: [each.range.low, each.range.high] for id, each in comparison.weights.items()},
        "scores": {
            pattern: {id: [range.low, range.high] for id, range in of_pattern.items()}
            for pattern, of_pattern in scores_of(base, patterns).items()
        },
        "seeds": {name: crc32(name.encode()) for name in streams},
    }
    return json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")
