"""What a service reads from its environment, as a spec says it."""

from __future__ import annotations

import pytest

from blueprint.errors import Problem, SpecError
from blueprint.spec.load import load_spec
from blueprint.spec.model import Bound, Length, Setting
from blueprint.spec.names import Name
from blueprint.spec.settings import setting_of

NAME = Name("value")


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ("str", Setting(NAME, "str")),
        ("str?", Setting(NAME, "str", optional=True)),
        ("secret", Setting(NAME, "secret")),
        ("secret?", Setting(NAME, "secret", optional=True)),
        ("str 1..20 = plain text", Setting(NAME, "str", length=Length(1, 20), default="plain text")),
        ("int >= 1 = 5", Setting(NAME, "int", bound=Bound(">=", 1), default="5")),
        ("int == 5 = 5", Setting(NAME, "int", bound=Bound("==", 5), default="5")),
        ("int = -3", Setting(NAME, "int", default="-3")),
        ("money < 100=99", Setting(NAME, "money", bound=Bound("<", 100), default="99")),
        ("bool = false", Setting(NAME, "bool", default="false")),
        (
            "url = https://a.example/b?c=d",
            Setting(NAME, "url", default="https://a.example/b?c=d"),
        ),
    ],
)
def test_a_setting_is_what_is_written(text: str, setting: Setting) -> None:
    assert setting_of(NAME, text) == setting
    assert setting_of(NAME, str(setting)) == setting


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("float", "bad-setting", '"float" does not describe a setting'),
        ("time", "bad-setting", '"time" does not describe a setting'),
        ("list[str]", "bad-setting", '"list[str]" does not describe a setting'),
        ("str unique", "bad-setting", "a setting is neither unique nor private"),
        ("secret private", "bad-setting", "a setting is neither unique nor private"),
        ("str >= 1", "misplaced-limit", '"str" has no limit, only int and money have one'),
        ("url 1..9", "misplaced-limit", '"url" has no length, only str has one'),
        ("secret = abc", "bad-setting", "a secret has no default: it would be in the repo"),
        ("int? = 3", "bad-setting", 'a setting with a default is never empty, so it has no "?"'),
        ("int >= 1 = 0", "bad-setting", 'the default "0" is not "int >= 1"'),
        ("int = five", "bad-setting", 'the default "five" is not "int"'),
        ("bool = yes", "bad-setting", 'the default "yes" is not "bool"'),
        ("url = example.com", "bad-setting", 'the default "example.com" is not "url"'),
        ("str 1..3 = long", "bad-setting", 'the default "long" is not "str 1..3"'),
        ("str =", "bad-setting", "the default after the = is missing"),
        ("str = a$b", "bad-setting", '"a$b" contains special characters'),
        ('str = say "hi"', "bad-setting", '"say "hi"" contains special characters'),
        ("int of what", "bad-field", '"int of what" does not describe a field'),
    ],
)
def test_what_is_no_setting_is_told_in_one_line(text: str, code: str, message: str) -> None:
    problem = setting_of(NAME, text)

    assert isinstance(problem, Problem)
    assert (problem.code, problem.message) == (code, message)
    assert problem.hint


def spec_of(*services: str) -> str:
    head = ["version: 1", "name: shop", "pattern: monolith", "stack: fastapi", "services:"]
    return "\n".join([*head, *services])


def problems(*services: str) -> list[str]:
    with pytest.raises(SpecError) as caught:
        load_spec(spec_of(*services), "blueprint.yaml")
    return [f"{each.line}:{each.column} {each.message}" for each in caught.value.problems]


def test_services_that_share_a_setting_agree_on_it() -> None:
    same = "{resource: {name: str}, settings: {timeout: int = 5}}"
    other = "{resource: {name: str}, settings: {timeout: int = 6}}"

    spec = load_spec(spec_of(f"  orders: {same}", f"  payments: {same}"), "blueprint.yaml")

    assert [each.settings for each in spec.services] == 2 * [spec.services[0].settings]
    assert problems(f"  orders: {same}", f"  payments: {other}") == [
        '7:57 "timeout" is "int = 6" here and "int = 5" in the service "orders"'
    ]


@pytest.mark.parametrize("name", ["path", "pythonpath", "port", "ld_preload", "user"])
def test_a_variable_that_programs_know_is_no_setting(name: str) -> None:
    [problem] = problems(f"  orders: {{resource: {{name: str}}, settings: {{{name}: str}}}}")

    assert f'"{name}" cannot be a setting: {name.upper()} means something else to programs' in problem


def test_two_names_of_one_variable_are_refused() -> None:
    [problem] = problems("  orders: {resource: {name: str}, settings: {api_2: str, api2: str}}")

    assert '"api_2" and "api2" are the same name in code' in problem


def test_settings_alone_are_no_service() -> None:
    assert problems("  orders: {settings: {timeout: int}}") == ['6:3 the service "orders" does nothing']
