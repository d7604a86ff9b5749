"""What docs/how-to shows of uploads and WebSockets is code that works."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.generated.workshop import Workshop
from tests.routes.pages import project_of
from tests.support.system import System

PHOTO = bytes(3 << 20)


@pytest.mark.parametrize("page", ["upload-files.md", "use-websockets.md"])
def test_the_code_of_a_page_passes_the_checks_of_the_project(
    page: str, workshop: Workshop, tmp_path: Path
) -> None:
    project = project_of(page, workshop, tmp_path / "shop")
    refresh_document(project.folder, workshop)

    for check in (["ruff", "check"], ["ruff", "format", "--check"], ["mypy"], ["pytest", "-q"]):
        workshop.run_in(project.folder, *check)


def test_the_uploads_of_the_page_are_stored(workshop: Workshop, tmp_path: Path) -> None:
    project = project_of("upload-files.md", workshop, tmp_path / "shop")

    with (
        System(project.folder, tmp_path / "log") as system,
        httpx.Client(base_url=system.url, trust_env=False) as client,
    ):
        stored = client.post("/uploads/photo", content=PHOTO)
        assert (stored.status_code, stored.json()["size"]) == (201, len(PHOTO))
        assert client.get(f"/media/{stored.json()['id']}").json()["name"] == "photo"
        assert client.post("/photos", files={"file": PHOTO}).json() == len(PHOTO)

    assert [file.stat().st_size for file in project.uploads()] == [len(PHOTO)] * 2


def refresh_document(folder: Path, workshop: Workshop) -> None:
    """As `blueprint openapi` refreshes it."""
    said = workshop.run_in(folder, "python", "-m", "shop.entrypoints.openapi", pythonpath="src")
    (folder / "docs/openapi.json").write_text(said)
