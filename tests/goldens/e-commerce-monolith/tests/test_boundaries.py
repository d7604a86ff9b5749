"""A service reaches another only through its contract."""

from importlinter.cli import lint_imports


def test_no_service_imports_another() -> None:
    assert lint_imports(no_cache=True) == 0
