"""Rows that say nearly the same: five-word runs in common, as a share of all that either has."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from training.labels import LabelRow

RUN, LIMIT = 5, 0.3
_WORD = re.compile(r"\w+")
# A run that more rows than this share (a pasted banner) says nothing of any two of them.
_COMMON = 200


@dataclass(frozen=True, slots=True)
class Near:
    """Two rows of different incidents that are too alike."""

    first: LabelRow
    second: LabelRow
    likeness: float


def near_duplicates(rows: Sequence[LabelRow], *, limit: float = LIMIT) -> Iterator[Near]:
    """Pairs of rows outside one incident whose runs overlap by more than the limit."""
    runs = [_runs(row.text) for row in rows]
    for (first, second), shared in sorted(_shared(runs).items()):
        if rows[first].incident == rows[second].incident:
            continue
        likeness = shared / (len(runs[first]) + len(runs[second]) - shared)
        if likeness > limit:
            yield Near(rows[first], rows[second], likeness)


def openings(rows: Sequence[LabelRow], *, words: int = 5) -> Counter[str]:
    """How often each opening is used by different incidents."""
    pairs = {
        (" ".join(_words(row.text)[:words]), row.incident) for row in rows if len(_words(row.text)) >= words
    }
    return Counter(opening for opening, _ in pairs)


def same_short(rows: Sequence[LabelRow]) -> int:
    """Rows too short to have a run ("help", ".") that say what a row of another incident says."""
    said: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if len(_words(row.text)) < RUN and row.text.strip():
            said[" ".join(row.text.split())].add(row.incident)
    return sum(len(incidents) for incidents in said.values() if len(incidents) > 1)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _runs(text: str) -> frozenset[int]:
    words = _words(text)
    return frozenset(hash(tuple(words[i : i + RUN])) for i in range(len(words) - RUN + 1))


def _shared(runs: Sequence[frozenset[int]]) -> Counter[tuple[int, int]]:
    """How many runs each two rows have in common, over those that have any."""
    places: dict[int, list[int]] = defaultdict(list)
    for place, some in enumerate(runs):
        for run in some:
            places[run].append(place)
    shared: Counter[tuple[int, int]] = Counter()
    for owners in places.values():
        if len(owners) <= _COMMON:
            shared.update((a, b) for i, a in enumerate(owners) for b in owners[i + 1 :])
    return shared
