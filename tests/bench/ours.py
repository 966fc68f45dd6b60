"""What our own triage costs and how well it reads, measured as the peers measure themselves."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench import judge
from triage_model.errors import ArtifactError
from triage_model.triage import Parts, Triage
from triage_model.types import Grade, Report, most_urgent
from triage_model.wire import decision_json

Row = dict[str, Any]
NAMES: dict[Parts, str] = {
    "whole": "whole triage, with evidence",
    "model": "classifier alone",
    "rules": "rules alone",
}


def candidates(desk: Triage, part: Sequence[Row], speed: Sequence[str]) -> list[Row]:
    """One row of the table for the whole and for each half."""
    if desk.classifier is None:
        raise ArtifactError(f"no model to measure ({desk.model_problem}); run make model first")
    return [_candidate(desk.limited_to(only), name, part, speed) for only, name in NAMES.items()]


def _candidate(desk: Triage, name: str, part: Sequence[Row], speed: Sequence[str]) -> Row:
    def answer(text: str) -> object:
        return decision_json(desk.decide(Report(text)))

    for text in speed[:20]:
        answer(text)
    single = sorted(1000 * seconds(lambda text=text: answer(text)) for text in speed)  # type: ignore[misc]
    decisions = [desk.decide(Report(row["text"])) for row in part]
    answers = [
        ({"1": _urgency(one), str(int(one.grade)): 1.0 + _urgency(one)}, one.team) for one in decisions
    ]
    figures = judge.judged(answers, part)
    figures["recall"] = judge.recall_at(
        [_urgency(one) for one in decisions], [row["grade"] == 1 for row in part]
    )
    return {
        "name": name,
        **timing(single),
        "many_per_s": 1000 / float(np.mean(single)),
        **figures,
        "ours": True,
    }


def _urgency(decision: Any) -> float:
    """For the order in which alarms are taken: a rule that says emergency comes before any chance."""
    by_rule = most_urgent(item.floor for item in decision.evidence if not item.set_aside)
    chance = decision.p_emergency or 0.0
    return (
        1.0 + chance
        if by_rule is Grade.EMERGENCY
        else chance + (0.01 * (4 - int(by_rule)) if by_rule else 0.0)
    )


def timing(single_ms: Sequence[float]) -> Row:
    """The middle and the slow end of some times."""
    return {"p50_ms": float(np.percentile(single_ms, 50)), "p99_ms": float(np.percentile(single_ms, 99))}


def seconds(work: Callable[[], object]) -> float:
    """Seconds of this process: what other programs do on the machine counts less."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def speed_texts(rows: Sequence[Row], count: int = 300, words: int = 100) -> list[str]:
    """Texts of exactly so many words, made of real samples."""
    texts = [row["text"].split() for row in rows if row["text"].split()]
    return [" ".join((text * words)[:words]) for text in texts[:count]]


def size_of(folder: Path) -> float:
    """Megabytes that a folder takes."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
