"""What somebody needs is read strictly, and what contradicts itself is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprint.errors import SpecError
from blueprint.knowledge.needs import Load, Needs, read_needs
from blueprint.knowledge.writing import written_needs
from tests.support.comparisons import SCENARIOS, base, needs_of

START = "version: 1\nanswers: {teams: one}\n"


def told(text: str) -> list[tuple[str, int | None]]:
    with pytest.raises(SpecError) as caught:
        read_needs(text, "needs.yaml", base(), Load())
    return [(problem.code, problem.line) for problem in caught.value.problems]


def test_what_is_left_out_is_unknown() -> None:
    assert read_needs(START, "needs.yaml", base(), Load()) == Needs(answers={"teams": "one"})


def test_the_load_that_nobody_states_is_a_small_shop() -> None:
    assert Load() == Load(
        requests_per_second=50,
        peak_factor=3,
        messages_per_second=None,
        payload_bytes=1000,
        response_bytes=2000,
        services=5,
        events=5,
        instances=None,
        availability=99.9,
        broker="sqs",
    )


def test_what_the_file_leaves_out_of_the_load_is_as_known_from_elsewhere() -> None:
    known = Load(services=9, events=7)
    needs = read_needs(f"{START}load: {{services: 2}}\n", "needs.yaml", base(), known)
    assert (needs.load.services, needs.load.events) == (2, 7)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("version: 1\n", "missing-key", 1),
        ("answers: {}\n", "missing-key", 1),
        ("version: 2\nanswers: {}\n", "unknown-value", 1),
        ("version: 1\nanswers: {team: one}\n", "unknown-question", 2),
        ("version: 1\nanswers: {teams: seven}\n", "unknown-answer", 2),
        (f"{START}weights: {{speed: 3}}\n", "unknown-criterion", 3),
        (f"{START}weights: {{scaling: 101}}\n", "out-of-range", 3),
        (f"{START}weights: {{scaling: -1}}\n", "out-of-range", 3),
        (f"{START}weights: {{scaling: high}}\n", "not-a-number", 3),
        (f"{START}load: {{requests_per_second: -5}}\n", "out-of-range", 3),
        (f"{START}load: {{requests_per_second: 1e30}}\n", "out-of-range", 3),
        (f"{START}load: {{requests_per_second: nan}}\n", "not-a-number", 3),
        (f"{START}load: {{availability: 100}}\n", "out-of-range", 3),
        (f"{START}load: {{broker: rabbit}}\n", "unknown-value", 3),
        (f"{START}load: {{services: 0}}\n", "out-of-range", 3),
        (f"{START}load: [1, 2]\n", "wrong-shape", 3),
        (f"{START}weight: {{scaling: 1}}\n", "unknown-key", 3),
        ("version: 1\nanswers: {load_shape: steady}\nload: {peak_factor: 50}\n", "contradiction", 3),
        ("version: 1\nanswers: {load_shape: bursts}\nload: {peak_factor: 1}\n", "contradiction", 3),
        ("version: 1\nanswers: {followers: often}\nload: {messages_per_second: 0}\n", "contradiction", 3),
    ],
)
def test_what_does_not_fit_is_told_with_its_line(text: str, code: str, line: int) -> None:
    assert told(text) == [(code, line)]


@pytest.mark.parametrize(("written", "number"), [("1_000", 1000), ("2.5", 2.5), ("1e3", 1000), ("12", 12)])
def test_a_number_is_read_as_yaml_reads_it(written: str, number: float) -> None:
    text = f"{START}load: {{requests_per_second: {written}}}\n"

    assert read_needs(text, "needs.yaml", base(), Load()).load.requests_per_second == number


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_needs_can_be_written_down_and_read_again(scenario: str) -> None:
    needs = needs_of(scenario)
    assert read_needs(written_needs(needs), "needs.yaml", base(), Load()) == needs


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_needs(text, "needs.yaml", base(), Load())
    except SpecError as error:
        assert error.problems
