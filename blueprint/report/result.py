"""The answer of a command, for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from blueprint.errors import Problem
from blueprint.printable import json_line

FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class Result:
    """What a command answers: `status` in a word, `exit_code`, data of the command, and all that is wrong."""

    command: str
    status: str
    exit_code: int = 0
    data: Mapping[str, object] = field(default_factory=dict)
    errors: tuple[Problem, ...] = ()

    def to_json(self) -> str:
        """One line with sorted keys."""
        envelope = {
            "blueprint": FORMAT_VERSION,
            "command": self.command,
            "status": self.status,
            "exit_code": self.exit_code,
            "data": self.data,
            "errors": [asdict(problem) for problem in self.errors],
        }
        return json_line(json.dumps(envelope, sort_keys=True, ensure_ascii=False))
