"""Where the grades begin: as many emergencies found as the alarm budget allows.

The whole of triage is what counts, so the floors that the rules set are taken into account.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training import certify, intervals
from triage_model.classifier import Thresholds
from triage_model.errors import LabelError
from triage_model.features import Floats

NEVER = 1.01


@dataclass(frozen=True, slots=True)
class Budget:
    """What finding emergencies may cost: false alarms of all others, and 3s and 4s answered 1 or 2.

    `most_missed` asks for more: the share of emergencies that may be missed, shown with 95% confidence by
    fixed-sequence testing whatever the alarms cost. It needs rows drawn from a force's own reports.
    """

    false_emergencies: float = 0.10
    raised: float = 0.20
    review: float = 0.10
    under_cost: float = 2.0
    most_missed: float | None = None


def choose(urgency: Floats, grades: Sequence[int], floors: Sequence[int], budget: Budget) -> Thresholds:
    """The lowest thresholds that stay within the budget on rows that the model never saw.

    Raises LabelError where `most_missed` is asked for and the emergencies are too few to show it.
    """
    known, floor = np.asarray(grades), np.asarray(floors)
    emergency = max(
        lowest(urgency[:, 0], known > 1, floor == 1, budget.false_emergencies),
        lowest(urgency[:, 0], known > 2, floor <= 2, budget.raised),
    )
    if budget.most_missed is not None:
        chances = np.where(floor == 1, 1.0, urgency[:, 0])[known == 1]
        emergency = min(emergency, shown(chances, budget.most_missed))
    floor_then = np.where(urgency[:, 0] >= emergency, 1, floor)
    priority = lowest(urgency[:, 1], known > 2, floor_then <= 2, budget.raised)
    scheduled = _cheapest(urgency[:, 2], known <= 3, budget.under_cost)
    review = _review(urgency[:, 0], emergency, budget.review)
    return Thresholds(emergency=emergency, priority=priority, scheduled=scheduled, review=review)


def lowest(chances: Floats, others: NDArray[np.bool_], already: NDArray[np.bool_], allowed: float) -> float:
    """The lowest threshold under which no more than an allowed share of others is raised, rules included."""
    free = np.sort(chances[others & ~already])[::-1]
    room = int(allowed * others.sum()) - int((others & already).sum())
    if room < 0:
        return NEVER
    if room >= len(free):
        return 0.0
    return float(np.nextafter(free[room], 2.0))


def shown(chances: Floats, most: float) -> float:
    """The highest threshold shown to miss at most a share of emergencies. Raises LabelError if none is."""
    claim = certify.threshold(list(chances), most=most)
    if claim is None:
        least = intervals.upper_bound(0, len(chances)) if len(chances) else 1.0
        needed = certify.needed(0, most=most)
        carried = f"{len(chances)} emergencies carry {least:.3f} at best"
        raise LabelError(
            [f"most_missed: {most} cannot be shown: {carried}; give {needed} or more, or leave it out"]
        )
    return claim.threshold


def _cheapest(chances: Floats, sooner: NDArray[np.bool_], under_cost: float) -> float:
    """The threshold of least cost, where a row graded too low costs `under_cost` of one graded too high."""
    candidates = np.unique(chances)
    costs = [
        under_cost * (sooner & (chances < t)).sum() + (~sooner & (chances >= t)).sum() for t in candidates
    ]
    return float(candidates[int(np.argmin(costs))])


def _review(chances: Floats, emergency: float, share: float) -> float:
    """Where unsure begins: the share of rows just below the threshold for an emergency."""
    below = np.sort(chances[chances < emergency])[::-1]
    count = int(share * len(chances))
    return float(below[min(count, len(below)) - 1]) if count and len(below) else emergency
