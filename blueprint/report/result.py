"""The JSON result of a command."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from blueprint.errors import Problem
from blueprint.printable import json_line

FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a command: `status`, `exit_code`, its data, and all errors."""

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
