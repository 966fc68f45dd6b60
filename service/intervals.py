"""How sure a share is that was counted on a sample: exact bounds, for people who must not be fooled."""

from dataclasses import dataclass

SURE = 0.95


@dataclass(frozen=True, slots=True)
class Bounds:
    """What was found, and between what the truth lies with the stated confidence."""

    value: float
    low: float
    high: float


def clopper_pearson(hits: int, total: int, *, sure: float = SURE) -> Bounds | None:
    """A share with its exact two-sided interval; none where nothing was read."""
    if total == 0:
        return None
    from scipy.stats import beta  # late: starting the service must not wait for it

    out = (1 - sure) / 2
    low = float(beta.ppf(out, hits, total - hits + 1)) if hits else 0.0
    high = float(beta.ppf(1 - out, hits + 1, total - hits)) if hits < total else 1.0
    return Bounds(hits / total, low, high)
