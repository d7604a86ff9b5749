"""Whatever can be chosen together gives a project that the tools of its readers have nothing against."""

from __future__ import annotations

import tomllib
from itertools import groupby, product
from pathlib import Path

import pytest
import yaml
from msgspec.structs import replace

from blueprint.catalog.load import load_catalog
from blueprint.catalog.model import CHOICES
from blueprint.cli.main import run
from blueprint.plan.planner import make_plan
from blueprint.plan.selection import select_packs
from blueprint.render.renderer import render
from blueprint.spec.load import load_spec
from blueprint.tree import RelPath
from tests.generated.containers import OVERLAYS, composed, judge, kustomized, lay, no_labels, unopposed
from tests.generated.flaws import flaws
from tests.generated.recipes import (
    ALL,
    COMBINATIONS,
    GOLDENS,
    PATTERNS,
    Recipe,
    combinations,
    different,
    drafted,
    service_files,
    tree_of,
)

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("combinations"), pytest.mark.timeout(600)]

CATALOG = load_catalog()
ROOT = Path(__file__).parents[2]
LONGEST_NAMES = Path(__file__).with_name("longest_names.yaml")


def packs(recipe: Recipe) -> tuple[str, ...]:
    return tuple(pack.label for pack in drafted(recipe).plan.packs)


def test_every_choice_that_makes_a_difference_is_a_combination() -> None:
    choices = [[None, *(pack.id for pack in CATALOG.offers(kind, "fastapi"))] for kind in CHOICES]
    auths = {auth: drafted(Recipe("blank", PATTERNS[0], auth=auth)).spec for auth in choices[-1]}
    specs = (
        replace(auths[chosen[-1]], pattern=pattern, **dict(zip(CHOICES, chosen, strict=True)))
        for pattern, *chosen in product(PATTERNS, *choices)
    )
    wanted = {tuple(pack.label for pack in select_packs(each, CATALOG)) for each in specs}

    made = [packs(recipe) for recipe in combinations("blank")]

    assert len(made) == len({*made})
    assert {*made} == wanted


@pytest.mark.parametrize("kind", ["pattern", "stack", "preset", *CHOICES])
def test_what_is_not_offered_is_refused_with_a_line(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["new", "shop", f"--{kind}", "pigeons"]) == 2

    error, hint = capsys.readouterr().err.splitlines()
    assert error == f'error: there is no {kind} "pigeons"'
    assert all(pack.id in hint for pack in CATALOG.offers(kind))


NOT_TAKEN = [
    (pattern.id, kind, pack.id)
    for pattern in CATALOG.offers("pattern")
    for kind in CHOICES
    if kind not in (*pattern.ports, *pattern.options)
    for pack in CATALOG.offers(kind)
]


@pytest.mark.parametrize(("pattern", "kind", "id"), NOT_TAKEN)
def test_what_a_pattern_has_no_use_for_is_refused_with_a_line(
    pattern: str, kind: str, id: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "shop"

    assert run(["new", "shop", "-p", pattern, f"--{kind}", id, "-o", str(folder)]) == 2

    error, hint = capsys.readouterr().err.splitlines()
    assert error == f"error: {pattern} does not use a {kind}"
    assert f"remove --{kind}," in hint
    assert not folder.exists()


def test_no_file_has_a_flaw() -> None:
    assert {
        flaw for recipe in ALL for path, blob in tree_of(recipe).items() for flaw in flaws(path, blob.content)
    } == set()


def test_services_are_the_same_whatever_is_chosen() -> None:
    def spec(recipe: Recipe) -> tuple[str, str]:
        """What has a spec of its own: with another auth, users have other fields."""
        return recipe.source, recipe.auth or ""

    for source, recipes in groupby(sorted(COMBINATIONS, key=spec), spec):
        first, *others = recipes

        assert service_files(first)
        assert [other for other in others if service_files(other) != service_files(first)] == [], source


@pytest.mark.parametrize("check", ["check", "format --check"])
def test_ruff_has_nothing_against_the_code(check: str, written: Path) -> None:
    assert unopposed(written, "ruff", *check.split(), "--quiet", "--no-cache", ".") == ""


def test_the_rules_of_a_project_are_as_strict_as_ours() -> None:
    theirs = tree_of(GOLDENS[0])[RelPath("pyproject.toml")].content.decode()
    ours, lint = (
        tomllib.loads(text)["tool"]["ruff"]["lint"]
        for text in ((ROOT / "pyproject.toml").read_text("utf-8"), theirs)
    )

    assert {*ours["select"]} <= {*lint["select"]}
    assert {*lint.get("ignore", ())} <= {*ours["ignore"], "E501"}  # teams choose their own line length
    assert lint["mccabe"]["max-complexity"] <= ours["mccabe"]["max-complexity"]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_ruff_has_nothing_against_the_longest_names(pattern: str, tmp_path: Path) -> None:
    text = LONGEST_NAMES.read_text("utf-8").replace("monolith", pattern)
    tree = render(make_plan(load_spec(text, "blueprint.yaml"), CATALOG, text))
    folder = lay(tree, tmp_path, "")

    for check in ("check", "format --check"):
        assert unopposed(folder, "ruff", *check.split(), "--quiet", "--no-cache", ".") == ""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the code of all projects."""
    folder = tmp_path_factory.mktemp("code")
    for recipe in ALL:
        lay(tree_of(recipe), folder / str(recipe), "")
    return folder


def test_hadolint_has_nothing_against_a_dockerfile(tmp_path: Path) -> None:
    files = [
        lay(tree, tmp_path / str(recipe), "Dockerfile") / "Dockerfile"
        for recipe, tree in different("Dockerfile")
    ]

    assert unopposed(tmp_path, "hadolint", "--failure-threshold", "style", *map(str, files)) == ""


def test_docker_compose_understands_a_project_by_its_name(tmp_path: Path) -> None:
    for recipe, tree in different("compose.yaml", "deploy/"):
        told = composed(lay(tree, tmp_path / str(recipe), "compose.yaml", "Dockerfile", "deploy/", "docs/"))

        assert yaml.CSafeLoader(told.partition("\n")[0]).get_single_data() == {
            "name": drafted(recipe).spec.name
        }


@pytest.mark.long
def test_kubernetes_takes_every_manifest_and_every_name_is_a_dns_label(tmp_path: Path) -> None:
    manifests: dict[str, None] = {}
    for recipe, tree in different("deploy/k8s/"):
        folder = lay(tree, tmp_path / str(recipe), "deploy/k8s/")
        for overlay in OVERLAYS:
            manifests |= dict.fromkeys(kustomized(folder, overlay).split("\n---\n"))
    all_of_them = tmp_path / "all.yaml"
    all_of_them.write_text("\n---\n".join(manifests))

    judge(all_of_them)
    assert no_labels(all_of_them.read_text()) == []
