"""A run is repeatable, a shut gate registers nothing, and only checked folders are loaded."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.training.conftest import run_once
from training import fit, registry, splits, vocabulary
from training.labels import LabelRow
from triage_model import artefact, classifier
from triage_model.errors import ArtifactError
from triage_model.features import Spec


@pytest.fixture
def made(opened: Path) -> Path:
    return opened / "models"


def test_the_model_answers_once_its_gate_opens(made: Path) -> None:
    folder = registry.current(made)
    assert folder is not None
    loaded = classifier.load(made / "current")
    assert loaded.model_id == folder.name
    assert {p.name for p in folder.iterdir()} == {"model.joblib", "manifest.json", "report.html", "card.md"}


def test_the_same_inputs_give_the_same_model(
    made: Path, tmp_path: Path, train_file: Path, dev_file: Path
) -> None:
    again = run_once(tmp_path, train_file, dev_file, None)
    folder = registry.current(made)
    assert folder is not None
    assert again.classifier.model_id == folder.name
    assert artefact.digest(tmp_path / "models" / folder.name / "model.joblib") == artefact.digest(
        folder / "model.joblib"
    )


def test_a_shut_gate_registers_nothing(shut: Path) -> None:
    models = shut / "models"
    assert registry.current(models) is None
    assert registry.model_folders(models) == []
    assert registry.history(models) == []


def test_without_unseen_rows_the_newest_incidents_are_held_out(learning: list[LabelRow]) -> None:
    newer = [replace(row, written_on="2026-02-01") if row.voice == "train-yard" else row for row in learning]
    old, new = splits.by_time(newer, share=0.1)
    assert not {row.incident for row in old} & {row.incident for row in new}
    assert max(row.written_on for row in old) <= min(row.written_on for row in new) or not new


def test_no_term_comes_from_fewer_than_five_incidents(learning: list[LabelRow]) -> None:
    rows = [replace(row, text=row.text + (" zanzibarine" if i < 4 else "")) for i, row in enumerate(learning)]
    one_incident = [replace(row, text=row.text + " quixotical", incident="same") for row in rows[9:18]]
    part = fit.part([*rows, *one_incident])
    known = vocabulary.build(part.readings, [row.incident for row in part.rows], Spec()).index
    assert "knife" in known
    assert not {"zanzibarine", "quixotical"} & set(known)


def test_report_text_is_in_no_page(made: Path, unseen: list[LabelRow]) -> None:
    folder = registry.current(made)
    assert folder is not None
    pages = (folder / "report.html").read_text() + (folder / "card.md").read_text()
    assert not any(row.text in pages for row in unseen)
    assert "http" not in pages.replace("http://www.w3.org", "").replace("http://purl.org", "")


def copied(made: Path, tmp_path: Path) -> Path:
    folder = registry.current(made)
    assert folder is not None
    target = tmp_path / folder.name
    target.mkdir()
    for path in folder.iterdir():
        (target / path.name).write_bytes(path.read_bytes())
    return target


def changed(folder: Path, what: str) -> None:
    model = folder / "model.joblib"
    manifest = json.loads((folder / "manifest.json").read_text())
    if what == "one byte":
        body = bytearray(model.read_bytes())
        body[100] ^= 1
        model.write_bytes(bytes(body))
    elif what == "cut short":
        model.write_bytes(model.read_bytes()[:-10])
    elif what == "gone":
        model.unlink()
    elif what == "no manifest":
        (folder / "manifest.json").unlink()
    elif what == "not json":
        (folder / "manifest.json").write_text("{")
    elif what == "unlisted":
        (folder / "manifest.json").write_text(json.dumps({**manifest, "files": {}}))
    else:
        manifest["versions"][what] = "0.0"
        (folder / "manifest.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    "what",
    [
        "one byte",
        "cut short",
        "gone",
        "no manifest",
        "not json",
        "unlisted",
        "scikit-learn",
        "spacy",
        "numpy",
        "python",
    ],
)
def test_a_changed_model_is_refused_before_it_is_read(made: Path, tmp_path: Path, what: str) -> None:
    folder = copied(made, tmp_path)
    changed(folder, what)
    with pytest.raises(ArtifactError) as error:
        classifier.load(folder)
    assert str(tmp_path) in str(error.value)
