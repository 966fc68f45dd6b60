"""Linear heads: three ordered yes-or-no questions for the grade, one choice for the team.

Under-grading is priced above over-grading: `under_cost` multiplies the weight of the more urgent side.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from training.vocabulary import Table
from triage_model.classifier import Head
from triage_model.features import Floats

URGENCIES = (1, 2, 3)
SEED = 0


@dataclass(frozen=True, slots=True)
class HeadConfig:
    """How strongly each head follows its rows, and what a missed urgency costs."""

    grade_c: float = 1.0
    team_c: float = 0.3
    under_cost: float = 1.0
    grade_meaning: float = 0.5
    team_meaning: float = 0.5
    team_model: str = "margin"
    team_balanced: bool = True


def fit_grade(table: Table, grades: Sequence[int], config: HeadConfig) -> Head | None:
    """Is it grade 1? Is it 2 or sooner? 3 or sooner? None where a question has one answer only."""
    known = np.asarray(grades)
    given = table.weighed(config.grade_meaning)
    columns, biases = [], []
    for urgency in URGENCIES:
        sooner = known <= urgency
        if sooner.all() or not sooner.any():
            return None
        costs = _costs(sooner, config.under_cost)
        model = LogisticRegression(
            C=config.grade_c, class_weight=costs, solver=_solver(given), max_iter=1000, random_state=SEED
        )
        model.fit(given, sooner)
        columns.append(model.coef_[0].astype(np.float64))
        biases.append(float(model.intercept_[0]))
    return _uncalibrated(np.array(columns).T, np.array(biases), table.terms, config.grade_meaning)


def fit_team(table: Table, teams: Sequence[str], config: HeadConfig) -> tuple[Head, tuple[str, ...]] | None:
    """Which team owns it. None where the labels name one team only."""
    if len(set(teams)) < 2:
        return None
    model = _team_model(config)
    model.fit(table.weighed(config.team_meaning), np.asarray(teams))
    weights, biases = model.coef_.astype(np.float64), model.intercept_.astype(np.float64)
    if len(model.classes_) == 2:
        weights, biases = np.vstack([-weights, weights]) / 2, np.concatenate([-biases, biases]) / 2
    head = _uncalibrated(weights.T, biases, table.terms, config.team_meaning)
    return head, tuple(str(code) for code in model.classes_)


def scores(head: Head, table: Table) -> Floats:
    """What a head says of many texts at once, calibrated if it is."""
    raw = table.numbers @ np.vstack([head.weights, head.meaning]) + head.bias
    found: Floats = raw * head.slope + head.shift
    return found


def _solver(given: sparse.csr_matrix) -> str:
    """liblinear copies every number into a form of twice the size; many rows would not fit."""
    return "liblinear" if given.dtype == np.float64 else "lbfgs"


def _team_model(config: HeadConfig) -> Any:
    """One team against the rest by the widest margin, or "softmax": all teams in one choice."""
    weight = "balanced" if config.team_balanced else None
    if config.team_model == "margin":
        return LinearSVC(C=config.team_c, class_weight=weight, random_state=SEED)
    return LogisticRegression(C=config.team_c, class_weight=weight, max_iter=1000, random_state=SEED)


def _costs(sooner: NDArray[np.bool_], under_cost: float) -> dict[bool, float]:
    share = float(sooner.mean())
    return {True: under_cost * 0.5 / share, False: 0.5 / (1 - share)}


def _uncalibrated(weights: Floats, biases: Floats, terms: int, scale: float) -> Head:
    """The weights of terms and of meanings apart; the scale of the meanings goes into their weights."""
    count = len(biases)
    return Head(
        weights=np.ascontiguousarray(weights[:terms]),
        meaning=np.ascontiguousarray(weights[terms:] * scale),
        bias=np.asarray(biases),
        slope=np.ones(count),
        shift=np.zeros(count),
    )
