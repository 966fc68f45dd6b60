"""Whatever has happened to a model folder, the service starts, the rules answer, and it says what is wrong."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from service.app import create_app
from service.settings import Settings
from service.store import migrate
from service.store.store import connect
from training import fit, labels
from training.fit import Config
from training.labels import LabelRow
from triage_model import artefact, classifier, rulefiles, rules, triage
from triage_model.errors import RulebookError
from triage_model.types import Grade, Report, most_urgent

SPOTS = ("shop", "park", "garage", "school", "garden", "station", "kitchen", "yard")
SCENES = {
    (1, "serious_crime"): "a man with a knife is in the {} now",
    (4, "contact_desk"): "parking near the {} please",
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = [
        LabelRow(id=f"{grade}{spot}", text=scene.format(spot), grade=labels.Grade(grade), team=team, incident=f"{grade}{spot}")
        for (grade, team), scene in SCENES.items()
        for spot in SPOTS
    ]  # fmt: skip
    part = fit.part(rows)
    folder = tmp_path_factory.mktemp("whole") / "model"
    artefact.save(folder, classifier.content_of(fit.fit(part, part, [4] * len(part.rows), Config())), {})
    return folder


def delete(folder: Path) -> None:
    shutil.rmtree(folder)


def truncate(folder: Path) -> None:
    file = folder / "model.joblib"
    file.write_bytes(file.read_bytes()[:-100])


def change_one_byte(folder: Path) -> None:
    file = folder / "model.joblib"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(bytes(content))


def make_by_another_scikit_learn(folder: Path) -> None:
    file = folder / "manifest.json"
    manifest = json.loads(file.read_text())
    manifest["versions"]["scikit-learn"] = "0.24.2"
    file.write_text(json.dumps(manifest))


def test_an_unbroken_model_answers(whole: Path) -> None:
    desk = triage.load(whole)
    assert desk.model_problem is None
    assert not desk.decide(Report("parking near the shop please")).degraded


@pytest.mark.parametrize("harm", [delete, truncate, change_one_byte, make_by_another_scikit_learn])
def test_a_broken_model_leaves_the_rules_answering(
    whole: Path, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(whole, folder)
    harm(folder)
    store = connect(f"sqlite:///{tmp_path}/t.db")
    migrate.upgrade(store)
    store.close()
    app = create_app(
        Settings(
            database_url=f"sqlite:///{tmp_path}/t.db", model=folder, archive=tmp_path / "archive", pages=False
        )
    )
    ready = app.test_client().get("/readyz")
    assert ready.status_code == 200
    assert ready.get_json()["degraded"] is True
    assert ready.get_json()["problems"]
    decision = app.extensions["desk"].triage.decide(Report("parking near the shop please"))
    assert decision.degraded
    assert most_urgent([decision.grade, Grade.PRIORITY]) is decision.grade


def test_a_broken_rule_file_and_no_earlier_good_one_refuses_to_start(tmp_path: Path) -> None:
    book = tmp_path / "book"
    shutil.copytree(rules.DEFAULT, book)
    path = rulefiles.rule_files(book)[0]
    path.write_text(path.read_text() + "\n- id: [broken\n", encoding="utf-8")
    with pytest.raises(RulebookError, match=rf"{path.name}:\d+: not valid YAML"):
        create_app(
            Settings(
                database_url=f"sqlite:///{tmp_path}/t.db",
                rulebook=book,
                archive=tmp_path / "archive",
                pages=False,
            )
        )
