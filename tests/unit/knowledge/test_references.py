"""Whatever names something else names what is there: in a small collection with a reference of every kind."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from blueprint.knowledge import base

# `@kind` is a reference to the one thing of this kind.
IDS = {
    "claim": "fact",
    "pattern": "plain",
    "criterion": "speed",
    "question": "size",
    "answer": "big",
    "challenge": "height",
    "shape": "hut",
    "tool": "ladder",
}
SAID = "{text: t, refs: ['@claim']}"
CLAIM = (
    "about: all, kind: case, statement: s, source: s, address: a, read: primary, verdict: supported, "
    "rests: says"
)
FILES = {
    "claims.yaml": f"claims: {{fact: {{{CLAIM}}}, other: {{{CLAIM}, contradicts: ['@claim']}}}}",
    "patterns.yaml": (
        f"patterns: {{plain: {{title: t, summary: s, strengths: [{SAID}], weaknesses: [{SAID}], good_for: g, "
        f"hybrid: {{text: t, place: p}}, revisit: [{SAID}]}}}}"
    ),
    "criteria.yaml": (
        "criteria: {speed: {title: t, question: q, worst: w, best: b, "
        "scores: {'@pattern': {range: [1, 2], pro: ['@claim'], con: ['@claim']}}}}"
    ),
    "questions.yaml": (
        f"questions: {{size: {{ask: a, why: {SAID}, "
        "answers: {big: {title: t, weights: {'@criterion': [1, 2]}}}}}"
    ),
    "gates.yaml": (
        "gates: {shut: {when: {'@question': '@answer'}, removes: ['@pattern'], instead: '@shape', "
        f"reason: {SAID}, undo: u, con: ['@claim']}}}}\n"
        f"contradictions: {{odd: {{when: {{'@question': '@answer'}}, reason: {SAID}}}}}"
    ),
    "shapes.yaml": (
        f"shapes: {{hut: {{title: t, summary: s, why: {SAID}, of: '@pattern', "
        "when: [{'@question': ['@answer']}]}}"
    ),
    "challenges.yaml": (
        "challenges: {height: {title: t, asks: a, of: ['@pattern'], tools: ['@tool'], "
        "places: {'@pattern': {path: p, how: h}}}}\ntools: {ladder: {title: t, does: d}}"
    ),
    "cases.yaml": (
        f"use_cases: {{shop: {{title: t, article: '@claim', advice: [{SAID}]}}}}\n"
        "companies: {acme: {title: t, evidence: ['@claim'], article: '@claim'}}\n"
        f"problems: {{slow: {{title: t, symptom: s, answers: [{SAID}], criteria: ['@criterion'], "
        "challenges: ['@challenge'], article: '@claim'}}"
    ),
}
REFERENCE = re.compile(r"@([a-z]+)")
PLACES = [
    (file, number, found[1])
    for file, text in FILES.items()
    for number, found in enumerate(REFERENCE.finditer(text))
]


def filled(text: str, number: int, id: str) -> str:
    """The text with its references; the one of this number is to `id`."""
    ids = iter([id if at == number else IDS[kind] for at, kind in enumerate(REFERENCE.findall(text))])
    return REFERENCE.sub(lambda _: next(ids), text)


def written(folder: Path, file: str = "", number: int = -1, id: str = "") -> base.KnowledgeBase:
    """The collection; one reference of a file is to something else."""
    for name, text in FILES.items():
        (folder / name).write_text(filled(text, number if name == file else -1, id))
    return base.load_knowledge_base(folder)


def test_it_hangs_together(tmp_path: Path) -> None:
    assert written(tmp_path).contradicting("fact")


@pytest.mark.parametrize(("file", "number", "kind"), PLACES)
def test_a_reference_to_nothing_is_refused(file: str, number: int, kind: str, tmp_path: Path) -> None:
    with pytest.raises(base.KnowledgeError, match=f'there is no {kind} ".*nothing"'):
        written(tmp_path, file, number, "nothing")
