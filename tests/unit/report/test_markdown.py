"""A document as Markdown: footnotes for sources, and no text that turns into markup."""

from __future__ import annotations

from blueprint.report.document import (
    Bar,
    Bars,
    Bullets,
    Code,
    Document,
    Grid,
    Paragraph,
    Row,
    Section,
    Sentence,
    Source,
)
from blueprint.report.markdown import markdown

WEB = Source("a-claim", "It says so.", "https://example.org/a")
FILE = Source("b-claim", "We measured it.", "docs/benchmarks.md")


def of(*blocks: Paragraph | Bullets | Grid | Bars | Code, sources: tuple[Source, ...] = ()) -> str:
    return markdown(Document("Title", (Section("s", "Part", blocks, level=3),), sources))


def test_a_sentence_has_footnotes() -> None:
    text = of(Paragraph(Sentence("It is.", ("a-claim", "b-claim"))), sources=(WEB, FILE))
    assert "It is.[^a-claim][^b-claim]\n" in text
    assert "[^a-claim]: It says so. <https://example.org/a>" in text
    assert "[^b-claim]: We measured it. `docs/benchmarks.md`" in text


def test_headings_have_their_level() -> None:
    assert of().startswith("# Title\n\n### Part\n")


def test_front_matter_comes_first() -> None:
    text = markdown(Document("Title", ()), {"status": "proposed"})
    assert text.startswith("---\nstatus: proposed\n---\n\n# Title\n")


def test_a_table_keeps_its_columns_whatever_its_cells_hold() -> None:
    grid = Grid(("name", "figure"), (Row(("a|b", "1"), ("a-claim",)),), (1,))
    assert "| name | figure |\n| --- | ---: |\n| a\\|b | 1[^a-claim] |\n" in of(grid)


def test_bars_become_a_table() -> None:
    bars = Bars((Bar("yes", 0.7, "70 %"), Bar("no", 0, "", "ruled out")), ("a-claim",))
    assert "| yes | 70 %[^a-claim] |\n| no | ruled out[^a-claim] |\n" in of(bars)


def test_text_is_never_markup() -> None:
    text = of(Bullets((Sentence("+ *not* <b>bold</b> [link](x) _a_"),)))
    assert "- \\+ \\*not\\* \\<b\\>bold\\</b\\> \\[link\\](x) \\_a\\_\n" in text


def test_code_is_left_alone() -> None:
    assert "```yaml\na: [b]\n```\n" in of(Code("a: [b]\n", "yaml"))
