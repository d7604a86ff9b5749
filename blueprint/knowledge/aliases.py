"""Other names of the criteria."""

from __future__ import annotations

import re

from blueprint.errors import Problem
from blueprint.knowledge.base import KnowledgeBase
from blueprint.spec.findings import did_you_mean
from blueprint.spec.names import shown

_SEPARATORS = re.compile(r"[\s_-]+")


def unknown_criterion(name: str, base: KnowledgeBase) -> Problem:
    """The problem with a name that is no criterion; it names the criterion that covers it, if any."""
    criterion = _by_other_name(base).get(_normalized(name))
    if criterion is None:
        hint = did_you_mean(name, base.criteria)
        return Problem("unknown-criterion", f"there is no criterion {shown(name)}", hint)
    message = f'there is no criterion {shown(name)}, because "{criterion}" covers it'
    return Problem("unknown-criterion", message, f"weigh {criterion} instead")


def _by_other_name(base: KnowledgeBase) -> dict[str, str]:
    return {
        _normalized(name): id
        for id, criterion in base.criteria.items()
        for name in (*criterion.covers, criterion.title, id)
    }


def _normalized(name: str) -> str:
    return _SEPARATORS.sub("-", name.strip()).casefold()
