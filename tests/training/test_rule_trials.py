"""Coverage and back-test of rules on labelled reports: the counts are what a person would count."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from training import promotion_policy, rule_families, rule_trials
from training.labels import LabelRow
from training.rule_commands import backtest, coverage
from triage_model import artefact, classifier, loading
from triage_model.classifier import Classifier, Thresholds
from triage_model.rules import DEFAULT
from triage_model.types import Grade

BOOK = loading.rulebook()
ROWS = (
    LabelRow(
        id="a",
        text="theres a man waving a machete at people outside the shop",
        grade=Grade(1),
        team="serious_crime",
    ),
    LabelRow(
        id="b",
        text="my husband has me by the throat, he is strangling me",
        grade=Grade(1),
        team="domestic_abuse",
    ),
    LabelRow(id="c", text="she has gone quiet and I do not like it", grade=Grade(1), team="contact_desk"),
    LabelRow(
        id="d",
        text="a lad is waving a machete on the stage",
        grade=Grade(4),
        team="contact_desk",
        tags=("trap",),
    ),
    LabelRow(id="e", text="someone is taking my bike from the rack", grade=Grade(4), team="volume_crime"),
)
FOUND = rule_trials.found_in(BOOK, ROWS)


def test_a_family_is_counted_by_what_it_raises() -> None:
    by_name = {one.name: one for one in rule_families.families(BOOK, FOUND)}
    weapons = by_name["weapons"]
    assert (weapons.found.hits, weapons.found.total, weapons.only_it) == (1, 3, 1)
    assert (weapons.false_on_traps.hits, weapons.false_on_traps.total) == (1, 1)
    assert (weapons.raised.hits, weapons.raised.total) == (1, 2)
    assert by_name["roads"].found.hits == 0
    assert sum(one.only_it for one in by_name.values()) <= 2


def test_the_rules_alone_are_judged_on_all_rows() -> None:
    alone = rule_trials.alone(FOUND)
    assert (alone.recall.hits, alone.recall.total) == (2, 3)
    assert (alone.false_on_traps.hits, alone.false_on_others.hits) == (1, 0)


def test_coverage_is_told_by_rule_and_by_family(tmp_path: Path) -> None:
    file = _written(tmp_path)
    page = tmp_path / "page.html"
    told = CliRunner().invoke(coverage, ["--on", str(file), "--html", str(page)])
    assert told.exit_code == 0, told.output
    assert "weapons" in told.output
    assert "recall of grade 1" in told.output
    assert "Each family of rules" in page.read_text()


def test_a_backtest_over_its_budget_is_refused_with_samples(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    proposed = tmp_path / "book"
    shutil.copytree(DEFAULT, proposed)
    weapons = proposed / "weapons.yaml"
    text = weapons.read_text(encoding="utf-8")
    weapons.write_text(
        text.replace("  phrases:\n", '  phrases:\n    - "taking my bike"\n', 1), encoding="utf-8"
    )
    page = tmp_path / "page.html"
    asked = [str(proposed), "--on", str(_written(tmp_path)), "--html", str(page)]
    told = CliRunner().invoke(backtest, asked)
    assert told.exit_code == 1, told.output
    assert "1 raised, 0 lowered" in told.output
    assert "over the budget" in told.output
    assert "no model answers at var/models/current" in told.output
    assert "someone is taking my bike" in page.read_text()


@pytest.fixture(scope="module")
def no_machete(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rules that ship, but for one word."""
    book = tmp_path_factory.mktemp("proposed") / "book"
    shutil.copytree(DEFAULT, book)
    for name in ("weapons.yaml", "lexicons.yaml"):
        text = (book / name).read_text(encoding="utf-8")
        (book / name).write_text(text.replace("machete", "billhook"), encoding="utf-8")
    return book


def test_a_backtest_that_lowers_is_refused(
    no_machete: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(backtest, [str(no_machete), "--on", str(_written(tmp_path))])
    assert told.exit_code == 1
    assert "may not lower a grade" in told.output


# The labels that a back-test sees say nothing of machetes; the must-catch row does.
@pytest.mark.parametrize(("threshold", "refused"), [(1.01, True), (0.0, False)])
def test_rules_and_model_that_let_a_confirmed_miss_go_are_refused(
    no_machete: Path, fitted: Classifier, tmp_path: Path, threshold: float, refused: bool
) -> None:
    never_caught = {"id": "odd", "text": "how do i ask about parking", "grade": 1, "team": "contact_desk"}
    told = _against_a_model(no_machete, fitted, threshold, tmp_path, [MACHETE, never_caught])
    assert told.exit_code == int(refused), told.output
    assert (
        "REFUSED: 1 of 2 must-catch rows are caught now and would be missed: mc" in told.output
    ) == refused
    assert ("2 tried with the model, none lost" in told.output) != refused


def test_a_must_catch_file_that_is_gone_refuses_rules(
    no_machete: Path, fitted: Classifier, tmp_path: Path
) -> None:
    told = _against_a_model(no_machete, fitted, 0.0, tmp_path, None)
    assert told.exit_code == 1, told.output
    assert "missed.jsonl must be caught and is missing" in told.output


MACHETE = {"id": "mc", "text": ROWS[0].text, "grade": 1, "team": "serious_crime"}


def _against_a_model(
    book: Path, fitted: Classifier, threshold: float, home: Path, caught: list[dict[str, object]] | None
) -> Result:
    made = replace(fitted, thresholds=Thresholds(threshold, threshold, threshold))
    artefact.save(home / "model", classifier.content_of(made), {})
    policy = {"signatures": 0, "people": {}, "must_catch": ["missed.jsonl"]}
    (home / promotion_policy.NAME).write_text(json.dumps(policy), encoding="utf-8")
    if caught is not None:
        (home / "missed.jsonl").write_text("".join(json.dumps(row) + "\n" for row in caught))
    labels = _written(home, ROWS[4:])
    return CliRunner().invoke(backtest, [str(book), "--on", str(labels), "--model", str(home / "model")])


def _written(folder: Path, rows: tuple[LabelRow, ...] = ROWS) -> Path:
    file = folder / "labels.csv"
    lines = [f'"{row.text}",{int(row.grade or 4)},{row.team},{"|".join(row.tags)}' for row in rows]
    file.write_text("\n".join(["text,grade,team,tags", *lines]) + "\n", encoding="utf-8")
    return file
