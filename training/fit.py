"""Rows in, a classifier out: vocabulary and heads from the rows to learn from, the rest from unseen rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from training import calibration, heads, thresholds, vocabulary
from training.heads import HeadConfig
from training.labels import LabelRow
from training.thresholds import Budget
from training.vocabulary import Reading, Table
from triage_model import policy, triage
from triage_model.classifier import Classifier, Head, Thresholds
from triage_model.features import Floats, Spec
from triage_model.triage import Triage
from triage_model.types import Report

UNNAMED = "m-unnamed"


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that a person may choose about a model."""

    spec: Spec = field(default_factory=Spec)
    heads: HeadConfig = field(default_factory=HeadConfig)
    budget: Budget = field(default_factory=Budget)


@dataclass(frozen=True, slots=True)
class Part:
    """Rows with how the model reads them, read once."""

    rows: tuple[LabelRow, ...]
    readings: tuple[Reading, ...]

    def only(self, keep: Sequence[bool]) -> "Part":
        kept = [i for i, wanted in enumerate(keep) if wanted]
        return Part(tuple(self.rows[i] for i in kept), tuple(self.readings[i] for i in kept))


def part(rows: Sequence[LabelRow], watched: Iterable[LabelRow] | None = None) -> Part:
    """Rows with their readings; `watched` gives the same rows and shows how far it has come."""
    texts = (row.text for row in (rows if watched is None else watched))
    return Part(tuple(rows), tuple(vocabulary.readings(texts)))


def learn(learning: Part, config: Config) -> Classifier:
    """A classifier with uncalibrated heads and no thresholds yet."""
    known = vocabulary.build(learning.readings, [row.incident for row in learning.rows], config.spec)
    given = vocabulary.table(learning.readings, known)
    grade_head = _grade_head(learning.rows, given, config)
    team = _team_head(learning.rows, given, config)
    return Classifier(
        model_id=UNNAMED,
        vocabulary=known,
        grade_head=grade_head,
        team_head=team[0] if team else None,
        team_codes=team[1] if team else (),
        thresholds=Thresholds(0.5, 0.5, 0.5),
        base_rate=0.5,
        prevalence=policy.load().prevalence,
    )


def _grade_head(rows: Sequence[LabelRow], given: Table, config: Config) -> Head | None:
    grades = [int(row.grade) for row in rows if row.grade]
    if not grades:
        return None
    return heads.fit_grade(given.only([row.grade is not None for row in rows]), grades, config.heads)


def _team_head(rows: Sequence[LabelRow], given: Table, config: Config) -> tuple[Head, tuple[str, ...]] | None:
    owners = [row.team for row in rows if row.team]
    if not owners:
        return None
    return heads.fit_team(given.only([bool(row.team) for row in rows]), owners, config.heads)


def calibrated(classifier: Classifier, unseen: Part) -> Classifier:
    """The same classifier with chances that come true on rows it never saw."""
    grade_head, team_head, base_rate = classifier.grade_head, classifier.team_head, classifier.base_rate
    graded = unseen.only([row.grade is not None for row in unseen.rows])
    owned = unseen.only([row.team is not None for row in unseen.rows])
    if grade_head is not None and graded.rows:
        grades = [int(row.grade or 0) for row in graded.rows]
        grade_head = calibration.calibrate_grade(grade_head, grade_scores(classifier, graded), grades)
        base_rate = min(max(float(np.mean([grade == 1 for grade in grades])), 0.001), 0.999)
    if team_head is not None and owned.rows:
        teams = [row.team or "" for row in owned.rows]
        found = team_scores(classifier, owned)
        team_head = calibration.calibrate_team(team_head, found, teams, classifier.team_codes)
    return replace(classifier, grade_head=grade_head, team_head=team_head, base_rate=base_rate)


def with_thresholds(
    classifier: Classifier, unseen: Part, floors: Sequence[int], budget: Budget
) -> Classifier:
    """The same classifier with the thresholds that the budget allows, given what the rules already raise."""
    graded = [row.grade is not None for row in unseen.rows]
    if classifier.grade_head is None or not any(graded):
        return classifier
    chosen = unseen.only(graded)
    grades = [int(row.grade or 0) for row in chosen.rows]
    kept = [floor for floor, wanted in zip(floors, graded, strict=True) if wanted]
    limits = thresholds.choose(urgencies(classifier, chosen), grades, kept, budget)
    return replace(classifier, thresholds=limits)


def fit(learning: Part, unseen: Part, floors: Sequence[int], config: Config) -> Classifier:
    """Learn, calibrate and set thresholds."""
    classifier = calibrated(learn(learning, config), unseen)
    return with_thresholds(classifier, unseen, floors, config.budget)


def grade_scores(classifier: Classifier, rows: Part) -> Floats:
    """The scores of the questions of grade before calibration, one row each."""
    return np.array([classifier.grade_scores(classifier.seen(words)) for words in rows.readings])


def team_scores(classifier: Classifier, rows: Part) -> Floats:
    """The scores of the teams before calibration, one row each. The classifier must have a head for teams."""
    assert classifier.team_head is not None
    return np.array(
        [classifier.team_head.raw(classifier.vocabulary.vector(words).sums) for words in rows.readings]
    )


def urgencies(classifier: Classifier, rows: Part) -> Floats:
    """Calibrated chances of grade 1, of 2 or sooner, of 3 or sooner, one row each."""
    found = [classifier.urgency(classifier.seen(words)) for words in rows.readings]
    return np.array([np.zeros(3) if chances is None else chances for chances in found]).reshape(-1, 3)


def rule_floors(rows: Iterable[LabelRow], desk: Triage | None = None) -> list[int]:
    """The grade that rules and policy alone would give each row."""
    rules = (desk or triage.load()).limited_to("rules")
    return [int(rules.decide(Report(row.text)).grade) for row in rows]
