"""Services do not import each other, and gateways do not expose internal routes."""

import re
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

DEPLOY = Path(__file__).parents[1] / "deploy"


def test_no_service_imports_another() -> None:
    assert lint_imports(no_cache=True) == 0


@pytest.mark.parametrize("path", ["Caddyfile", "haproxy.cfg", "k8s/base/ingress.yaml"])
def test_no_gateway_exposes_internal_routes(path: str) -> None:
    assert not re.search(r"/(internal|metrics)(?![\w-])", (DEPLOY / path).read_text())
