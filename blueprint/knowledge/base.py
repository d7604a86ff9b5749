"""Load and validate the knowledge base."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from msgspec import Struct, field

from blueprint.errors import BlueprintError, Problem, SpecError
from blueprint.knowledge.decode import decode
from blueprint.knowledge.measured import with_measured_numbers
from blueprint.knowledge.model import (
    Challenge,
    Claim,
    CommonProblem,
    Company,
    Contradiction,
    Criterion,
    Gate,
    Pattern,
    Question,
    Said,
    Shape,
    Tool,
    UseCase,
)

_HERE = Path(__file__).resolve().parent
_T = TypeVar("_T", bound=Struct)


class KnowledgeError(BlueprintError):
    """A file of the knowledge base is invalid."""


class _Claims(Struct, frozen=True):
    claims: Mapping[str, Claim]


class _Patterns(Struct, frozen=True):
    patterns: Mapping[str, Pattern]


class _Criteria(Struct, frozen=True):
    criteria: Mapping[str, Criterion]


class _Questions(Struct, frozen=True):
    questions: Mapping[str, Question]


class _Gates(Struct, frozen=True):
    gates: Mapping[str, Gate]
    contradictions: Mapping[str, Contradiction] = field(default_factory=dict)


class _Shapes(Struct, frozen=True):
    shapes: Mapping[str, Shape]


class _Challenges(Struct, frozen=True):
    challenges: Mapping[str, Challenge]
    tools: Mapping[str, Tool]


class _Cases(Struct, frozen=True):
    use_cases: Mapping[str, UseCase]
    companies: Mapping[str, Company]
    problems: Mapping[str, CommonProblem]


class KnowledgeBase(Struct, frozen=True):
    """The knowledge base, each entry by its id."""

    claims: Mapping[str, Claim]
    patterns: Mapping[str, Pattern]
    criteria: Mapping[str, Criterion]
    questions: Mapping[str, Question]
    gates: Mapping[str, Gate]
    contradictions: Mapping[str, Contradiction]
    shapes: Mapping[str, Shape]
    challenges: Mapping[str, Challenge]
    tools: Mapping[str, Tool]
    use_cases: Mapping[str, UseCase]
    companies: Mapping[str, Company]
    problems: Mapping[str, CommonProblem]

    def contradicting(self, id: str) -> tuple[Claim, ...]:
        """Contradicting claims, in either direction."""
        others = (
            other
            for other in self.claims.values()
            if other.id in self.claims[id].contradicts or id in other.contradicts
        )
        return tuple(other for other in others if other.is_citable)

    def about(self, pattern: str, *kinds: str) -> tuple[Claim, ...]:
        """The citable claims of these kinds about a pattern, or about all."""
        found = (claim for claim in self.claims.values() if claim.about in (pattern, "all"))
        return tuple(claim for claim in found if claim.kind in kinds and claim.is_citable)


def load_knowledge_base(folder: Path = _HERE) -> KnowledgeBase:
    """Load all files of a folder. Raises KnowledgeError for an invalid file or reference."""
    cases = _read(_Cases, folder / "cases.yaml")
    challenges = _read(_Challenges, folder / "challenges.yaml")
    gates = _read(_Gates, folder / "gates.yaml")
    base = KnowledgeBase(
        _measured(read_claims((folder / "claims.yaml").read_bytes(), "claims.yaml")),
        _read(_Patterns, folder / "patterns.yaml").patterns,
        _read(_Criteria, folder / "criteria.yaml").criteria,
        _read(_Questions, folder / "questions.yaml").questions,
        gates.gates,
        gates.contradictions,
        _read(_Shapes, folder / "shapes.yaml").shapes,
        challenges.challenges,
        challenges.tools,
        cases.use_cases,
        cases.companies,
        cases.problems,
    )
    if problems := [*_broken_references(base), *_inconsistent_claims(base)]:
        raise KnowledgeError(problems)
    return base


def read_claims(content: str | bytes, path: str) -> Mapping[str, Claim]:
    """Claims by id. Raises KnowledgeError if one lacks its source or another required key."""
    claims = _decoded(_Claims, content, path).claims
    if problems := [
        Problem("missing-key", f'"{claim.id}" lacks the key "{key}"', f"add it to {path}")
        for claim in claims.values()
        for key in ("source", "address")
        if claim.measured is None and not getattr(claim, key).strip()
    ]:
        raise KnowledgeError(problems)
    return claims


def _measured(claims: Mapping[str, Claim]) -> Mapping[str, Claim]:
    """The claims with their measured numbers. Raises KnowledgeError if one of these is not recorded."""
    try:
        return {id: with_measured_numbers(claim) for id, claim in claims.items()}
    except (OSError, ValueError, KeyError) as error:
        hint = "run the program of the result, python -m tests.benchmarks.NAME"
        raise KnowledgeError(
            [Problem("unknown-result", f"a measured number is missing: {error}", hint)]
        ) from error


def _read(cls: type[_T], file: Path) -> _T:
    return _decoded(cls, file.read_bytes(), file.name)


def _decoded(cls: type[_T], content: str | bytes, path: str) -> _T:
    try:
        value, _ = decode(cls, content, path)
    except SpecError as error:
        raise KnowledgeError(error.problems) from error
    return value


def _broken_references(base: KnowledgeBase) -> Iterator[Problem]:
    """References to missing entries, and to claims cited from memory."""
    citable = {claim.id for claim in base.claims.values() if claim.is_citable}
    checks: tuple[tuple[str, Iterable[str], Iterable[str]], ...] = (
        ("claim", citable, _named_claims(base)),
        ("pattern", base.patterns, (id for gate in base.gates.values() for id in gate.removes)),
        ("pattern", base.patterns, (id for each in base.criteria.values() for id in each.scores)),
        ("pattern", base.patterns, (each.of for each in base.shapes.values() if each.of)),
        ("shape", base.shapes, (each.instead for each in base.gates.values() if each.instead)),
        ("question", base.questions, (id for id, _ in _conditions(base))),
        ("answer", _answers(base), _conditional_answers(base)),
        ("pattern", base.patterns, (id for each in base.challenges.values() for id in each.of)),
        ("tool", base.tools, (id for each in base.challenges.values() for id in each.tools)),
        ("pattern", base.patterns, (id for each in base.challenges.values() for id in each.places)),
        ("criterion", base.criteria, (id for each in base.problems.values() for id in each.criteria)),
        ("criterion", base.criteria, _weighted_criteria(base)),
        (
            "challenge",
            base.challenges,
            (id for each in base.problems.values() for id in each.challenges),
        ),
    )
    for kind, known, named in checks:
        for id in sorted(set(named) - set(known)):
            yield Problem("unknown-reference", f'there is no {kind} "{id}"')


def _weighted_criteria(base: KnowledgeBase) -> Iterator[str]:
    for question in base.questions.values():
        for answer in question.answers.values():
            yield from answer.weights


def _answers(base: KnowledgeBase) -> Iterator[str]:
    """Each in the form in which gates refer to it: `size: big`."""
    for id, question in base.questions.items():
        yield from (f"{id}: {answer}" for answer in question.answers)


def _conditional_answers(base: KnowledgeBase) -> Iterator[str]:
    """Answers to existing questions that gates, contradictions and shapes depend on."""
    yield from (f"{id}: {answer}" for id, answer in _conditions(base) if id in base.questions)


def _conditions(base: KnowledgeBase) -> Iterator[tuple[str, str]]:
    for gate in base.gates.values():
        yield from gate.when.items()
    for contradiction in base.contradictions.values():
        yield from contradiction.when.items()
    for shape in base.shapes.values():
        for condition in shape.when:
            yield from ((id, answer) for id, answers in condition.items() for answer in answers)


def _named_claims(base: KnowledgeBase) -> Iterator[str]:
    for sentence in _sentences(base):
        yield from sentence.refs
    for criterion in base.criteria.values():
        for score in criterion.scores.values():
            yield from (*score.pro, *score.con)
    for gate in base.gates.values():
        yield from gate.con
    for claim in base.claims.values():
        yield from claim.contradicts
    for company in base.companies.values():
        yield from company.evidence
    listed: tuple[Callable[[], Iterable[UseCase | Company | CommonProblem]], ...] = (
        base.use_cases.values,
        base.companies.values,
        base.problems.values,
    )
    for values in listed:
        yield from (each.article for each in values() if each.article)


def _sentences(base: KnowledgeBase) -> Iterator[Said]:
    for pattern in base.patterns.values():
        yield from (*pattern.strengths, *pattern.weaknesses, *pattern.revisit)
    for use_case in base.use_cases.values():
        yield from use_case.advice
    for problem in base.problems.values():
        yield from problem.answers
    yield from (gate.reason for gate in base.gates.values())
    yield from (contradiction.reason for contradiction in base.contradictions.values())
    yield from (shape.why for shape in base.shapes.values())
    yield from (question.why for question in base.questions.values())


def _inconsistent_claims(base: KnowledgeBase) -> Iterator[Problem]:
    for claim in base.claims.values():
        if not claim.is_citable and claim.verdict != "unsupported":
            message = f'the claim "{claim.id}" is cited from memory, and cannot be {claim.verdict}'
            yield Problem("recalled-claim", message, "read its source, or mark it unsupported")
