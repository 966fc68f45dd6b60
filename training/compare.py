"""Two models side by side on the same rows: what changes, who is right, and whether it could be chance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy import stats

from training import desks, figures, labels
from training.figures import MEASURES, Outcome
from triage_model import classifier
from triage_model.triage import Triage

DRAWS = 1000


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure of two models on the same rows; the interval (90%) is by drawing incidents again."""

    name: str
    first: float | None
    second: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Change:
    """A row that the two models answer differently, and which of them agrees with its label."""

    row: str
    what: str
    first: str
    second: str
    label: str

    @property
    def right(self) -> str:
        sides = {self.first: "first", self.second: "second"}
        return sides.get(self.label, "neither")


def outcomes_of(
    folders: Sequence[Path],
    sources: Sequence[Path],
    mapping: Mapping[str, str],
    *,
    taxonomy: Path | None = None,
    rules: Path | None = None,
) -> list[list[Outcome]]:
    """What each model answers, whole of triage, on the same rows."""
    desk = desks.load(taxonomy, rules, say=desks.tell)
    rows = labels.read(sources, mapping=mapping, taxonomy=desk.taxonomy)
    return [figures.outcomes(rows, _with(desk, folder)) for folder in folders]


def _with(desk: Triage, folder: Path) -> Triage:
    return replace(desk, classifier=classifier.load(folder), model_problem=None)


def changes(first: Sequence[Outcome], second: Sequence[Outcome]) -> list[Change]:
    """Every row whose grade or team changes, grades that concern an emergency first."""
    found = []
    for a, b in zip(first, second, strict=True):
        if a.decision.grade != b.decision.grade and a.row.grade:
            grades = (str(int(g)) for g in (a.decision.grade, b.decision.grade, a.row.grade))
            found.append(Change(a.row.id, "grade", *grades))
        if a.decision.team != b.decision.team and a.row.team:
            found.append(Change(a.row.id, "team", a.decision.team, b.decision.team, a.row.team))
    return sorted(found, key=lambda c: (c.what, "1" not in (c.first, c.second, c.label), c.row))


def differences(first: Sequence[Outcome], second: Sequence[Outcome], *, seed: int = 0) -> list[Difference]:
    """Every measure of both, with an interval of the difference."""
    drawn = _draws(first, seed)
    return [_difference(name, first, second, drawn) for name in MEASURES]


def chance(found: Sequence[Change], what: str) -> float:
    """How likely so uneven a count of "first right" and "second right" is if neither is better (exact)."""
    right = [one.right for one in found if one.what == what]
    wins, losses = right.count("second"), right.count("first")
    return float(stats.binomtest(wins, wins + losses).pvalue) if wins + losses else 1.0


def _draws(found: Sequence[Outcome], seed: int) -> list[list[int]]:
    groups: dict[str, list[int]] = {}
    for place, outcome in enumerate(found):
        groups.setdefault(outcome.row.incident, []).append(place)
    members = list(groups.values())
    picks = np.random.default_rng(seed).integers(0, len(members), size=(DRAWS, len(members)))
    return [[place for i in pick for place in members[i]] for pick in picks]


def _difference(
    name: str, first: Sequence[Outcome], second: Sequence[Outcome], drawn: Sequence[Sequence[int]]
) -> Difference:
    a, b = MEASURES[name](first).value, MEASURES[name](second).value
    if a is None or b is None:
        return Difference(name, a, b, None, None)
    hits = [_hits(name, part) for part in (first, second)]
    gaps = [_gap(hits, places) for places in drawn]
    return Difference(name, a, b, float(np.quantile(gaps, 0.05)), float(np.quantile(gaps, 0.95)))


Hits = list[tuple[int, int]]


def _hits(name: str, found: Sequence[Outcome]) -> Hits:
    """Hit and counted, row by row: a measure of one row is a share of nothing or of one."""
    measure = MEASURES[name]
    shares = [measure([outcome]) for outcome in found]
    return [(share.hits, share.total) for share in shares]


def _gap(hits: Sequence[Hits], places: Sequence[int]) -> float:
    shares = []
    for part in hits:
        total = sum(part[place][1] for place in places)
        shares.append(sum(part[place][0] for place in places) / total if total else 0.0)
    return shares[1] - shares[0]
