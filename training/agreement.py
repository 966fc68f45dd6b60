"""How far two people who labelled the same reports apart agree, beyond what chance would give."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from training.labels import LabelRow
from training.slices import KINDS, Belongs

FEWEST = 20
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Agreement:
    """Kappas over one kind of report; None where there is too little to say."""

    name: str
    rows: int
    grade: float | None
    team: float | None
    time_status: float | None


def table(rows: Sequence[LabelRow]) -> list[Agreement]:
    """All reports that two people labelled, then every kind of them."""
    twice = [row for row in rows if len(row.annotators) > 1]
    kinds: dict[str, Belongs] = {"grade 1 by either": _urgent, **KINDS}
    parts = {name: [row for row in twice if belongs(row)] for name, belongs in kinds.items()}
    return [_agreement(name, part) for name, part in {"all": twice, **parts}.items()]


def disputes(rows: Sequence[LabelRow]) -> dict[str, list[str]]:
    """Rows that a third reader must settle, by why."""
    apart: dict[str, list[str]] = {"two grades or more apart": [], "only one said grade 1": []}
    for row in rows:
        first, second = (one.grade for one in row.annotators[:2]) if len(row.annotators) > 1 else (None, None)
        if first and second and len(row.annotators) < 3:
            if abs(first - second) >= 2:
                apart["two grades or more apart"].append(row.id)
            elif (first == 1) != (second == 1):
                apart["only one said grade 1"].append(row.id)
    return apart


def kappa(first: Sequence[str], second: Sequence[str]) -> float | None:
    """Cohen's kappa of names."""
    if len(first) < FEWEST or len({*first, *second}) < 2:
        return None
    agreed = sum(a == b for a, b in zip(first, second, strict=True)) / len(first)
    names = {*first, *second}
    chance = sum(first.count(name) * second.count(name) for name in names) / len(first) ** 2
    return (agreed - chance) / (1 - chance) if chance < 1 else None


def quadratic_kappa(first: Sequence[int], second: Sequence[int]) -> float | None:
    """Cohen's kappa of grades, where being two apart is four times as bad as one."""
    if len(first) < FEWEST or len({*first, *second}) < 2:
        return None
    seen = sum((a - b) ** 2 for a, b in zip(first, second, strict=True)) / len(first)
    by_chance = sum((a - b) ** 2 for a in first for b in second) / len(first) ** 2
    return 1 - seen / by_chance


def _urgent(row: LabelRow) -> bool:
    return any(one.grade == 1 for one in row.annotators[:2])


def _agreement(name: str, rows: Sequence[LabelRow]) -> Agreement:
    grades = _both((one.annotators[0].grade, one.annotators[1].grade) for one in rows)
    teams = _both((one.annotators[0].team, one.annotators[1].team) for one in rows)
    times = _both((one.annotators[0].time_status, one.annotators[1].time_status) for one in rows)
    return Agreement(
        name=name,
        rows=len(rows),
        grade=quadratic_kappa([int(a) for a, _ in grades], [int(b) for _, b in grades]),
        team=kappa([str(a) for a, _ in teams], [str(b) for _, b in teams]),
        time_status=kappa([str(a) for a, _ in times], [str(b) for _, b in times]),
    )


def _both(pairs: Iterable[tuple[T | None, T | None]]) -> list[tuple[T, T]]:
    return [(a, b) for a, b in pairs if a is not None and b is not None]
