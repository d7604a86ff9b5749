"""The table of evolution: from each form of a field to each other one, rows are kept, or it is refused."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest

from blueprint.cli.main import run
from blueprint.runtime.environment import process_variables
from tests.databases.places import Place
from tests.databases.server import Postgres
from tests.generated.workshop import Workshop

PROGRAM = Path(__file__).with_name("read_all.py")
FORM = re.compile(r"(?P<type>[^ ?]+)(?P<optional>\?)?(?P<unique> unique)?(?: (?P<bound>.+))?")
HEAD = """\
version: 1
name: mall
pattern: monolith
stack: fastapi
database: postgresql
types:
  dose: {name: str, amount: int >= 1}
services:
  things: {resource: {name: str}}
"""
WHEN = "2030-01-31T12:00:00Z"
STORED = {
    "str": "'abc'",
    "ref(things)": "'abc'",
    "int": "5",
    "money": "5",
    "bool": "TRUE",
    "time": "'2030-01-31T12:00:00Z'",
    "list[str]": """'["a"]'""",
    "list[int]": "'[1]'",
    "list[time]": """'["2030-01-31T12:00:00Z"]'""",
    "dose": """'{"name": "a", "amount": 2}'""",
    "list[dose]": """'[{"name": "a", "amount": 2}]'""",
}
"""A value of each type, as SQL."""
READ_AS = {
    **{kind: {kind} for kind in STORED},
    "str": {"str", "ref(things)"},
    "ref(things)": {"str", "ref(things)"},
    "time": {"time", "str"},
    "list[time]": {"list[time]", "list[str]"},
}
"""What every stored value of a type is, too."""
BOUNDS = {None: range(-100, 100), ">= 1": range(1, 100), "<= 9": range(-100, 10)}
FORMS = [
    *(f"{kind}{optional}" for kind, optional in product(STORED, ("", "?"))),
    *("str unique", "str? unique", "int unique"),
    *(
        f"{kind}{optional} {bound}"
        for kind in ("int", "money")
        for optional in ("", "?")
        for bound in (">= 1", "<= 9")
    ),
]


@dataclass(frozen=True, slots=True)
class Form:
    kind: str
    optional: bool
    unique: bool
    bound: str | None

    @classmethod
    def of(cls, text: str) -> Form:
        found = FORM.fullmatch(text)
        assert found
        return cls(found["type"], bool(found["optional"]), bool(found["unique"]), found["bound"])

    def can_become(self, other: Form) -> bool:
        """By the table of this test, not by the code that is tested."""
        return (
            other.kind in READ_AS[self.kind]
            and (other.optional or not self.optional)
            and (self.unique or not other.unique)
            and set(BOUNDS[self.bound]) <= set(BOUNDS[other.bound])
        )

    def values(self) -> Iterator[str]:
        yield STORED[self.kind]
        if self.optional:
            yield "NULL"

    def later_values(self, before: Form) -> Iterator[str]:
        """What could not be stored before."""
        if self.optional and not before.optional:
            yield "NULL"
        if not self.unique and before.unique:
            yield STORED[self.kind]
        if before.bound and before.bound != self.bound:
            yield {">= 1": "-3", "<= 9": "99"}[before.bound]


PAIRS = [pair for pair in product(FORMS, FORMS) if pair[0] != pair[1]]
FOLLOWED = [
    (Form.of(old), Form.of(new), old, new) for old, new in PAIRS if Form.of(old).can_become(Form.of(new))
]
AROUND = {
    "sqlite": (
        "CREATE TRIGGER {name}_noted AFTER INSERT ON {name} BEGIN INSERT INTO noted VALUES ('{name}'); END",
    ),
    "postgresql": (
        "CREATE TRIGGER {name}_noted AFTER INSERT ON {name} FOR EACH ROW EXECUTE FUNCTION note()",
    ),
}
CHILD = (
    "CREATE TABLE {name}_child (id TEXT PRIMARY KEY, parent TEXT REFERENCES {name} (id) ON DELETE CASCADE)"
)
VIEW = "CREATE VIEW {name}_view AS SELECT id, value FROM {name}"
NOTE = (
    "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN INSERT INTO noted VALUES (TG_TABLE_NAME); RETURN new; END $$"
)


def spec(forms: dict[str, str]) -> str:
    return HEAD + "".join(f'  {name}: {{resource: {{value: "{form}"}}}}\n' for name, form in forms.items())


def new_project(root: Path, text: str) -> Path:
    file = root.with_suffix(".yaml")
    file.write_text(text)
    assert run(["new", "--spec", str(file), "-p", "monolith", "--no-git", "-o", str(root)]) == 0
    return root


def inserts(name: str, values: Iterator[str], first: int) -> list[str]:
    row = f"INSERT INTO {name} (id, created_at, value) VALUES "
    return [f"{row}('{first + number}', '{WHEN}', {value})" for number, value in enumerate(values)]


def read(place: Place) -> dict[str, dict[str, list[object]]]:
    command = [place.python, "-P", str(PROGRAM), "mall", place.url, "mall", *place.services]
    done = subprocess.run(
        command, env=process_variables(place.root / "src"), capture_output=True, text=True, timeout=200
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, list[object]]] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_what_is_followed_keeps_every_row_and_takes_what_is_allowed_now(
    database: str, workshop: Workshop, server: Postgres, tmp_path: Path
) -> None:
    names = {f"p{number}s": pair for number, pair in enumerate(FOLLOWED)}
    root = new_project(tmp_path / "mall", spec({name: old for name, (*_, old, _) in names.items()}))
    url = server.new_database() if database == "postgresql" else f"sqlite:///{tmp_path}/mall.db"
    place = Place(root, url, workshop.python(root), tuple(names))
    built = ["CREATE TABLE noted (name TEXT)", *([NOTE] if database == "postgresql" else [])]
    for name, (before, *_) in names.items():
        built += inserts(name, before.values(), 1)
        built += [each.format(name=name) for each in (CHILD, VIEW, *AROUND[database])]
        built.append(f"INSERT INTO {name}_child VALUES ('c', '1')")
    place.started(*built)
    kept = read(place)

    (root / "blueprint.yaml").write_text(spec({name: new for name, (*_, new) in names.items()}))
    place.do("sync")
    later = [
        each for name, (old, new, *_) in names.items() for each in inserts(name, new.later_values(old), 7)
    ]
    children, *_ = place.started(
        *(f"SELECT '{name}' AS name, id FROM {name}_child" for name in names), *later
    )
    found = read(place)

    assert len(names) > 40
    assert children == [{"name": next(iter(names)), "id": "c"}]
    for name, (old, new, *forms) in names.items():
        assert found[name]["unreadable"] == [], forms
        rows = kept[name]["rows"]
        assert found[name]["rows"][: len(rows)] == rows, forms
        assert len(found[name]["rows"]) == len(rows) + len(list(new.later_values(old))), forms
    [noted] = place.started("SELECT count(*) AS count FROM noted")
    assert noted == [{"count": len(later)}]


@pytest.mark.parametrize("old", FORMS)
def test_what_rows_could_not_follow_is_refused_with_its_line(
    old: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = [new for new in FORMS if new != old and not Form.of(old).can_become(Form.of(new))]
    names = {f"p{number}s": new for number, new in enumerate(refused)}
    root = new_project(tmp_path / "mall", spec(dict.fromkeys(names, old)))
    (root / "blueprint.yaml").write_text(spec(names))
    capsys.readouterr()

    assert run(["sync", str(root), "--json"]) == 3

    errors = json.loads(capsys.readouterr().out)["errors"]
    assert {error["code"] for error in errors} == {"stored-rows"}
    first = HEAD.count("\n") + 1
    assert [error["line"] for error in errors] == list(range(first, first + len(names)))
