"""How many emergencies a threshold can miss, as a claim that holds with a stated confidence.

The law it keeps: the claim is made by fixed-sequence testing with exact bounds, so that looking at many
thresholds does not weaken it. It needs independent draws: of written samples nothing is certified.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from training.intervals import upper_bound

STEPS = 200


@dataclass(frozen=True, slots=True)
class Claim:
    """A threshold, what it missed, and the largest share it can be said to miss."""

    threshold: float
    missed: int
    emergencies: int
    most: float
    confidence: float
    flagged: float | None = None


def threshold(
    chances: Sequence[float], *, most: float, confidence: float = 0.95, grid: Sequence[float] | None = None
) -> Claim | None:
    """The highest threshold whose misses are shown to be at most a share of emergencies; None if none is.

    Thresholds are tried in a fixed order, the lowest first, each at the full level; the first that fails
    ends the trial. The order may not depend on `chances`, or the bound would not hold.
    """
    given = np.asarray(chances, dtype=np.float64)
    passed = None
    for candidate in np.linspace(0.0, 1.0, STEPS + 1) if grid is None else grid:
        missed = int((given < candidate).sum())
        if not len(given) or upper_bound(missed, len(given), confidence) > most:
            break
        passed = Claim(float(candidate), missed, len(given), most, confidence)
    return passed


def claim_at(chances: Sequence[float], at: float, *, confidence: float = 0.95) -> Claim:
    """The largest claim that the data carry for one threshold chosen beforehand."""
    given = np.asarray(chances, dtype=np.float64)
    missed = int((given < at).sum())
    most = upper_bound(missed, len(given), confidence) if len(given) else 1.0
    return Claim(at, missed, len(given), most, confidence)


def needed(missed: int, *, most: float, confidence: float = 0.95) -> int:
    """How many emergencies must have been judged for so many misses to show a claim."""
    low, high = missed + 1, missed + 2
    while upper_bound(missed, high, confidence) > most:
        low, high = high, high * 2
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if upper_bound(missed, middle, confidence) <= most else (middle + 1, high)
    return high


def power(miss_share: float, emergencies: int, *, most: float, confidence: float = 0.95) -> float:
    """The chance that a model which truly misses `miss_share` shows the claim on so many emergencies."""
    allowed = [k for k in range(emergencies + 1) if upper_bound(k, emergencies, confidence) <= most]
    return float(stats.binom.cdf(max(allowed), emergencies, miss_share)) if allowed else 0.0
