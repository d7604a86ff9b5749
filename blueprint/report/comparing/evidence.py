"""The basis of the recommendation: evidence and contradictions, the article, cases and problems."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.knowledge.base import KnowledgeBase
from blueprint.knowledge.comparison import Comparison
from blueprint.knowledge.model import Claim, CommonProblem
from blueprint.report.comparing.wording import attributed, claimed, said
from blueprint.report.document import Block, Bullets, Grid, Paragraph, Row, Section, Sentence

_EVIDENCE = ("case", "review", "experiment", "performance", "arithmetic", "measurement", "opinion", "cost")


def evidence(comparison: Comparison) -> Section:
    """All evidence about the compared patterns, each claim with its contradictions."""
    claims = [
        claim
        for claim in comparison.base.claims.values()
        if claim.kind in _EVIDENCE and claim.is_citable and claim.about in ("all", *comparison.patterns)
    ]
    rows = tuple(_beside(claim, comparison.base) for claim in claims)
    note = Sentence(
        "We found no study that runs all three patterns under one protocol. Consider the conditions of each."
    )
    return Section("evidence", "Evidence", (Grid(("found", "but"), rows), Paragraph(note)), brief=False)


def _beside(claim: Claim, base: KnowledgeBase) -> Row:
    against = base.contradicting(claim.id)
    but = " ".join(attributed(each) for each in against) or claim.note or ""
    refs = (claim.id, *(each.id for each in against))
    return Row((claimed(claim).text, but), refs)


def article(comparison: Comparison) -> Section:
    """The article's claims, and the results of checking them."""
    claims = [claim for claim in comparison.base.claims.values() if claim.kind == "article"]
    rows = tuple(_checked(claim, comparison.base) for claim in claims)
    note = Sentence("The claims of the article behind this project, each one checked.")
    grid = Grid(("the article says", "verdict", "finding"), rows)
    return Section("article", "The article, checked", (Paragraph(note), grid), brief=False)


def _checked(claim: Claim, base: KnowledgeBase) -> Row:
    against = base.contradicting(claim.id)
    found = " ".join((claim.note or "", *(attributed(each) for each in against))).strip()
    return Row((claim.statement, claim.verdict, found), (claim.id, *(each.id for each in against)))


def cases(comparison: Comparison) -> Section:
    """Kinds of system, companies, and common problems with their solutions."""
    base = comparison.base
    return Section("cases", "Use cases, companies, problems", tuple(_cases(base)), brief=False)


def _cases(base: KnowledgeBase) -> Iterator[Block]:
    for use_case in base.use_cases.values():
        yield Paragraph(
            Sentence(f"{use_case.title}: {_verdict(base, use_case.article)}", (use_case.article,))
        )
        yield Bullets(tuple(said(each) for each in use_case.advice))
    for company in base.companies.values():
        article = (company.article,) if company.article else ()
        claims = [base.claims[id] for id in (*article, *company.evidence)]
        yield Paragraph(Sentence(f"{company.title}:"))
        yield Bullets(tuple(claimed(claim) for claim in claims))
    for problem in base.problems.values():
        yield Paragraph(Sentence(f"{problem.title}: {problem.symptom}"))
        yield Bullets(tuple(said(each) for each in problem.answers))


def _verdict(base: KnowledgeBase, id: str) -> str:
    claim = base.claims[id]
    return f"the article says: {claim.statement} This is {claim.verdict}. {claim.note or ''}".strip()


def problem_answer(problem: CommonProblem, base: KnowledgeBase) -> Section:
    """Solutions to a problem, in the order in which to try them."""
    blocks: list[Block] = [Paragraph(Sentence(problem.symptom), strong=True)]
    if problem.article:
        blocks.append(Paragraph(_article_on(problem.article, base)))
    blocks.append(Bullets(tuple(said(each) for each in problem.answers)))
    return Section("problem", problem.title, tuple(blocks))


def _article_on(id: str, base: KnowledgeBase) -> Sentence:
    against = base.contradicting(id)
    text = " ".join((_verdict(base, id), *(attributed(each) for each in against)))
    return Sentence(text[:1].upper() + text[1:], (id, *(each.id for each in against)))
