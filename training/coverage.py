"""What a corpus holds, against what it was asked to hold: one row of the table for each target."""

import re
import statistics
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from training.labels import LabelRow
from triage_model import documents
from triage_model.types import Grade

TARGETS = Path(__file__).with_name("coverage_targets.yaml")
Rows = Sequence[LabelRow]
_POLITE = re.compile(r"\b(please|sorry|thanks?|kind regards|pls|grateful)\b", re.I)


@dataclass(frozen=True, slots=True)
class Target:
    """One line of the coverage table."""

    name: str
    found: float
    least: float | None
    most: float | None

    @property
    def met(self) -> bool:
        return (self.least is None or self.found >= self.least) and (
            self.most is None or self.found <= self.most
        )


def table(rows: Rows, parts: dict[str, Rows], targets: Path = TARGETS) -> list[Target]:
    """Every target with what was found."""
    asked = documents.read(targets)
    measures = {**_whole(rows), **_parts(parts)}
    return [
        Target(name, measures[name], limits.get("at_least"), limits.get("at_most"))
        for name, limits in asked.items()
        if name in measures
    ]


def cue_aucs(rows: Rows) -> dict[str, float]:
    """How well tone and length alone would tell grade 1 apart: 0.5 is not at all."""
    cues: dict[str, Callable[[str], float]] = {
        "length": lambda text: len(text.split()),
        "capitals": lambda text: sum(c.isupper() for c in text) / max(1, sum(c.isalpha() for c in text)),
        "exclamation marks": lambda text: text.count("!"),
        "politeness": lambda text: len(_POLITE.findall(text)),
    }
    graded = [row for row in rows if row.grade is not None]
    hits = [row.grade is Grade.EMERGENCY for row in graded]
    return {name: auc([cue(row.text) for row in graded], hits) for name, cue in cues.items()}


def auc(scores: Sequence[float], hits: Sequence[bool]) -> float:
    """The chance that a hit scores above another, ties counted half; 0.5 with nothing to compare."""
    from scipy.stats import rankdata

    ones = sum(hits)
    others = len(hits) - ones
    if not ones or not others:
        return 0.5
    ranks = rankdata(scores)
    total = sum(float(rank) for rank, hit in zip(ranks, hits, strict=True) if hit)
    return (total - ones * (ones + 1) / 2) / (ones * others)


def lengths(rows: Rows) -> list[int]:
    return [len(row.text.split()) for row in rows]


def _tagged(rows: Rows, *tags: str) -> int:
    return sum(bool(set(tags) & set(row.tags)) for row in rows)


def _whole(rows: Rows) -> dict[str, float]:
    urgent = [row for row in rows if row.grade is Grade.EMERGENCY]
    words = lengths(rows)
    pairs = Counter(row.pair for row in rows if row.pair)
    teams = Counter(row.team for row in rows if row.team)
    return {
        "distinct reports": len({" ".join(row.text.split()) for row in rows}),
        "rows of the rarest team": min(teams.values(), default=0),
        "teams": len(teams),
        "grade 1": len(urgent),
        "grade 1 without an alarming word, share": _tagged(urgent, "oblique") / max(1, len(urgent)),
        "traps": _tagged(rows, "trap"),
        "traps of grade 1": _tagged(urgent, "trap"),
        "minimal pairs": sum(count == 2 for count in pairs.values()),
        "follow-ups": _tagged(rows, "followup"),
        "not or not only in English": _tagged(rows, "non_english", "mixed_language"),
        "empty, test or unreadable": _tagged(rows, "near_empty", "test_message", "unreadable"),
        "told as to a forum, share": _tagged(rows, "forum") / max(1, len(rows)),
        "median words": statistics.median(words) if words else 0,
        "under 15 words, share": sum(n < 15 for n in words) / max(1, len(words)),
        "over 150 words, share": sum(n > 150 for n in words) / max(1, len(words)),
        "longest, words": max(words, default=0),
        "months": len({row.written_on[:7] for row in rows if row.written_on}),
        "voices": len({row.voice for row in rows if row.voice}),
        **{f"AUC of {name} for grade 1": value for name, value in cue_aucs(rows).items()},
    }


def _parts(parts: dict[str, Rows]) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, rows in parts.items():
        found[f"{name} rows"] = len(rows)
        found[f"{name} grade 1"] = sum(row.grade is Grade.EMERGENCY for row in rows)
        for grade in Grade:
            found[f"{name} grade {int(grade)}, share"] = sum(row.grade is grade for row in rows) / max(
                1, len(rows)
            )
    return found
