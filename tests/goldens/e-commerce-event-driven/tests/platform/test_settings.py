"""What holds of settings."""

import pytest

from shop.platform.settings import Settings


def test_a_setting_that_is_missing_or_wrong_is_named_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("OPERATOR_TOKEN", "short")

    with pytest.raises(SystemExit) as ended:
        Settings()

    [line] = str(ended.value).splitlines()
    assert "DATABASE_URL (Field required)" in line and "OPERATOR_TOKEN (String should have" in line
    assert "short" not in line
