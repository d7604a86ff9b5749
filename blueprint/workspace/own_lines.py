"""Whether a file with conflict markers holds anything but the tool's own lines.

When two branches meet that both changed a file only through the tool, all of it can be derived anew, and
nobody has to settle by hand what nobody wrote by hand.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from blueprint.workspace.line_ends import plain
from blueprint.workspace.markers import is_ours, sides


def made_of_renders(content: bytes, renders: Iterable[bytes]) -> bool:
    """Whether two renders met here: all lines are theirs, and neither side misses one that both of them have.

    Markers of this tool always stand for an edit of the user's.
    """
    text = plain(content)
    if is_ours(text):
        return False
    yours, new = (frozenset(side.splitlines()) for side in sides(text))
    known = {frozenset(plain(render).splitlines()) for render in renders}
    return any(
        yours | new <= one | other and one & other <= yours & new for one, other in combinations(known, 2)
    )
