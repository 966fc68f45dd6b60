"""Proportions with the bounds that the data can carry: exact for independent draws (Clopper-Pearson)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `total`, with exact one-sided 95% bounds."""

    hits: int
    total: int

    @property
    def value(self) -> float | None:
        return self.hits / self.total if self.total else None

    @property
    def low(self) -> float | None:
        return lower_bound(self.hits, self.total) if self.total else None

    @property
    def high(self) -> float | None:
        return upper_bound(self.hits, self.total) if self.total else None

    def __str__(self) -> str:
        if self.value is None:
            return "not enough data"
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f}; {self.hits} of {self.total})"


def share(hits: Iterable[bool]) -> Share:
    """How many of some answers are yes."""
    answers = [bool(hit) for hit in hits]
    return Share(sum(answers), len(answers))


def lower_bound(hits: int, total: int, confidence: float = 0.95) -> float:
    """The exact one-sided lower bound of a proportion."""
    return float(stats.beta.ppf(1 - confidence, hits, total - hits + 1)) if hits else 0.0


def upper_bound(hits: int, total: int, confidence: float = 0.95) -> float:
    """The exact one-sided upper bound of a proportion."""
    return float(stats.beta.ppf(confidence, hits + 1, total - hits)) if hits < total else 1.0


def by_groups(
    hits: Sequence[bool], groups: Sequence[str], *, draws: int = 1000, seed: int = 0
) -> tuple[float, float]:
    """A 90% interval by drawing whole groups again (voices, incidents): rows of one are not independent."""
    names = sorted(set(groups))
    found = np.array([sum(h for h, g in zip(hits, groups, strict=True) if g == name) for name in names])
    sizes = np.array([sum(g == name for g in groups) for name in names])
    picks = np.random.default_rng(seed).integers(0, len(names), size=(draws, len(names)))
    shares = found[picks].sum(axis=1) / sizes[picks].sum(axis=1)
    return float(np.quantile(shares, 0.05)), float(np.quantile(shares, 0.95))
