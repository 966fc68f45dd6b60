"""Labels that look wrong: what models that never learned from a row say against its label."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training import fit, heads, splits, vocabulary
from training.fit import Config
from training.labels import LabelRow
from training.vocabulary import Table
from triage_model.classifier import Classifier
from triage_model.errors import SettingsError
from triage_model.features import Floats

FOLDS, SEED = 5, 0
GRADES = ("1", "2", "3", "4")


@dataclass(frozen=True, slots=True)
class Doubt:
    """One label to be read again: what it says, what others like it say, and how likely its own value is."""

    row: LabelRow
    kind: str
    label: str
    suggested: str
    quality: float


def doubts(rows: Sequence[LabelRow], config: Config, *, folds: int = FOLDS) -> list[Doubt]:
    """Grades and teams that cleanlab finds against the rest, the least likely first."""
    part = fit.part(rows)
    teams = tuple(sorted({row.team for row in rows if row.team}))
    grade, team = np.zeros((len(rows), len(GRADES))), np.zeros((len(rows), len(teams)))
    place = np.array(splits.random_folds(rows, folds, seed=SEED))
    for fold in range(folds):
        held = place == fold
        made = fit.learn(part.only(~held), config)
        table = vocabulary.table(part.only(held).readings, made.vocabulary)
        grade[held] = _grade_chances(made, table)
        team[held] = _team_chances(made, table, teams)
    found = _against(rows, [str(int(row.grade)) if row.grade else "" for row in rows], GRADES, grade, "grade")
    found += _against(rows, [row.team or "" for row in rows], teams, team, "team")
    return sorted(found, key=lambda one: (one.quality, one.row.id))


def _against(
    rows: Sequence[LabelRow], given: Sequence[str], codes: Sequence[str], chances: Floats, kind: str
) -> list[Doubt]:
    """What confident learning finds among rows that have this label. An accepted team is no doubt."""
    known = [i for i, label in enumerate(given) if label and chances[i].any()]
    used = [code for code in codes if any(given[i] == code for i in known)]
    if len(used) < 2:
        return []
    columns = [codes.index(code) for code in used]
    shares = chances[known][:, columns] + 1e-9
    shares /= shares.sum(axis=1, keepdims=True)
    labels = np.array([used.index(given[i]) for i in known])
    issues = _cleanlab().find_label_issues(
        labels, shares, return_indices_ranked_by="self_confidence", n_jobs=1
    )
    doubtful = [(int(i), used[int(shares[i].argmax())]) for i in issues]
    return [
        Doubt(rows[known[i]], kind, used[labels[i]], other, float(shares[i, labels[i]]))
        for i, other in doubtful
        if other != used[labels[i]] and not (kind == "team" and other in rows[known[i]].accepted_teams)
    ]


def _cleanlab() -> Any:
    try:
        from cleanlab import filter as found
    except ImportError as error:
        raise SettingsError("label errors need cleanlab; install report-triage[quality]") from error
    return found


def _grade_chances(made: Classifier, table: Table) -> Floats:
    """From "that urgent or more" to a chance for each grade."""
    if made.grade_head is None:
        return np.zeros((table.numbers.shape[0], len(GRADES)))
    sooner = 1.0 / (1.0 + np.exp(-np.clip(heads.scores(made.grade_head, table), -60.0, 60.0)))
    sooner = np.maximum.accumulate(sooner, axis=1)
    ends = np.ones((len(sooner), 1))
    each: Floats = np.diff(np.hstack([ends * 0.0, sooner, ends]), axis=1)
    return each


def _team_chances(made: Classifier, table: Table, teams: Sequence[str]) -> Floats:
    found = np.zeros((table.numbers.shape[0], len(teams)))
    if made.team_head is None:
        return found
    scores = heads.scores(made.team_head, table)
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    places: NDArray[np.intp] = np.array([teams.index(code) for code in made.team_codes])
    found[:, places] = chances / chances.sum(axis=1, keepdims=True)
    return found
