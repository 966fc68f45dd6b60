"""Scores made into chances that come true as often as they say, on rows that the heads never saw."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import optimize
from sklearn.linear_model import LogisticRegression

from training.heads import URGENCIES
from triage_model.classifier import Head
from triage_model.features import Floats

Flags = NDArray[np.bool_]


def calibrate_grade(head: Head, scores: Floats, grades: Sequence[int]) -> Head:
    """A slope and a shift for each of the three questions (Platt's sigmoid)."""
    known = np.asarray(grades)
    lines = [sigmoid(scores[:, i], known <= urgency) for i, urgency in enumerate(URGENCIES)]
    return replace(head, slope=np.array([a for a, _ in lines]), shift=np.array([b for _, b in lines]))


def sigmoid(scores: Floats, hits: Flags) -> tuple[float, float]:
    """The slope and shift that make scores of some rows into chances; the score itself if one-sided."""
    if hits.all() or not hits.any():
        return 1.0, 0.0
    fitted = LogisticRegression(C=1e4).fit(scores.reshape(-1, 1), hits)
    return max(float(fitted.coef_[0, 0]), 1e-3), float(fitted.intercept_[0])


def calibrate_team(head: Head, scores: Floats, teams: Sequence[str], codes: Sequence[str]) -> Head:
    """One temperature for all teams."""
    place = {code: i for i, code in enumerate(codes)}
    known = [i for i, team in enumerate(teams) if team in place]
    if not known:
        return head
    right = np.array([place[teams[i]] for i in known])
    slope = 1.0 / temperature(scores[known], right)
    return replace(head, slope=np.full(len(codes), slope), shift=np.zeros(len(codes)))


def temperature(scores: Floats, right: NDArray[np.intp]) -> float:
    """The divisor of the scores under which the right answers are the likeliest."""

    def surprise(log_temperature: float) -> float:
        scaled = scores / np.exp(log_temperature)
        peaks = scaled.max(axis=1)
        totals = np.log(np.exp(scaled - peaks[:, None]).sum(axis=1)) + peaks
        return float((totals - scaled[np.arange(len(right)), right]).mean())

    return float(np.exp(optimize.minimize_scalar(surprise, bounds=(-4.0, 4.0), method="bounded").x))


def calibration_error(chances: Floats, hits: Flags, *, bins: int = 10) -> float:
    """Expected calibration error over bins that hold equally many rows."""
    order = np.argsort(chances, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return float(sum(len(p) * abs(chances[p].mean() - hits[p].mean()) for p in parts) / len(order))
