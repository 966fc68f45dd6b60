"""Parts of a label file that share no incident.

The law it keeps: what a model is calibrated and judged on, it has not learned from, not even in
another row about the same incident.
"""

import hashlib
from collections.abc import Iterable, Sequence

from training.labels import LabelRow


def by_time(rows: Sequence[LabelRow], *, share: float = 0.25) -> tuple[list[LabelRow], list[LabelRow]]:
    """The older incidents to learn from, and the newest `share` of them to calibrate on."""
    newest: dict[str, tuple[str, str]] = {}
    for row in rows:
        order = (row.written_on, _shuffled(row.incident))
        newest[row.incident] = max(newest.get(row.incident, order), order)
    ranked = sorted(newest, key=lambda incident: newest[incident])
    held = set(ranked[round(len(ranked) * (1 - share)) :])
    return [r for r in rows if r.incident not in held], [r for r in rows if r.incident in held]


def random_folds(rows: Sequence[LabelRow], count: int, *, seed: int = 0) -> list[int]:
    """A fold for every row by incident alone: what a split by voices is to be compared with."""
    place = _dealt(sorted({row.incident for row in rows}), count, seed)
    return [place[row.incident] for row in rows]


def _dealt(groups: Iterable[str], count: int, seed: int) -> dict[str, int]:
    shuffled = sorted(groups, key=lambda group: _shuffled(f"{seed}:{group}"))
    return {group: place % count for place, group in enumerate(shuffled)}


def _shuffled(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
