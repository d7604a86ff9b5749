"""What is known has sources, and hangs together."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from blueprint.knowledge import base as module
from blueprint.knowledge.base import KnowledgeError, load_knowledge_base, read_claims
from blueprint.knowledge.results import shown_number
from tests.support.comparisons import base

CLAIM = """\
claims:
  one:
    about: all
    kind: case
    statement: It works.
    source: a book
    address: https://example.org
    read: primary
    verdict: supported
    rests: says
"""
HERE = Path(module.__file__).parent


def changed(folder: Path, file: str, old: str, new: str) -> Path:
    """A copy of all that is known, with one text replaced."""
    for each in HERE.glob("*.yaml"):
        shutil.copy(each, folder)
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), "utf-8")
    return folder


@pytest.mark.parametrize("key", ["source", "address", "statement", "verdict", "read", "rests"])
def test_a_claim_without_its_source_is_refused(key: str) -> None:
    text = "".join(line for line in CLAIM.splitlines(True) if not line.strip().startswith(f"{key}:"))
    with pytest.raises(KnowledgeError, match=f'"one" lacks the key "{key}"'):
        read_claims(text, "claims.yaml")


@pytest.mark.parametrize("empty", ["''", '" "', ""])
def test_an_empty_source_is_none(empty: str) -> None:
    with pytest.raises(KnowledgeError):
        read_claims(CLAIM.replace("a book", empty), "claims.yaml")


def test_a_verdict_is_one_of_six() -> None:
    with pytest.raises(KnowledgeError, match='"verdict" cannot be "true"'):
        read_claims(CLAIM.replace("supported", "true"), "claims.yaml")


def test_nothing_leans_on_a_claim_that_is_not_there(tmp_path: Path) -> None:
    folder = changed(tmp_path, "patterns.yaml", "fowler-tradeoffs", "nobody-said")
    with pytest.raises(KnowledgeError, match='no claim "nobody-said"'):
        load_knowledge_base(folder)


def test_nothing_leans_on_what_was_only_recalled(tmp_path: Path) -> None:
    folder = changed(tmp_path, "patterns.yaml", "fowler-tradeoffs", "deathstar-network")
    with pytest.raises(KnowledgeError, match='no claim "deathstar-network"'):
        load_knowledge_base(folder)


def test_what_was_only_recalled_is_never_called_supported(tmp_path: Path) -> None:
    old = "read: memory\n    verdict: unsupported"
    folder = changed(tmp_path, "claims.yaml", old, old.replace("unsupported", "supported"))
    with pytest.raises(KnowledgeError, match="is cited from memory"):
        load_knowledge_base(folder)


def test_contradictions_count_both_ways() -> None:
    against = {claim.id for claim in base().contradicting("villamizar-2017")}
    assert {"prime-video-tool", "blinowski-2022", "service-weaver"} <= against
    assert "villamizar-2017" in {claim.id for claim in base().contradicting("blinowski-2022")}


def test_the_claims_of_the_article_are_in_with_their_verdicts() -> None:
    verdicts = {claim.id: claim.verdict for claim in base().claims.values() if claim.kind == "article"}
    assert len(verdicts) >= 20
    assert verdicts["article-netflix-study"] == "misattributed"
    assert verdicts["article-uber-study"] == "unsupported"
    assert verdicts["article-message-price"] == "unsupported"
    assert verdicts["article-airbnb-user"] == "outdated"


def test_the_numbers_of_a_claim_stand_in_its_statement() -> None:
    words = {
        1e6: "1 million",
        2e6: "2 million",
        12.5e6: "12.5 million",
        138e6: "138 million",
        7e12: "7 trillion",
    }
    words |= {80e6: "80 million", 1333333: "1.33 million", 2.8e6: "2.8 million"}
    for claim in base().claims.values():
        for value in claim.values:
            spelled = {
                shown_number(value),
                f"{value:,.15g}",
                f"{value:.2f}",
                f"{value:g}",
                words.get(value, "?"),
            }
            assert any(each in claim.statement for each in spelled), (claim.id, value)


def test_every_criterion_scores_every_pattern_with_evidence() -> None:
    for criterion in base().criteria.values():
        assert criterion.scores.keys() == base().patterns.keys()
        for score in criterion.scores.values():
            assert 0 <= score.range.low < score.range.high <= 10
            assert score.pro


def test_the_questions_are_few_and_each_says_why() -> None:
    # And one for the load.
    assert len(base().questions) + 1 <= 13
    assert all(question.why.refs for question in base().questions.values())


def test_the_hard_parts_and_tools_of_the_article_are_there() -> None:
    challenges, tools = base().challenges, base().tools
    assert challenges.keys() >= {
        "service-discovery", "load-balancing", "distributed-transactions",
        "event-handling", "event-ordering", "event-versioning",
    }  # fmt: skip
    assert tools.keys() >= {"eureka", "haproxy", "kafka", "sqs", "pubsub"}
    assert base().problems.keys() >= {"tight-coupling", "scalability", "event-handling-issues"}
    assert base().use_cases.keys() == {"e-commerce", "social-media", "iot"}
    assert base().companies.keys() >= {"netflix", "uber", "airbnb"}


def test_no_statement_is_longer_than_two_lines() -> None:
    assert [claim.id for claim in base().claims.values() if len(claim.statement) > 220] == []


def test_an_address_is_on_the_web_or_in_this_repository() -> None:
    root = Path(__file__).parents[3]
    for claim in base().claims.values():
        assert re.match(r"https?://", claim.address) or (root / claim.address).is_file(), claim.id


def test_a_quotation_is_short_and_has_its_place_and_day() -> None:
    quoted = [claim for claim in base().claims.values() if claim.quote]
    assert quoted
    for claim in quoted:
        assert len((claim.quote or "").split()) <= 25
        assert claim.where
        assert claim.is_read
        assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", claim.read_on or "")


def test_a_source_that_we_read_is_quoted_and_one_that_we_did_not_read_is_not() -> None:
    read = [claim for claim in base().claims.values() if claim.read in ("primary", "abstract")]
    assert read
    assert [claim.id for claim in read if not (claim.quote and claim.where)] == []
    assert [claim.id for claim in base().claims.values() if claim.quote and not claim.is_read] == []


def test_a_claim_tells_what_it_rests_on_where_it_stands_and_when_it_was_read() -> None:
    for claim in base().claims.values():
        assert (claim.rests == "our view") == claim.id.startswith("our-"), claim.id
        if claim.read in ("primary", "abstract", "secondary") or claim.measured:
            assert re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", claim.read_on or ""), claim.id
        if claim.read == "abstract" or claim.measured:
            assert claim.where, claim.id
        if claim.read == "derived":
            assert claim.rests != "says", claim.id
