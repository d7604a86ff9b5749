"""A spec that is not valid: told in a line with its place and a hint, all at once, and nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reliability.refusals import Refusal, refusal

HEAD = "version: 1\nname: shop\npattern: monolith\nstack: fastapi\n"
NOTES = "  notes: {resource: {text: str}}\n"
GOOD = f"{HEAD}services:\n{NOTES}"

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with something around it that must not change either."""
    folder = tmp_path / "around" / "here"
    folder.mkdir(parents=True)
    (folder.parent / "other.txt").write_text("not yours")
    monkeypatch.chdir(folder)
    return folder


def refused(spec: str | bytes, here: Path, capsys: Capture) -> Refusal:
    content = spec if isinstance(spec, bytes) else spec.encode()
    (here / "spec.yaml").write_bytes(content)
    return refusal(["new", "--spec", "spec.yaml"], here.parent, capsys)


def notes(**parts: str) -> str:
    """A spec with one service, made of these parts."""
    return f"{HEAD}services:\n  notes: {{{', '.join(f'{key}: {value}' for key, value in parts.items())}}}\n"


UNREADABLE = {
    "empty": ("", "empty-file", "1:1"),
    "blank": (" \n\n", "empty-file", "1:1"),
    "a comment": ("# later\n", "empty-file", "1:1"),
    "a list": ("- a\n- b\n", "wrong-shape", "1:1"),
    "a word": ("shop\n", "wrong-shape", "1:1"),
    "an image": (b"\x89PNG\r\n\x1a\n\0", "not-text", "1:1"),
    "UTF-16": (GOOD.encode("utf-16"), "not-text", "1:1"),
    "Latin-1": (f"{HEAD}# caf\xe9\n".encode("latin-1"), "not-text", "5:6"),
    "a NUL": (GOOD.replace("text", "te\0xt").encode(), "not-text", "6:24"),
    "an escape sequence": (GOOD.replace("text", "\x1b]0;x\x07"), "not-text", "6:22"),
    "a tab": (GOOD.replace("  notes", "\tnotes"), "bad-yaml", "6:1"),
    "an open bracket": (GOOD.replace("}}", "}"), "bad-yaml", "7:1"),
    "two documents": (f"{GOOD}---\n{GOOD}", "second-document", "7:1"),
    "over 256 KiB": (GOOD + "#" * 256 * 1024, "too-large", "1:1"),
    "fifty levels": (notes(resource="{a: " * 46 + "}" * 46), "too-deep", "6:202"),
    "nine hundred levels": (notes(resource="[" * 900), "too-deep", "6:67"),
    "a later version": (GOOD.replace("version: 1", "version: 2"), "newer-version", "1:10"),
    "no whole version": (GOOD.replace("version: 1", "version: 1.0"), "bad-version", "1:10"),
}


