"""Pictures of a corpus: how many of each grade and team, and how long the reports are."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from training import coverage, pictures
from training.labels import LabelRow

_STEPS = (0, 5, 15, 30, 60, 100, 150, 250, 500)


def write(rows: Sequence[LabelRow], folder: Path) -> None:
    """Write grades.svg, teams.svg and lengths.svg."""
    folder.mkdir(parents=True, exist_ok=True)
    grades = Counter(f"grade {int(row.grade)}" for row in rows if row.grade)
    teams = Counter(row.team for row in rows if row.team)
    for name, counts in (("grades", dict(sorted(grades.items()))), ("teams", dict(teams.most_common()))):
        text = pictures.bars(counts, across="reports", title=f"Reports by {name}")
        (folder / f"{name}.svg").write_text(text, encoding="utf-8")
    text = pictures.bars(_lengths(rows), across="reports", title="Reports by length")
    (folder / "lengths.svg").write_text(text, encoding="utf-8")


def _lengths(rows: Sequence[LabelRow]) -> dict[str, int]:
    words = coverage.lengths(rows)
    steps = [*pairwise(_STEPS), (_STEPS[-1], 10**9)]
    return {_step(a, b): sum(a <= count < b for count in words) for a, b in steps}


def _step(first: int, end: int) -> str:
    return f"{first} to {end - 1} words" if end < 10**9 else f"{first} words or more"
