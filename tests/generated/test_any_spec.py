"""Whatever a valid spec says, in any combination of choices, comes out as a project without a flaw."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blueprint.catalog.load import load_catalog
from blueprint.cli.drafting import Options, draft
from blueprint.render.renderer import render
from tests.generated.any_spec import spec_texts
from tests.generated.containers import OVERLAYS, composed, kustomized, lay, no_labels, unopposed
from tests.generated.flaws import flaws
from tests.generated.recipes import COMBINATIONS, Recipe

CATALOG = load_catalog()


@pytest.mark.slow
@pytest.mark.timeout(600)
@settings(max_examples=20)
@given(spec_texts(), st.sampled_from(COMBINATIONS))
def test_it_has_no_flaw(text: str, chosen: Recipe) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        file, folder = Path(scratch, "spec.yaml"), Path(scratch, "project")
        file.write_text(text)
        options = Options(pattern=chosen.pattern, stack="fastapi", spec=file, **chosen.choices)
        tree = render(draft(options, CATALOG).plan)
        lay(tree, folder, "")

        assert [flaw for path, blob in tree.items() for flaw in flaws(path, blob.content)] == []
        for check in ("check", "format --check"):
            unopposed(folder, "ruff", *check.split(), "--quiet", "--no-cache", ".")
        composed(folder)
        for overlay in OVERLAYS:
            assert no_labels(kustomized(folder, overlay)) == []
