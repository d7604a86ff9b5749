from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from jinja2 import Environment

from tests.unit.render.support import one_file

TEMPLATE = "{{ package }}\n"


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the templates that are compiled."""
    names: list[str] = []
    compile_template = Environment.compile

    def noted(self: Environment, source: str, name: str | None = None, *others: object) -> object:
        names.append(str(name))
        return compile_template(self, source, name, *others)

    monkeypatch.setattr(Environment, "compile", noted)
    return names


def test_a_template_is_compiled_once(tmp_path: Path, compiled: list[str]) -> None:
    for _ in range(2):
        assert one_file(tmp_path, TEMPLATE) == "web_shop\n"

    assert compiled == ["stack/toy/files/out.txt.j2"]


def test_a_template_that_changed_is_compiled_again(tmp_path: Path, compiled: list[str]) -> None:
    one_file(tmp_path, TEMPLATE)

    assert one_file(tmp_path, "{{ project }}\n") == "web-shop\n"
    assert len(compiled) == 2


def test_a_template_that_changed_is_compiled_again_however_it_looks_from_outside(tmp_path: Path) -> None:
    one_file(tmp_path, "{{ project }}\n")
    (file,) = tmp_path.rglob("out.txt.j2")
    before = file.stat()

    file.write_text("{{ package }}\n")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))

    after = file.stat()
    assert (after.st_size, after.st_mtime_ns, after.st_ino) == (
        before.st_size,
        before.st_mtime_ns,
        before.st_ino,
    )
    assert one_file(tmp_path, "{{ package }}\n") == "web_shop\n"


def emptied(_: bytes) -> bytes:
    return b""


def cut_short(whole: bytes) -> bytes:
    return whole[:-9]


def altered(whole: bytes) -> bytes:
    return whole[:99] + bytes([whole[99] ^ 1]) + whole[100:]


@pytest.mark.parametrize("change", [emptied, cut_short, altered])
def test_a_cache_that_is_broken_is_made_again(
    tmp_path: Path, cache: Path, compiled: list[str], change: Callable[[bytes], bytes]
) -> None:
    one_file(tmp_path, TEMPLATE)
    (file,) = (cache / "backend-blueprint").glob("templates-*")
    whole = file.read_bytes()
    file.write_bytes(change(whole))

    assert one_file(tmp_path, TEMPLATE) == "web_shop\n"
    assert len(compiled) == 2
    assert file.read_bytes() == whole


def test_no_cache_can_be_written_and_all_is_well(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (cache / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache / "file"))

    assert one_file(tmp_path, TEMPLATE) == "web_shop\n"


def test_a_user_without_a_home_has_no_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(Path, "home", homeless)

    assert one_file(tmp_path, TEMPLATE) == "web_shop\n"


def test_compiled_templates_are_one_file_that_only_its_user_reads(tmp_path: Path, cache: Path) -> None:
    one_file(tmp_path, TEMPLATE)

    (file,) = (cache / "backend-blueprint").glob("templates-*")
    assert file.stat().st_mode & 0o077 == 0
