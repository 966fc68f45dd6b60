"""What a triage gets right, what it misses and what it costs: each as one number with its bounds."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from training.calibration import calibration_error
from training.intervals import Share, share
from training.labels import LabelRow
from training.urgency import URGENT, falls_below
from triage_model.classifier import corrected
from triage_model.triage import Triage
from triage_model.types import Decision, Grade, Report

FEWEST = 20
REPORTS_A_MONTH, DAYS_A_MONTH = 900, 30.4
PREVALENCES = (0.02, 0.03, 0.05)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One labelled report and what was suggested for it."""

    row: LabelRow
    decision: Decision

    @property
    def teams(self) -> tuple[str, ...]:
        return tuple(team for team, _ in self.decision.teams)

    def team_within(self, first: int) -> bool:
        return bool(set(self.row.accepted_teams) & set(self.teams[:first]))


def outcomes(rows: Iterable[LabelRow], desk: Triage) -> list[Outcome]:
    """A decision for every row."""
    return [Outcome(row, desk.decide(Report(row.text, ref=row.id))) for row in rows]


Measure = Callable[[Sequence[Outcome]], Share]


def emergencies_found(found: Sequence[Outcome]) -> Share:
    return share(o.decision.grade == 1 for o in found if o.row.grade == 1)


def urgent_found(found: Sequence[Outcome]) -> Share:
    return share(o.decision.grade in URGENT for o in found if o.row.grade in URGENT)


def false_emergencies(found: Sequence[Outcome]) -> Share:
    return share(o.decision.grade == 1 for o in found if o.row.grade in (2, 3, 4))


def raised(found: Sequence[Outcome]) -> Share:
    return share(o.decision.grade in URGENT for o in found if o.row.grade in (3, 4))


def reviewed(found: Sequence[Outcome]) -> Share:
    return share(o.decision.needs_review for o in found)


def grade_exact(found: Sequence[Outcome]) -> Share:
    return share(o.decision.grade == o.row.grade for o in found if o.row.grade)


def under_graded(found: Sequence[Outcome]) -> Share:
    return share(falls_below(o.decision.grade, o.row.grade) for o in found if o.row.grade)


def over_graded(found: Sequence[Outcome]) -> Share:
    return share(falls_below(o.row.grade, o.decision.grade) for o in found if o.row.grade)


def team_strict(found: Sequence[Outcome]) -> Share:
    return share(o.decision.team == o.row.team for o in found if o.row.team)


def team_top(first: int) -> Measure:
    def measure(found: Sequence[Outcome]) -> Share:
        return share(o.team_within(first) for o in found if o.row.team)

    return measure


MEASURES: dict[str, Measure] = {
    "grade 1 found": emergencies_found,
    "grade 1 or 2 found": urgent_found,
    "false grade 1": false_emergencies,
    "grade 3 and 4 raised to 1 or 2": raised,
    "needs review": reviewed,
    "grade exact": grade_exact,
    "under-graded": under_graded,
    "over-graded": over_graded,
    "team, strict": team_strict,
    "team, first or accepted": team_top(1),
    "team, first two or accepted": team_top(2),
    "team, first three or accepted": team_top(3),
}


def table(found: Sequence[Outcome]) -> dict[str, Share]:
    """Every measure over some outcomes."""
    return {name: measure(found) for name, measure in MEASURES.items()}


def precision(found: Sequence[Outcome], prevalence: float) -> float | None:
    """The share of grade 1 suggestions that would be right where emergencies are that rare."""
    recall, false = emergencies_found(found).value, false_emergencies(found).value
    if recall is None or false is None or not recall + false:
        return None
    return prevalence * recall / (prevalence * recall + (1 - prevalence) * false)


def alarms_a_day(found: Sequence[Outcome], prevalence: float) -> float | None:
    """Grade 1 suggestions a day, right or wrong, at 900 reports a month."""
    recall, false = emergencies_found(found).value, false_emergencies(found).value
    if recall is None or false is None:
        return None
    return (prevalence * recall + (1 - prevalence) * false) * REPORTS_A_MONTH / DAYS_A_MONTH


def emergency_calibration(found: Sequence[Outcome], prevalence: float) -> float | None:
    """Calibration error of the chance of an emergency, at the part's own mix."""
    graded = [o for o in found if o.row.grade and o.decision.p_emergency is not None]
    hits = np.array([o.row.grade == 1 for o in graded])
    if len(graded) < FEWEST or hits.all() or not hits.any():
        return None
    own = float(hits.mean())
    stated = [o.decision.p_emergency or 0.0 for o in graded]
    chances = np.array([corrected(p, base_rate=prevalence, prevalence=own) for p in stated])
    return calibration_error(chances, hits)


def confusion(found: Sequence[Outcome]) -> list[list[int]]:
    """How many rows of each grade (down) were answered with each grade (across)."""
    grades = list(Grade)
    counts = {(a, b): 0 for a in grades for b in grades}
    for o in found:
        if o.row.grade:
            counts[o.row.grade, o.decision.grade] += 1
    return [[counts[a, b] for b in grades] for a in grades]
