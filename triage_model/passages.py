"""The passages of a long report, each read by itself as well: the danger may be one sentence among twenty.

A short report has none. A passage begins with a sentence, or within one that never ends, and goes on for
some sixty words, so that passages overlap and no sentence is read without its neighbours.
"""

from collections.abc import Sequence
from itertools import groupby

from triage_model.reader import Word

SHORT, ENDLESS, PIECE, LONG_ENOUGH, APART = 80, 60, 40, 60, 20
"""In words: reports with no passages; sentences that are cut, and where; length of a passage; how far apart
two of them begin at least."""


def passages(words: Sequence[Word]) -> list[slice]:
    """Where the passages of a text stand among its words."""
    if len(words) <= SHORT:
        return []
    starts = _starts(words)
    if len(starts) < 3:
        return []
    ends = [*starts[1:], len(words)]
    found: list[slice] = []
    for place, first in enumerate(starts):
        if not found or first - found[-1].start >= APART:
            last = next((end for end in ends[place:] if end - first >= LONG_ENOUGH), len(words))
            found.append(slice(first, last))
    return found


def _starts(words: Sequence[Word]) -> list[int]:
    """Where each sentence begins, and each piece of an endless one."""
    starts, first = [], 0
    for _, group in groupby(words, key=lambda word: word.sentence):
        length = sum(1 for _ in group)
        pieces = range(0, length, PIECE) if length > ENDLESS else (0,)
        starts += [first + piece for piece in pieces]
        first += length
    return starts
