from __future__ import annotations

from pathlib import Path

import pytest

from blueprint.cache import Cache
from blueprint.catalog.documents import Documents
from blueprint.catalog.load import load_catalog
from blueprint.errors import SpecError
from blueprint.spec.document import read_document
from blueprint.spec.nodes import Document

pytestmark = pytest.mark.usefixtures("cache")
PACKS = [pack.folder for pack in load_catalog().packs]


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the documents that are parsed."""
    paths: list[str] = []

    def noted(content: bytes, path: str) -> Document:
        paths.append(path)
        return read_document(content, path)

    monkeypatch.setattr("blueprint.spec.document.read_document", noted)
    return paths


def read(path: Path) -> Document:
    """As a process of its own does."""
    documents = Documents()
    document = documents.read(path)
    documents.save()
    return document


@pytest.mark.parametrize(
    "path", [path for folder in PACKS for path in folder.glob("*.yaml")], ids=lambda path: str(path)[-30:]
)
def test_what_was_kept_is_what_was_read(path: Path, parsed: list[str]) -> None:
    first, later = read(path), read(path)

    assert first == later == read_document(path.read_bytes(), str(path))
    assert parsed == [str(path)]


def test_a_document_that_changed_is_parsed_again(tmp_path: Path, parsed: list[str]) -> None:
    path = tmp_path / "pack.yaml"
    path.write_text("kind: stack\n")
    read(path)
    path.write_text("kind: base\n")

    assert read(path) == read_document(b"kind: base\n", str(path))
    assert len(parsed) == 2


def test_problems_are_told_each_time(tmp_path: Path) -> None:
    path = tmp_path / "pack.yaml"
    path.write_text("kind: stack\nkind: base\n")

    assert [problem.code for _ in range(2) for problem in read(path).problems] == ["duplicate-key"] * 2


def test_a_document_that_cannot_be_read_is_told_each_time(tmp_path: Path) -> None:
    path = tmp_path / "pack.yaml"
    path.write_text("kind: [\n")

    for _ in range(2):
        with pytest.raises(SpecError, match="not YAML"):
            read(path)


def test_nodes_of_another_shape_are_read_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "pack.yaml"
    path.write_text("kind: stack\n")
    monkeypatch.setattr(Cache, "get", lambda *_: b'["scroll", "kind"]')

    assert read(path) == read_document(path.read_bytes(), str(path))


def test_all_documents_of_a_catalog_are_kept_in_one_file(cache: Path) -> None:
    load_catalog()

    assert len(list((cache / "backend-blueprint").iterdir())) == 1