@pytest.mark.parametrize(("spec", "code", "place"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_is_no_spec_is_refused(
    spec: str | bytes, code: str, place: str, here: Path, capsys: Capture
) -> None:  # G41, G44, G47
    found = refused(spec, here, capsys)
    assert (found.exit_code, found.codes, found.places) == (3, [code], [f"spec.yaml:{place}"])


ONE_PROBLEM = {
    "an unknown key": (f"{GOOD}servces: {{}}\n", "unknown-key", "7:1"),
    "an unknown key inside": (notes(resource="{text: str}", actoins="{}"), "unknown-key", "6:34"),
    "the only key misspelt": (notes(resorce="{text: str}"), "unknown-key", "6:11"),
    "a missing key": (GOOD.replace("name: shop\n", ""), "missing-key", "1:1"),
    "a key twice": (f"{GOOD}name: other\n", "duplicate-key", "7:1"),
    "a service twice": (f"{GOOD}{NOTES}", "duplicate-key", "7:3"),
    "a field twice": (notes(resource="{text: str, text: int}"), "duplicate-key", "6:33"),
    "an anchor": (notes(resource="&a {text: str}"), "yaml-reference", "6:21"),
    "an alias": (notes(resource="{text: *a}"), "yaml-reference", "6:28"),
    "a merge key": (notes(resource="{<<: {text: str}}"), "yaml-reference", "6:22"),
    "a tag that runs code": (
        notes(resource="{text: !!python/object/apply:os.system [id]}"),
        "yaml-tag",
        "6:28",
    ),
    "a tag that reads files": (f"{HEAD}services:\n  notes: !include /etc/passwd\n", "yaml-tag", "6:10"),
    "a date": (notes(resource="{text: 2020-01-01}"), "bad-name", "6:28"),
    "an octal": (notes(resource="{text: int >= 0o17}"), "bad-field", "6:28"),
    "201 services": (
        f"{HEAD}services:\n" + "".join(f"  s{n}: {{resource: {{a: str}}}}\n" for n in range(201)),
        "too-many",
        "6:3",
    ),
    "201 fields": (
        notes(resource="{" + ", ".join(f"f{n}: str" for n in range(201)) + "}"),
        "too-many",
        "6:21",
    ),
    "services that fold to one": (
        f"{HEAD}services:\n  order-item: {{resource: {{a: str}}}}\n  order_item: {{resource: {{a: str}}}}\n",
        "same-name",
        "7:3",
    ),
    "a word for a table": (notes(resource="text"), "wrong-shape", "6:21"),
    "a word for a list": (notes(actions="{send: {refuses: late}}"), "wrong-shape", "6:37"),
    "nothing for a word": (notes(resource="{text: }"), "wrong-shape", "6:28"),
    "an unknown broker": (f"{GOOD}broker: kafk\n", "unknown-broker", "7:9"),
    "an unknown pattern": (GOOD.replace("monolith", "monolit"), "unknown-pattern", "3:10"),
}


@pytest.mark.parametrize(("spec", "code", "place"), ONE_PROBLEM.values(), ids=ONE_PROBLEM)
def test_what_is_wrong_in_a_spec_is_told_once(
    spec: str, code: str, place: str, here: Path, capsys: Capture
) -> None:  # G21, G29, G42 to G45, G48
    found = refused(spec, here, capsys)
    assert (found.exit_code, found.codes, found.places) == (3, [code], [f"spec.yaml:{place}"])


INJECTIONS = {
    "YAML": "str\n  evil: {resource: {a: str}}",
    "a shell": "$(touch canary)",
    "a shell with backticks": "`touch canary`",
    "a Dockerfile": "str\nRUN touch canary",
    "Python": "__import__('os').system('touch canary')",
    "a docstring": '"""',
    "SQL": "'; DROP TABLE notes; --",
    "Jinja": "{{ 7 * 7 }}",
    "a Jinja block": "{% raw %}",
    "Markdown": "[x](javascript:alert(1))",
    "HTML": "<script>alert(1)</script>",
    "a terminal": "\x1b]0;title\x07",
    "rich": "[red]str[/red]",
    "a right-to-left override": "\u202ertl",
    "a path": "../../etc/passwd",
    "a limit": "int >= $(id)",
}


EVERYWHERE = """\
version: 1
name: HERE
pattern: HERE
stack: HERE
types:
  HERE: {a: str}
  line:
    HERE: str
services:
  HERE: {resource: {a: str}}
  notes:
    resource:
      HERE: str
      text: HERE
      lines: HERE
    actions:
      HERE: {}
      send:
        in: {text: HERE}
        refuses:
        - HERE
        undo: HERE
    publishes:
      created: HERE
    reacts_to:
      HERE: send
      note.made: HERE
workflows:
  HERE: {}
  deliver:
    starts: HERE
    steps:
    - HERE
    success: HERE
    failure: HERE
HERE: 1
"""


def quoted(text: str) -> str:
    """In the double quotes of YAML."""
    escapes = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\x1b": "\\e", "\x07": "\\a", "\u202e": "\\u202e"}
    return '"' + "".join(escapes.get(char, char) for char in text) + '"'


@pytest.mark.parametrize("text", INJECTIONS.values(), ids=INJECTIONS)
def test_text_that_means_something_elsewhere_is_not_taken_anywhere(
    text: str, here: Path, capsys: Capture
) -> None:  # G31 to G39
    found = refused(EVERYWHERE.replace("HERE", quoted(text)), here, capsys)
    lines = {int(place.split(":")[1]) for place in found.places}
    assert lines >= {number for number, line in enumerate(EVERYWHERE.splitlines(), 1) if "HERE" in line}
    assert all(one.message.isprintable() and one.hint.isprintable() for one in found.told)


FLOW = """\
services:
  notes: {{resource: {{text: str, status: str}}, actions: {{keep: {{}}, drop: {{in: {{reason: str}}}}}}}}
  mails: {{actions: {{send: {{in: {{{given}: str}}, refuses: [nobody]}}}}}}
workflows:
  deliver: {{starts: notes.created, steps: [{steps}], success: notes.keep, failure: notes.drop}}
"""


@pytest.mark.parametrize(
    ("given", "steps", "code", "hint"),
    [
        ("address", "mails.send", "unbound-input", "known here: note_id, text"),
        ("txt", "mails.send", "unbound-input", 'did you mean "text"?'),
        ("text", "mails.sned", "unknown-action", 'did you mean "send"?'),
        ("text", "mail.send", "unknown-service", 'did you mean "mails"?'),
        ("text", "mails", "bad-value", 'write SERVICE.ACTION, for example "payments.charge"'),
    ],
)
def test_a_step_that_cannot_be_done_is_told_with_what_could_be_meant(
    given: str, steps: str, code: str, hint: str, here: Path, capsys: Capture
) -> None:
    found = refused(HEAD + FLOW.format(given=given, steps=steps), here, capsys)
    assert [(one.code, one.place, one.hint) for one in found.told] == [(code, "spec.yaml:9:44", hint)]


def test_a_step_comes_once(here: Path, capsys: Capture) -> None:
    found = refused(HEAD + FLOW.format(given="text", steps="mails.send, mails.send"), here, capsys)
    assert (found.codes, found.places) == (["repeated"], ["spec.yaml:9:56"])


@pytest.mark.parametrize(
    ("event", "is_taken"),
    [
        ("notes.created", False),
        ("note.made", False),
        ("notes.send", True),
        ("notes.send.refused", True),
        ("mails.post", True),
        ("mails.created", True),
        ("mails.created.refused", True),
    ],
)
def test_an_event_cannot_have_the_name_of_what_another_occurrence_is_called_by_itself(
    event: str, is_taken: bool, here: Path, capsys: Capture
) -> None:
    parts = {"resource": "{text: str}", "actions": "{send: {}}", "publishes": f"{{created: {event}}}"}
    spec = notes(**parts) + "  mails: {resource: {text: str}, actions: {post: {}}}\nbroken: 1\n"
    found = refused(spec, here, capsys)
    assert found.codes == ["event-taken", "unknown-key"] if is_taken else ["unknown-key"]


def test_all_problems_are_told_at_once_from_the_top_down(here: Path, capsys: Capture) -> None:  # G46
    spec = (
        f"{HEAD.replace('shop', 'Shop')}services:\n  Bad: {{resource: {{a: str}}}}\n"
        "  notes: {resource: {text: strr, id: str}}\n  mails: {reacts_to: {note.made: send}}\nbogus: 1\n"
    )
    found = refused(spec, here, capsys)
    assert found.codes == [
        "bad-name",
        "bad-name",
        "unknown-type",
        "reserved-name",
        "unknown-event",
        "unknown-key",
    ]
    assert found.places == [f"spec.yaml:{place}" for place in ("2:7", "6:3", "7:28", "7:34", "8:23", "9:1")]


@pytest.mark.parametrize("name", ["missing.yaml", ".", "other.txt/spec.yaml"])
def test_a_spec_that_is_not_there_is_told_with_its_path(
    name: str, here: Path, capsys: Capture
) -> None:  # G41
    (here / "other.txt").touch()
    found = refusal(["new", "--spec", name], here.parent, capsys)
    assert (found.exit_code, found.codes, found.places) == (3, ["no-spec"], [name])
