"""Names that no project, service, field, action or type can have; and those that only look as if."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from blueprint.catalog.load import load_catalog
from blueprint.cli.drafting import Wishes, draft
from blueprint.errors import Problem
from blueprint.render.renderer import render
from blueprint.spec.names import action_name, service_name, type_name
from blueprint.tree import Tree
from tests.reliability.refusals import refusal

Capture = pytest.CaptureFixture[str]

HOSTILE = {
    "empty": ("", None),
    "a space": (" ", None),
    "a capital": ("Shop", "shop"),
    "two words": ("Order Service", "order-service"),
    "an underscore": ("order_service", "order-service"),
    "a digit first": ("2shop", "shop"),
    "a hyphen last": ("shop-", "shop"),
    "two hyphens": ("web--shop", "web-shop"),
    "an accent": ("café", "cafe"),
    "an emoji": ("\U0001f600", None),
    "right to left": ("a\u202eb", "ab"),
    "zero width": ("a\u200bb", "ab"),
    "a path": ("../shop", "shop"),
    "a number": ("1e3", "e3"),
    "a shell": ("$(touch canary)", "touch-canary"),
    "backticks": ("`touch canary`", "touch-canary"),
    "a line break": ("a\nb", "a-b"),
    "an escape sequence": ("\x1b]0;x\x07", "x"),
    "Jinja": ("{{7*7}}", None),
    "rich": ("[red]", "red"),
    "YAML": ("a: b", "a-b"),
    "HTML": ("<script>", "script"),
    "SQL": ("x'; drop table y", "x-drop-table-y"),
}
TAKEN = ("class", "match", "list", "json", "fastapi", "blueprint", "tests", "con", "com1", "aux")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("name", "instead"), HOSTILE.values(), ids=HOSTILE)
def test_a_name_of_the_wrong_shape_comes_with_one_that_would_do(
    name: str, instead: str | None, here: Path, capsys: Capture
) -> None:  # G28, G31 to G39
    found = refusal(["new", name], here, capsys)
    assert (found.exit_code, found.codes) == (3, ["bad-name"])
    assert f'"{instead or "web-shop"}"' in found.told[0].hint
    assert found.told[0].message.isprintable()


@pytest.mark.parametrize("name", TAKEN)
def test_a_name_that_code_or_a_disk_needs_is_taken(
    name: str, here: Path, capsys: Capture
) -> None:  # G23, G26
    found = refusal(["new", name], here, capsys)
    assert (found.exit_code, found.codes) == (3, ["reserved-name"])
    assert f'"{name}-app"' in found.told[0].hint


@pytest.mark.parametrize("length", [41, 64, 300])
def test_a_name_that_is_too_long_is_told_without_all_of_it(
    length: int, here: Path, capsys: Capture
) -> None:  # G28, G31
    found = refusal(["new", "x" * length], here, capsys)
    assert (found.exit_code, found.codes) == (3, ["bad-name"])
    assert f"{length} characters" in found.told[0].message
    assert len(found.told[0].message) < 120


SPEC = """\
version: 1
name: zzproject
pattern: monolith
stack: fastapi
types:
  zztype: {zza: int >= 1, zzb: time, zzc: money, zzd: bool}
services:
  zzstarts:
    resource:
      {zza: ref(zzothers), zzb: zztype, zzc: "list[zztype]", zzd: int? >= 0, zze: str unique, status: str}
    publishes: {created: zz.made, zzconfirm: zz.confirmed}
    actions: {zzconfirm: {}, zzcancel: {in: {reason: str}}}
  zzothers: {resource: {zza: str, zzb: bool}}
  zzone: {resource: {zza: str}, publishes: {created: zz.one}}
  zzsteps:
    resource: {zzstart_id: str, zzb: zztype, status: str}
    actions:
      zzdo:
        {in: {zzstart_id: str, zzb: zztype}, out: {zzf: zztype, zzg: time}, refuses: [zzno], undo: zzundo}
      zzcall: {in: {zzg: time}, out: {zzh: str}, refuses: [zznever], undo: zzuncall, external: true}
  zzreacts:
    resource: {zzstart_id: str}
    reacts_to: {zz.made: zzhear, zz.confirmed: zznote}
    actions: {zzlast: {in: {zzt: zztype}, external: true}}
workflows:
  zzflow:
    starts: zzstarts.created
    steps: [zzsteps.zzdo, zzsteps.zzcall]
    success: zzstarts.zzconfirm
    failure: zzstarts.zzcancel
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """A project in which all names of the user's begin with zz."""
    file = tmp_path_factory.mktemp("names") / "spec.yaml"
    file.write_text(SPEC)
    return render(draft(Wishes(spec=file), load_catalog()).plan)


def words_of(tree: Tree, *modules: str) -> set[str]:
    """What the modules of services call things, besides what follows from names of the user's."""
    code = modules_of(tree, rf"zz\w+/({'|'.join(modules)})")
    return not_the_users({word for module in code for node in ast.walk(module) for word in _words(node)})


