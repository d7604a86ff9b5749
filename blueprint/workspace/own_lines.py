"""Whether a file with conflict markers holds anything but the tool's own lines.

When two branches meet that both changed a file only through the tool, all of it can be derived anew, and
nobody has to settle by hand what nobody wrote by hand.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations_with_replacement

from blueprint.workspace.line_ends import plain
from blueprint.workspace.markers import sides


def made_of_renders(content: bytes, renders: Iterable[bytes]) -> bool:
    """Whether all lines come from two renders, and no line that both of them have is missing."""
    lines = frozenset(line for side in sides(plain(content)) for line in side.splitlines())
    known = [frozenset(plain(render).splitlines()) for render in renders]
    return any(one & other <= lines <= one | other for one, other in combinations_with_replacement(known, 2))
