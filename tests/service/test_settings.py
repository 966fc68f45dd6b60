"""Settings: a misspelt one is refused, and every problem is told at once."""

import re
from pathlib import Path

import pytest

from service import settings
from service.settings import Settings
from triage_model.errors import SettingsError


def test_an_unknown_setting_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIAGE_MODLE", "x")
    with pytest.raises(SettingsError, match="TRIAGE_MODLE is not a setting"):
        settings.from_environment()


def test_every_problem_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("PORTS", "1"), ("PORT", "x"), ("WORKERS", "0")):
        monkeypatch.setenv(f"TRIAGE_{name}", value)
    with pytest.raises(SettingsError) as told:
        settings.from_environment()
    assert len(told.value.problems) == 3


def test_lists_are_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIAGE_TRUSTED_KEYS", "not json")
    with pytest.raises(SettingsError, match="write lists as JSON"):
        settings.from_environment()


def test_secrets_are_not_shown() -> None:
    shown = repr(Settings(secret_key="hush", encryption_keys=("aGVsbG8=",), webhook_secret="hush"))
    assert "hush" not in shown
    assert "aGVsbG8=" not in shown


def test_every_setting_has_a_meaning() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_every_setting_is_in_the_readme() -> None:
    readme = (Path(settings.__file__).parent / "README.md").read_text(encoding="utf-8")
    missing = [name for name in Settings.model_fields if f"`TRIAGE_{name.upper()}`" not in readme]
    assert missing == []


def test_every_test_that_the_readme_names_is_there() -> None:
    readme = (Path(settings.__file__).parent / "README.md").read_text(encoding="utf-8")
    here = Path(__file__).parent
    code = "".join(path.read_text(encoding="utf-8") for path in here.glob("test_*.py"))
    for name in re.findall(r"`(?:tests/service/)?(test_\w+)(?:\.py)?`", readme):
        assert (here / f"{name}.py").is_file() or f"def {name}(" in code, name
