"""What holds of settings."""

import pytest

from acme.platform.settings import Settings


def test_a_setting_that_is_missing_or_wrong_is_named_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("OPERATOR_TOKEN", "short")

    with pytest.raises(SystemExit) as ended:
        Settings()

    [line] = str(ended.value).splitlines()
    assert "DATABASE_URL (Field required)" in line and "OPERATOR_TOKEN (String should have" in line
    assert "short" not in line


@pytest.mark.parametrize(
    "token",
    [
        "changeme-changeme-changeme",
        "Change_Me_Please_Now",
        "my super secret token",
        "a" * 40,
        "abababababababab",
        "1234567890123456",
    ],
)
def test_a_secret_that_anybody_could_guess_is_refused(token: str) -> None:
    with pytest.raises(SystemExit) as ended:
        Settings(operator_token=token)

    assert "OPERATOR_TOKEN (is too easy to guess)" in str(ended.value)
    assert token not in str(ended.value)
