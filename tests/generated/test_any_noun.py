"""Any noun is a service: its URL is that noun, and what is generated for it works."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blueprint.catalog.load import load_catalog
from blueprint.errors import SpecError
from blueprint.plan.planner import make_plan
from blueprint.plan.running import RUN_FILE
from blueprint.render.renderer import render
from blueprint.spec.load import load_spec
from blueprint.spec.reserved import FIELD_KINDS, PATHS
from blueprint.tree import RelPath, Tree
from tests.generated.any_noun import ACTIONS, HARD, KIT_TABLES, ORDINARY, STARTED, distinct, spec_of
from tests.generated.workshop import Workshop, output

PATTERNS = ("monolith", "microservices", "event-driven")
RUFF = ("check", "--isolated", "--quiet", "--select", "F,E7,E9", ".")

every_pattern = pytest.mark.parametrize("pattern", PATTERNS)


def tree_of(text: str) -> Tree:
    return render(make_plan(load_spec(text, "blueprint.yaml"), load_catalog(), text))


def write(tree: Tree, folder: Path) -> Path:
    for path, blob in tree.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(blob.content)
    return folder


def nothing_is_hidden(tree: Tree, folder: Path) -> None:
    """No name is bound by two imports, or used where nothing binds it; no file is another on Windows."""
    output([sys.executable, "-m", "ruff", *RUFF], write(tree, folder))
    assert len({path.folded for path in tree}) == len(tree)


@cache
def words() -> list[str]:
    """Every identifier of the Python that is generated, and of its modules and folders."""
    found: set[str] = set()
    for pattern in PATTERNS:
        for path, blob in tree_of(spec_of(pattern, ["zulus"])).items():
            found |= set(re.findall(r"\w+", path))
            if path.endswith(".py"):
                found |= set(_identifiers(ast.parse(blob.content)))
    snake = {re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", word).lower().strip("_") for word in found}
    return sorted(
        word for word in snake if re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", word) and len(word) < 38
    )


def _identifiers(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        for field in ("id", "name", "arg", "attr", "asname"):
            if isinstance(word := getattr(node, field, None), str):
                yield from word.split(".")


def accepted(text: Callable[[list[str]], str], words: list[str]) -> list[str]:
    """Those of the words that a spec takes beside those before."""
    kept: list[str] = []
    for word in words:
        if word not in kept and is_loaded(text([*kept, word])):
            kept.append(word)
    return kept


def nouns_of(chosen: list[str]) -> list[str]:
    """The word, and what has it as its singular."""
    nouns = [noun.replace("_", "-") for word in chosen for noun in (word, f"{word}s")]
    own_action = (
        "do-it"  # of each service of the spec; one name for a table and a function is the user's to mend
    )
    return [noun for noun in nouns if noun not in (*PATHS, own_action)]


def test_there_are_nouns_enough() -> None:
    assert len(distinct([*ORDINARY, *HARD])) >= 150
    assert {"page", "publish", "table_of", "tasks", "outbox", "router"} - set(words()) == {"table_of"}
    assert len(words()) > 1000


@every_pattern
def test_the_code_of_any_noun_hides_nothing(pattern: str, tmp_path: Path) -> None:
    nothing_is_hidden(tree_of(spec_of(pattern, [*HARD, *ORDINARY])), tmp_path)


@every_pattern
def test_the_url_of_a_service_is_its_noun(pattern: str) -> None:
    tree = tree_of(spec_of(pattern, HARD))
    paths = tree[RelPath("docs/openapi.json")].content.decode()
    for number, noun in enumerate(distinct(HARD)):
        assert (f'"/{noun}": {{' in paths) == (number % 3 != 2)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_word_of_the_templates_is_hidden_by_a_service(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    free = [word for word in words() if word != "take"]  # an action of the specs has this name
    chosen = data.draw(st.lists(st.sampled_from(free), min_size=20, max_size=40, unique=True))
    pattern = data.draw(st.sampled_from(PATTERNS))
    nothing_is_hidden(tree_of(spec_of(pattern, nouns_of(chosen))), tmp_path_factory.mktemp("words"))


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_word_of_the_templates_is_hidden_by_an_action(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def text(actions: list[str]) -> str:
        return spec_of("monolith", ["zulus"], actions=actions)

    chosen = data.draw(st.lists(st.sampled_from(words()), min_size=20, max_size=40, unique=True))
    kept = accepted(text, ["import", *chosen])
    assert len(kept) > len(chosen) / 2
    nothing_is_hidden(tree_of(text(kept)), tmp_path_factory.mktemp("words"))


def test_an_action_with_the_name_of_a_function_of_another_route_hides_nothing(tmp_path: Path) -> None:
    """The module has a helper named `once`, so the function of that action is named after its route."""
    actions = ["import", "once", "post_lions_once", "post_zebras_once", "put_things_x"]
    text = spec_of("monolith", ["zulus"], actions=actions)
    text = text.replace("  lions:\n", "  lions:\n    routes: {'PUT /things/x': {}}\n")
    nothing_is_hidden(tree_of(text), tmp_path)


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(chosen=st.data())
def test_no_word_of_the_templates_is_hidden_by_a_field_or_a_type(
    chosen: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    own = ("id", "created_at", "thing_id", "status")
    fields = chosen.draw(
        st.lists(st.sampled_from([w for w in words() if w not in own]), min_size=20, unique=True)
    )
    types = [w for w in fields if w not in (*FIELD_KINDS, "do", "thing", "new_thing", "thing_created")]
    asked = ", ".join(f"{word}: {word}" for word in types)
    text = (
        "version: 1\nname: shop\npattern: monolith\nstack: fastapi\ntypes:\n"
        + "".join(f"  {word}: {{{word}: 'list[str]', list: 'list[int]'}}\n" for word in types)
        + f"services:\n  things:\n    resource: {{{', '.join(f'{word}: str' for word in fields)}}}\n"
        + f"    publishes: {{created: thing.made}}\n    actions: {{do: {{in: {{{asked}}}}}}}\n"
    )
    nothing_is_hidden(tree_of(text), tmp_path_factory.mktemp("words"))


@pytest.mark.parametrize("pattern", PATTERNS)
def test_routes_and_settings_of_any_word_are_what_the_spec_says(pattern: str, tmp_path: Path) -> None:
    """Inputs of actions, actions with routes, parameters of paths, and settings."""
    usable = [word for word in words() if is_loaded(_things(pattern, [word]))]
    assert {"id", "router", "publish", "str", "list", "body"} <= {*usable}

    rounds = 20
    for number in range(PATTERNS.index(pattern), rounds, len(PATTERNS)):  # every word in one pattern
        tree, chosen = _tree_of_things(pattern, usable[number::rounds])
        nothing_is_hidden(tree, tmp_path / str(number))
        api, settings_file = (
            ast.parse(tree[RelPath(f"src/shop/things/{name}.py")].content) for name in ("api", "settings")
        )
        routes = {path: node for node in api.body for path in _paths_of(node)}
        assert len(routes) >= 2 * len(chosen)
        for path, node in routes.items():
            assert {*re.findall(r"{(\w+)}", path)} <= {each.arg for each in node.args.args}, path
        assert "router" in {node.id for node in ast.walk(api) if isinstance(node, ast.Name)}
        [model] = [node for node in settings_file.body if isinstance(node, ast.ClassDef)]
        kinds = {ast.unparse(node.annotation) for node in model.body if isinstance(node, ast.AnnAssign)}
        assert kinds <= {"bool | None", "builtins.bool | None"}


def _tree_of_things(pattern: str, words: list[str]) -> tuple[Tree, list[str]]:
    """A project with these words, and those of them that are not refused beside the others."""
    while True:
        try:
            return tree_of(_things(pattern, words)), words
        except SpecError as error:
            refused = {re.findall(r'"(\w+)"', problem.message)[0] for problem in error.problems}
            assert refused <= {*words}
            assert len(refused) < len(words) / 5
            words = [word for word in words if word not in refused]


def _things(pattern: str, chosen: list[str]) -> str:
    inputs = ", ".join(f"{word}: str" for word in chosen)
    routes = ", ".join(
        f"'GET /things/by/{{{word}}}/{number}': {{}}, 'WS /things/live/{{{word}}}/{number}': {{}}"
        for number, word in enumerate(chosen)
    )
    return (
        f"version: 1\nname: shop\npattern: {pattern}\nstack: fastapi\nservices:\n  things:\n"
        f"    resource: {{name: str}}\n    routes: {{{routes}}}\n"
        f"    settings: {{{', '.join(f'{word}: bool?' for word in chosen)}}}\n"
        f"    actions: {{{', '.join(f'{word}: {{}}' for word in chosen)}, do: {{in: {{{inputs}}}}}}}\n"
    )


def is_loaded(text: str) -> bool:
    try:
        load_spec(text, "blueprint.yaml")
    except SpecError:
        return False
    return True


def _paths_of(node: ast.stmt) -> Iterator[str]:
    """The paths of a function with a decorator of `router`."""
    for decorator in getattr(node, "decorator_list", ()):
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func).startswith("router."):
            yield str(ast.literal_eval(decorator.args[0]))


@every_pattern
@pytest.mark.slow
@pytest.mark.in_turns(3)
def test_many_nouns_have_types_and_start_in_one_process(
    pattern: str, workshop: Workshop, tmp_path: Path
) -> None:
    project = write(tree_of(spec_of(pattern, [*HARD, *ORDINARY])), tmp_path / "shop")

    workshop.run_in(project, "mypy")
    workshop.run_in(project, "ruff", "check")
    workshop.run_in(project, "pytest", "tests/test_system.py", "tests/test_documents.py", "tests/workflows")


@every_pattern
@pytest.mark.slow
@pytest.mark.in_turns(2)
@pytest.mark.parametrize("check", ["pytest", "ruff check", "ruff format --check", "mypy"])
def test_a_project_of_hard_nouns_passes_its_own_checks(
    pattern: str, check: str, workshop: Workshop, tmp_path: Path
) -> None:
    project = write(tree_of(spec_of(pattern, STARTED)), tmp_path / "shop")

    workshop.run_in(project, *check.split())


@every_pattern
@pytest.mark.slow
def test_a_project_of_hard_nouns_runs(pattern: str, tmp_path: Path) -> None:
    project = write(tree_of(spec_of(pattern, STARTED)), tmp_path / "shop")
    for process in ("registry", "gateway", "broker"):
        named = f'"name": "{process}--service"' in (project / RUN_FILE).read_text()
        assert named == (pattern != "monolith")

    output([sys.executable, "-m", "blueprint", "run", ".", "--smoke"], project)


@every_pattern
@pytest.mark.slow
@pytest.mark.in_turns(3)
def test_the_shop_runs_with_the_kits_words_beside_its_own(
    pattern: str, workshop: Workshop, tmp_path: Path
) -> None:
    preset = load_catalog().find("preset", "e-commerce", "fastapi")
    assert preset
    more = "".join(
        f"  {noun}: {{resource: {{name: str, class: str}}}}\n" for noun in (*KIT_TABLES, "records")
    )
    text = (preset.folder / "spec.yaml").read_text().replace("\nworkflows:", f"\n{more}workflows:")
    text = re.sub(r"(?m)^pattern: .*$", f"pattern: {pattern}", text)
    project = write(tree_of(text), tmp_path / "shop")

    workshop.run_in(project, "mypy")
    workshop.run_in(project, "pytest", "src", "tests/test_system.py", "tests/services", "tests/workflows")
    output([sys.executable, "-m", "blueprint", "run", ".", "--smoke"], project)


def test_every_action_of_the_list_is_there() -> None:
    assert (
        "import_"
        in tree_of(spec_of("monolith", ["zulus"]))[RelPath("src/shop/lions/actions.py")].content.decode()
    )
    assert len(set(ACTIONS)) == len(ACTIONS)
