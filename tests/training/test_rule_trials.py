"""Coverage and back-test of rules on labelled reports: the counts are what a person would count."""

import shutil
from pathlib import Path

from click.testing import CliRunner

from training import rule_families, rule_trials
from training.labels import LabelRow
from training.rule_commands import backtest, coverage
from triage_model import loading
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


def test_a_backtest_over_its_budget_is_refused_with_samples(tmp_path: Path) -> None:
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
    assert "someone is taking my bike" in page.read_text()


def test_a_backtest_that_lowers_is_refused(tmp_path: Path) -> None:
    proposed = tmp_path / "book"
    shutil.copytree(DEFAULT, proposed)
    weapons = proposed / "weapons.yaml"
    weapons.write_text(weapons.read_text(encoding="utf-8").replace("machete", "billhook"), encoding="utf-8")
    lexicons = proposed / "lexicons.yaml"
    lexicons.write_text(lexicons.read_text(encoding="utf-8").replace("machete", "billhook"), encoding="utf-8")
    told = CliRunner().invoke(backtest, [str(proposed), "--on", str(_written(tmp_path))])
    assert told.exit_code == 1
    assert "may not lower a grade" in told.output


def _written(folder: Path) -> Path:
    file = folder / "labels.csv"
    lines = [f'"{row.text}",{int(row.grade or 4)},{row.team},{"|".join(row.tags)}' for row in ROWS]
    file.write_text("\n".join(["text,grade,team,tags", *lines]) + "\n", encoding="utf-8")
    return file
