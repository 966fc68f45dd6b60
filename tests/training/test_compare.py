"""Two models side by side: the same one differs in nothing, another is told apart row by row."""

from dataclasses import replace

from training import compare
from training.figures import Outcome
from training.labels import LabelRow
from triage_model import triage
from triage_model.types import Grade, Report

DESK = triage.load(None).limited_to("rules")


def outcome(text: str, label: Grade) -> Outcome:
    row = LabelRow(id=text[:8], text=text, grade=label, team="serious_crime", incident=text[:8])
    return Outcome(row, DESK.decide(Report(text)))


FIRST = [
    outcome("a man is waving a knife at people", Grade.EMERGENCY),
    outcome("my bike was stolen", Grade(4)),
]


def test_a_model_beside_itself_changes_nothing() -> None:
    assert compare.changes(FIRST, FIRST) == []


def test_a_changed_grade_is_told_with_who_is_right() -> None:
    worse = [Outcome(FIRST[0].row, replace(FIRST[0].decision, grade=Grade.SCHEDULED)), FIRST[1]]
    (change,) = [c for c in compare.changes(FIRST, worse) if c.what == "grade"]
    assert change.right == "first"
