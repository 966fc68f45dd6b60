"""Every run leaves a folder that says what was asked, from which data, how it went and what came out."""

import json
from pathlib import Path

import pytest
from rich.console import Console

from tests.training.conftest import CHOICES, run_once
from training import configs, progress, run_folders
from training.labels import LabelRow
from triage_model.errors import LabelError


@pytest.fixture
def folder(opened: Path) -> Path:
    (made,) = (opened / "runs").iterdir()
    return made


def said(folder: Path) -> dict[str, object]:
    body: dict[str, object] = json.loads((folder / run_folders.RUN).read_text())
    return body


def test_a_run_can_be_told_from_its_folder(folder: Path) -> None:
    names = {path.name for path in folder.iterdir()}
    assert names == {
        "run.json",
        "config.yaml",
        "log.txt",
        "figures.json",
        "figures",
        "report.html",
        "card.md",
    }
    body = said(folder)
    assert body["outcome"] == "registered"
    assert body["seeds"] == {"heads": 0}
    assert {len(part["sha256"]) for part in body["data"].values()} == {64}  # type: ignore[attr-defined]
    assert (folder / "figures" / "coverage.svg").read_text().startswith("<svg")
    assert "fitting" in (folder / "log.txt").read_text()


def test_its_config_trains_the_same_again(folder: Path) -> None:
    assert configs.load(folder / run_folders.CONFIG) == CHOICES


def test_no_report_text_is_in_it(folder: Path, unseen: list[LabelRow], learning: list[LabelRow]) -> None:
    whole = "".join(path.read_text() for path in folder.rglob("*") if path.is_file())
    assert not any(row.text in whole for row in [*unseen, *learning])


def test_a_shut_gate_leaves_a_run_that_says_why(shut: Path) -> None:
    (made,) = (shut / "runs").iterdir()
    body = said(made)
    assert body["outcome"] == "the gate is shut"
    failed = [check["name"] for check in body["checks"] if not check["passed"]]  # type: ignore[attr-defined]
    assert failed == ["grade 1 found"]
    assert not list((shut / "models").glob("m-*"))


def test_a_run_that_breaks_off_says_so(tmp_path: Path) -> None:
    with pytest.raises(LabelError):
        run_once(tmp_path, tmp_path / "none.jsonl", tmp_path / "none.jsonl", None)
    (folder,) = (tmp_path / "runs").iterdir()
    assert said(folder)["outcome"] == "broke off"


WHOLE = {"data": {"train": {"rows": 7}}, "seconds": 3.2}


@pytest.mark.parametrize(
    "torn", ["", '{"data": {"tr', "7", '{"data": {"train": {}}, "seconds": 1}', '{"data": 7}']
)
def test_a_torn_run_is_passed_over_with_a_word(tmp_path: Path, torn: str) -> None:
    for name, body in (("1-whole", json.dumps(WHOLE)), ("2-torn", torn)):
        (tmp_path / name).mkdir()
        (tmp_path / name / run_folders.RUN).write_text(body)
    lines: list[str] = []
    with run_folders.opened(tmp_path, CHOICES, {}, progress.Watch(lines.append)) as made:
        assert said(made.path)["outcome"] == "broke off"
    assert any("2-torn" in line and "torn" in line for line in lines)
    assert any("3 s for 7 rows" in line for line in lines)


def test_a_run_that_cannot_be_written_leaves_the_last_whole(tmp_path: Path) -> None:
    folder = run_folders.RunFolder(tmp_path, print)
    folder.keep(outcome="broke off")
    (tmp_path / f".{run_folders.RUN}.new").mkdir()
    with pytest.raises(OSError, match="directory"):
        folder.keep(outcome="registered")
    assert said(tmp_path)["outcome"] == "broke off"


def test_long_work_says_how_long_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    monkeypatch.setattr(progress, "_EVERY", 0.0)
    watch = progress.Watch(lines.append, Console(file=None, force_terminal=False))
    assert list(progress.over(range(3), "counting", watch)) == [0, 1, 2]
    assert len(lines) == 2
    assert all("counting: " in line and "left" in line for line in lines)
    assert progress.left(30.0, 10, 100) == "about 4 min left"
