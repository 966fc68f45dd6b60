"""The commands that measure a corpus take several files to learn from, and say what is wrong with their use."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from training import calibrations, curves, scale
from training.scale import Cost


def test_scale_draws_from_every_file(
    train_file: Path, dev_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Path, ...]] = []

    def costs(sources: tuple[Path, ...], _dev: Path) -> list[Cost]:
        asked.append(sources)
        return [Cost(1000, 2.0, 1.0, 100.0)]

    monkeypatch.setattr(scale, "costs", costs)
    out = tmp_path / "scale.svg"
    done = CliRunner().invoke(curves.main, ["scale", *map(str, (train_file, dev_file, dev_file, out))])
    assert asked == [(train_file, dev_file)]
    assert "| 1,000 |" in done.output
    assert out.read_text().startswith("<svg")


@pytest.mark.parametrize(("what", "begins"), [("learning", "<svg"), ("splits", "| candidate |")])
def test_each_writes_what_it_says(
    train_file: Path, dev_file: Path, tmp_path: Path, what: str, begins: str
) -> None:
    out = tmp_path / "out"
    done = CliRunner().invoke(curves.main, [what, str(train_file), str(dev_file), str(out)])
    assert (done.exit_code, done.output[:11]) == (0, "| candidate")
    assert out.read_text().startswith(begins)


@pytest.mark.parametrize(
    ("command", "given", "says"),
    [
        (curves.main, [], "Missing argument"),
        (curves.main, ["learning"], "Missing argument 'TRAIN...'"),
        (curves.main, ["learned", "a", "b", "c"], "is not one of"),
        (curves.main, ["scale", "no-such", "no-such", "out"], "does not exist"),
        (calibrations.main, [], "Missing argument 'TRAIN...'"),
        (calibrations.main, ["no-such", "no-such"], "does not exist"),
    ],
)
def test_wrong_use_is_told_and_helped(command: click.Command, given: list[str], says: str) -> None:
    done = CliRunner().invoke(command, given)
    assert done.exit_code == 2
    assert says in done.output
    assert "Usage: " in CliRunner().invoke(command, ["--help"]).output


def test_rows_that_cannot_be_compared_are_told_without_a_traceback(train_file: Path, tmp_path: Path) -> None:
    one_grade = tmp_path / "one.jsonl"
    lines = train_file.read_text(encoding="utf-8").splitlines()
    one_grade.write_text("\n".join(line for line in lines if '"grade": 4' in line), encoding="utf-8")
    done = CliRunner().invoke(calibrations.main, [str(one_grade), str(train_file)])
    assert (done.exit_code, done.output) == (1, "Error: the rows to learn from have one grade only\n")
