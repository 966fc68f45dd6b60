"""What to label next is chosen with reasons, audited by chance with a known probability, and never from a test part."""

import csv
import json
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.training.conftest import as_json_lines
from training import label_exports, label_files, pools, quality, suggest
from training.commands import COMMANDS
from training.fit import Config
from training.labels import LabelRow
from training.suggest import Asked, Seen
from triage_model import artefact, classifier, teams, triage
from triage_model.classifier import Classifier
from triage_model.errors import LabelError
from triage_model.types import Grade


@pytest.fixture(scope="module")
def model(fitted: Classifier, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "m"
    artefact.save(folder, classifier.content_of(fitted), {})
    return folder


@pytest.fixture(scope="module")
def reports(unseen: list[LabelRow], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reports as a force has them: a reference and a text, no label."""
    path = tmp_path_factory.mktemp("pool") / "reports.jsonl"
    odd = {"report_ref": "odd", "text": "the old lady by the gate rubbish parking he is hitting camera bike"}
    lines = [{"report_ref": row.id, "text": row.text} for row in unseen]
    path.write_text("".join(json.dumps(one) + "\n" for one in [*lines, odd]), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def seen(model: Path, reports: Path) -> list[Seen]:
    return suggest.looked_at(pools.read([reports], mapping={}), triage.load(model), say=lambda _: None)


def test_each_reason_has_its_share_and_no_report_comes_twice(seen: list[Seen]) -> None:
    made = suggest.chosen(seen, Asked(count=20, audit=0.2))
    assert len({one.report.id for one in made}) == len(made) <= 20
    counts = Counter(one.reason for one in made)
    assert counts["audit"] == 4
    assert counts["uncertain"] == 8
    assert "odd" in {one.report.id for one in suggest.chosen(seen, Asked(count=5, audit=0.0))}


def test_the_audit_share_is_drawn_as_often_as_it_says(seen: list[Seen]) -> None:
    drawn: Counter[str] = Counter()
    for seed in range(400):
        audit = [
            one
            for one in suggest.chosen(seen, Asked(count=20, audit=0.5, seed=seed))
            if one.reason == "audit"
        ]
        assert {one.inclusion for one in audit} == {10 / len(seen)}
        drawn.update(one.report.id for one in audit)
    shares = [drawn[one.report.id] / 400 for one in seen]
    assert max(abs(share - 10 / len(seen)) for share in shares) < 0.11


def test_where_rules_and_model_part_is_found_first(seen: list[Seen]) -> None:
    apart = replace(
        seen[3], model=replace(seen[3].model, grade=Grade(4)), rules=replace(seen[3].rules, grade=Grade(1))
    )
    alike = [replace(one, rules=replace(one.rules, grade=one.model.grade)) for one in seen]
    scores = [score for score, _ in suggest._disagreement([*alike[:3], apart, *alike[4:]])]
    assert scores == [0.0] * 3 + [4.0] + [0.0] * (len(seen) - 4)


def test_lists_hold_no_text_unless_asked_and_are_their_owners_alone(seen: list[Seen], tmp_path: Path) -> None:
    made = suggest.chosen(seen, Asked(count=10))
    for name, with_text in (("a.csv", False), ("b.csv", True), ("c.jsonl", False), ("d.json", False)):
        label_exports.write(made, tmp_path / name, teams.load(), with_text=with_text)
        body = (tmp_path / name).read_text()
        assert (made[0].report.text in body) == (with_text or name == "d.json")
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    with (tmp_path / "a.csv").open(newline="") as file:
        assert [row["id"] for row in csv.DictReader(file)] == [one.report.id for one in made]
    tasks = json.loads((tmp_path / "d.json").read_text())
    assert set(tasks[0]) == {"data", "meta"}
    assert set(tasks[0]["data"]) == {"id", "text"}
    page = ET.fromstring((tmp_path / "d.xml").read_text())
    assert [len(choices) for choices in page.iter("Choices")] == [4, 16]


def test_a_report_that_begins_like_a_formula_is_not_one(seen: list[Seen], tmp_path: Path) -> None:
    one = suggest.chosen(seen, Asked(count=1, audit=1.0))[0]
    formula = replace(one, report=replace(one.report, text="=1+1"))
    label_exports.write([formula], tmp_path / "a.csv", teams.load(), with_text=True)
    with (tmp_path / "a.csv").open(newline="") as file:
        assert next(csv.DictReader(file))["text"] == "'=1+1"
    (row,), _ = label_files.raw_rows(tmp_path / "a.csv", {})
    assert row.values["text"] == "=1+1"


@pytest.mark.parametrize("command", ["suggest", "errors"])
@pytest.mark.parametrize("how", ["name", "part"])
def test_a_test_part_is_refused(unseen: list[LabelRow], tmp_path: Path, command: str, how: str) -> None:
    path = as_json_lines(unseen, tmp_path / ("test.jsonl" if how == "name" else "more.jsonl"))
    if how == "part":
        marked = [{**json.loads(line), "part": "test"} for line in path.read_text().splitlines()]
        path.write_text("".join(json.dumps(row) + "\n" for row in marked))
    labels = next(one for one in COMMANDS if one.name == "labels")
    done = CliRunner().invoke(labels, [command, str(path), "-o", str(tmp_path / "out.csv")])
    assert isinstance(done.exception, LabelError)
    assert "test part" in str(done.exception)
    assert not (tmp_path / "out.csv").exists()


def test_every_problem_of_a_pool_is_named(tmp_path: Path) -> None:
    path = tmp_path / "pool.jsonl"
    path.write_text('{"id": "a", "text": "x"}\n{"id": "a", "text": "y"}\n{"id": "b"}\n{\n')
    with pytest.raises(LabelError) as error:
        pools.read([path], mapping={})
    assert sorted(problem.split(":")[1] for problem in error.value.problems) == ["2", "3", "4"]


def test_wrong_labels_are_found_and_accepted_teams_are_not_doubted(learning: list[LabelRow]) -> None:
    pytest.importorskip("cleanlab")
    wrong = {row.id for row in learning if row.team == "volume_crime"}
    first = min(wrong)
    rows = [
        replace(row, team="domestic_abuse", grade=Grade(1)) if row.id == first else row for row in learning
    ]
    found = quality.doubts(rows, Config(), folds=4)
    assert {(one.row.id, one.kind) for one in found} == {(first, "grade"), (first, "team")}
    assert {one.suggested for one in found} == {"4", "volume_crime"}
    kind = [replace(row, team_also=("volume_crime",)) if row.id == first else row for row in rows]
    assert "team" not in {one.kind for one in quality.doubts(kind, Config(), folds=4)}
