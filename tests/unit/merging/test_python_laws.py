"""What holds of a merge of Python, whatever the three versions are."""

from __future__ import annotations

import ast
import re

from hypothesis import HealthCheck, given, settings

from tests.unit.merging.modules import Triple, merged, normalized, triples, words

LAWS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@LAWS
@given(triples())
def test_a_change_of_one_side_is_taken_byte_for_byte(triple: Triple) -> None:
    base, yours, new = triple

    assert merged(base, base, new) == new
    assert merged(base, yours, base) == yours
    assert merged(base, yours, yours) == yours


@LAWS
@given(triples())
def test_it_does_not_matter_whose_side_is_which(triple: Triple) -> None:
    base, yours, new = triple
    one, other = merged(base, yours, new), merged(base, new, yours)

    assert (one is None) == (other is None)
    assert one is None or other is None or normalized(one) == normalized(other)


@LAWS
@given(triples())
def test_nothing_gets_lost_and_nothing_is_invented(triple: Triple) -> None:
    base, yours, new = (words(text) for text in triple)
    found = merged(*triple)
    result = words(found) if found is not None else yours | new

    assert not (yours - base) - result
    assert not (new - base) - result
    assert not result - (yours + new)


@LAWS
@given(triples())
def test_a_tuple_stays_one(triple: Triple) -> None:
    found = merged(*triple)
    tree = ast.parse(found if found is not None else triple[1])
    tuples = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "ACTIONS"
    ]

    assert [type(value) for value in tuples] == [ast.Tuple]


@LAWS
@given(triples())
def test_to_merge_once_more_changes_nothing(triple: Triple) -> None:
    base, yours, new = triple
    found = merged(base, yours, new)
    again = merged(base, found, new) if found is not None else None

    assert found == again or (found and again and normalized(found) == normalized(again))


@LAWS
@given(triples())
def test_blank_lines_are_no_edit(triple: Triple) -> None:
    base, yours, new = triple
    found = merged(base, yours, new)
    squeezed = merged(base, re.sub(r"\n\n\n+", "\n\n", yours), new)

    assert (found is None) == (squeezed is None)
    assert found is None or squeezed is None or normalized(found) == normalized(squeezed)
