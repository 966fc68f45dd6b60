"""One linear head of a classifier, and the words of a text that moved its scores."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from triage_model.features import Floats, Glimpse, Sums, Vector
from triage_model.reader import Word
from triage_model.types import Evidence, Span


@dataclass(frozen=True, slots=True)
class Seen:
    """The words of all parts of a report, the part each comes from, and their numbers.

    `passage` is where its most alarming passage stands, with the numbers of that; None in a short one.
    """

    words: Sequence[Word]
    vector: Vector
    origins: Sequence[int] = ()
    passage: tuple[slice, Vector] | None = None


@dataclass(frozen=True)
class Head:
    """One column of weights per output, and the two numbers that turn each score into a calibrated one."""

    weights: Floats
    meaning: Floats
    bias: Floats
    slope: Floats
    shift: Floats

    @cached_property
    def columns(self) -> Floats:
        """The weights of each output in one row, which are near each other when they are looked up."""
        return np.ascontiguousarray(self.weights.T)

    def scores(self, sums: Sums) -> Floats:
        return self.calibrated(self.raw(sums))

    def raw(self, sums: Sums) -> Floats:
        return self._raw(sums, self.weights[sums.places])

    def raw_of_passages(self, whole: Sums, passages: Iterable[Glimpse]) -> list[Floats]:
        """The scores of each passage, as `raw` would give them; what the whole weighs is looked up once."""
        weights = self.weights[whole.places]
        return [self._raw(one.sums, weights[one.here]) for one in passages]

    def _raw(self, sums: Sums, weights: Floats) -> Floats:
        found: Floats = sums.values @ weights + sums.meaning @ self.meaning + self.bias
        return found

    def calibrated(self, raw: Floats) -> Floats:
        found: Floats = raw * self.slope + self.shift
        return found


def pushes(seen: Seen, head: Head, column: int) -> Floats:
    """What each word pushed a score up by."""
    vector, words = seen.vector, seen.words
    by_meaning = vector.word_meanings @ head.meaning[:, column]
    sums = vector.sums
    amounts = (head.columns[column][sums.places] * (sums.values / vector.counts) / 2)[vector.ranks]
    # In this order, so that the sum of each word is rounded alike whoever computes it.
    added = np.bincount(vector.owners, np.concatenate([by_meaning, amounts, amounts]), len(words))
    found: Floats = added * head.slope[column]
    return found


def telling(seen: Seen, pushed: Floats, *, about: str, says: str, most: int) -> tuple[Evidence, ...]:
    """The words that pushed a score up, the most telling first, with what they pushed it by."""
    words = seen.words
    order = [int(i) for i in np.argsort(-pushed, kind="stable")[:most] if pushed[i] > 0.0]
    return tuple(
        Evidence(
            source="model",
            about=about,
            says=f'"{words[i].form}" {says}',
            span=Span(seen.origins[i], words[i].start, words[i].end),
            weight=round(float(pushed[i]), 4),
        )
        for i in order
    )
