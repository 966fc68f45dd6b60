"""A model that nobody has let answer says so, with the command that does."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from training import promotion_policy, registry
from training.commands_models import models as listed
from training.commands_models import promote
from training.commands_train import train


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "my models"
    folder.mkdir()
    asked = "signatures: 0\npeople: {}\nmust_catch: []\n"
    (folder / promotion_policy.NAME).write_text(asked, encoding="utf-8")
    return folder


def test_a_model_without_a_gate_waits_until_it_is_promoted(
    home: Path, train_file: Path, dev_file: Path
) -> None:
    told = CliRunner().invoke(train, [str(train_file), "--dev", str(dev_file), "--models", str(home)])
    (name,) = (folder.name for folder in registry.model_folders(home))
    assert "answers nothing until it is promoted" in told.output
    assert f"triage promote {name} --by YOUR-NAME --models '{home}'\n" in told.output
    assert "waiting to be promoted" in CliRunner().invoke(listed, ["--models", str(home)]).output
    done = CliRunner().invoke(promote, [name, "--by", "ann", "--models", str(home)])
    assert "answers now" in done.output
    assert "waiting" not in CliRunner().invoke(listed, ["--models", str(home)]).output


def test_a_model_that_answered_once_waits_no_longer(tmp_path: Path) -> None:
    registry.record(tmp_path, "promoted", "m-before")
    registry.record(tmp_path, "trained", "m-new")
    assert [registry.waits(tmp_path, name) for name in ("m-before", "m-new")] == [False, True]