def words_beside_services(tree: Tree) -> set[str]:
    """What the modules that import all services call things on their top level, and in loops."""
    code = [module for module in modules_of(tree, r"entrypoints/\w+") if imports_services(module)]
    tops = [node for module in code for node in module.body]
    loops = [loop.target for module in code for loop in ast.walk(module) if isinstance(loop, ast.For)]
    return not_the_users({word for node in (*tops, *loops) for part in parts(node) for word in _words(part)})


def modules_of(tree: Tree, pattern: str) -> list[ast.Module]:
    path = re.compile(rf"src/zzproject/{pattern}\.py")
    code = [ast.parse(blob.content) for file, blob in tree.items() if path.fullmatch(file)]
    assert len(code) > 1
    return code


def imports_services(module: ast.Module) -> bool:
    return any(isinstance(node, ast.ImportFrom) and node.module == "zzproject" for node in module.body)


def not_the_users(words: set[str]) -> set[str]:
    return {word for word in words if "zz" not in word.lower() and not word.startswith(("_", "test_"))}


def parts(node: ast.AST) -> Iterator[ast.AST]:
    """The node, and what it binds at once: names of an import, targets of an assignment."""
    yield node
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield from ast.walk(node)


def _words(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.name
        case ast.alias():
            yield (node.asname or node.name).partition(".")[0]
        case ast.arg():
            yield node.arg
        case ast.Name(ctx=ast.Store()):
            yield node.id
        case _:
            pass


def written_for(word: str) -> str | None:
    """The name that this class would be made of, if any could: `PageCursor` of `page_cursor`."""
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", word).lower()
    return name if "".join(part.capitalize() for part in name.split("_")) == word else None


def test_nobody_can_name_a_table_like_what_stands_beside_it(tree: Tree) -> None:  # G30
    words = words_of(tree, "api", "actions", "reactions", r"tests/test_zz\w+")
    free = {word for word in words if word.islower() and not isinstance(service_name(kebab(word)), Problem)}
    assert "router" in words
    assert free == set()


def test_nobody_can_name_a_service_like_what_stands_beside_its_import(tree: Tree) -> None:
    words = words_beside_services(tree)
    assert {"document", "service"} <= words
    assert {
        word for word in words if word.islower() and not isinstance(service_name(kebab(word)), Problem)
    } == set()


def test_nobody_can_name_an_action_like_what_stands_beside_it(tree: Tree) -> None:
    module = words_of(tree, "actions", "reactions") - {"command", "receipt", "tx"}
    assert "external" in module
    assert {word for word in module if word.islower() and not isinstance(action_name(word), Problem)} == set()


def test_nobody_can_name_a_class_like_what_stands_beside_it(tree: Tree) -> None:
    shared = {name for word in words_of(tree, "messages", "actions") if (name := written_for(word))}
    rows = {name for word in words_of(tree, "api", "resource", "types") if (name := written_for(word))}
    assert {"text", "tx"} <= shared
    assert {"page", "table"} <= rows

    free = {name for name in shared if not isinstance(action_name(name), Problem)}
    free |= {name for name in shared | rows if not isinstance(type_name(name), Problem)}
    free |= {name for name in shared | rows if not isinstance(service_name(kebab(name)), Problem)}
    assert free == set()


def kebab(word: str) -> str:
    return word.replace("_", "-")


CLASHES = {
    "an action and the row": ("{note: {}}", "", 'the service "notes" and the action "note"', "Note"),
    "an action and the table": ("{notes: {}}", "", 'the service "notes" and the action "notes"', "notes"),
    "an action and a type": ("{line: {}}", "", 'the type "line" and the action "line"', "Line"),
    "an action and a result": (
        "{send: {}, send_result: {}}",
        "",
        'the action "send" and the action "send_result"',
        "SendResult",
    ),
    "an action and a call": (
        "{send: {external: true}, call_send: {}}",
        "",
        'the action "send" and the action "call_send"',
        "call_send",
    ),
    "a type and a request": (
        "{}",
        ", new_note: {a: str}",
        'the type "new_note" and the service "notes"',
        "NewNote",
    ),
}


@pytest.mark.parametrize(("actions", "types", "owners", "word"), CLASHES.values(), ids=CLASHES)
def test_two_things_that_would_have_one_name_in_code_are_told(
    actions: str, types: str, owners: str, word: str, here: Path, capsys: Capture
) -> None:
    (here / "spec.yaml").write_text(
        "version: 1\nname: shop\npattern: monolith\nstack: fastapi\n"
        f"types: {{line: {{a: str}}{types}}}\n"
        f"services:\n  notes: {{resource: {{a: str}}, actions: {actions}}}\n"
    )
    found = refusal(["new", "--spec", "spec.yaml"], here, capsys)
    assert [(one.code, one.message) for one in found.told] == [
        ("same-name", f"{owners} would both give the name {word}")
    ]
