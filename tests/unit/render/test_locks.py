from __future__ import annotations

from pathlib import Path

import pytest

from blueprint.catalog.faults import PackError
from tests.unit.render.support import rendered, text

A, B = "a" * 64, "b" * 64


def requirement(name: str, version: str, *hashes: str, marker: str = "") -> str:
    return f"{name}=={version}{marker}" + "".join(f" \\\n    --hash=sha256:{each}" for each in hashes) + "\n"


def test_requirements_of_all_packs_come_once_and_sorted(tmp_path: Path) -> None:
    tree = rendered(
        tmp_path,
        stack={"lock/runtime.txt": requirement("zebra", "1", A) + requirement("ant", "2", A)},
        log={"lock/runtime.txt": requirement("bee", "3", A) + requirement("ant", "2", A)},
    )

    expected = requirement("ant", "2", A) + requirement("bee", "3", A) + requirement("zebra", "1", A)
    assert text(tree, "requirements.lock") == expected


def test_the_lock_of_development_holds_that_of_running(tmp_path: Path) -> None:
    tree = rendered(
        tmp_path,
        stack={"lock/runtime.txt": requirement("web", "1", A), "lock/dev.txt": requirement("test", "1", A)},
    )

    assert text(tree, "requirements-dev.lock") == requirement("test", "1", A) + requirement("web", "1", A)
    assert text(tree, "requirements.lock") == requirement("web", "1", A)


def test_two_versions_of_one_package_name_both_packs(tmp_path: Path) -> None:
    stack = {"lock/runtime.txt": requirement("Web_Kit", "1", A)}
    log = {"lock/runtime.txt": requirement("web-kit", "2", A)}

    with pytest.raises(PackError, match="stack/toy takes Web_Kit==1, broker/log takes web-kit==2"):
        rendered(tmp_path, stack=stack, log=log)


def test_versions_for_different_machines_are_kept_apart(tmp_path: Path) -> None:
    both = requirement("web", "1", A, marker=" ; python_version < '3.12'") + requirement(
        "web", "2", B, marker=" ; python_version >= '3.12'"
    )

    assert text(rendered(tmp_path, stack={"lock/runtime.txt": both}), "requirements.lock") == both


def test_the_files_that_either_pack_trusts_are_trusted(tmp_path: Path) -> None:
    stack, log = ({"lock/runtime.txt": requirement("web", "1", each)} for each in (B, A))

    assert text(rendered(tmp_path, stack=stack, log=log), "requirements.lock") == requirement(
        "web", "1", A, B
    )


def test_comments_are_left_behind(tmp_path: Path) -> None:
    lock = f"# made by a tool\n{requirement('web', '1', A)}    # via stack\n"

    made = text(rendered(tmp_path, stack={"lock/runtime.txt": lock}), "requirements.lock")

    assert made == requirement("web", "1", A)


@pytest.mark.parametrize("line", ["web==1", f"web>=1 --hash=sha256:{A}", "--index-url=x", "-e ."])
def test_what_is_not_locked_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(PackError, match="not a requirement with a version and hashes"):
        rendered(tmp_path, stack={"lock/runtime.txt": f"{line}\n"})
