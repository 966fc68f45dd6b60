"""`make bench`: what a report costs, side by side with plain scikit-learn on the same reports and machine."""

import platform
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from training import labels
from triage_model import triage
from triage_model.types import Report

MODEL = Path("var/models/current")
SAMPLES = Path("data/samples")
WORDS = 100


def main() -> None:
    """Measure, and print one table."""
    desk = triage.load(MODEL)
    if desk.classifier is None:
        sys.exit(f"no model to measure ({desk.model_problem}): run make model first")
    rows = labels.read([SAMPLES / "train.jsonl"])
    texts = [" ".join((row.text.split() * WORDS)[:WORDS]) for row in rows[:300] if row.text.split()]
    plain = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression(max_iter=500))
    plain.fit([row.text for row in rows], [int(row.grade or 4) for row in rows])
    candidates: dict[str, Callable[[str], object]] = {
        "whole triage": lambda text: desk.decide(Report(text)),
        "rules alone": lambda text: desk.limited_to("rules").decide(Report(text)),
        "classifier alone": lambda text: desk.limited_to("model").decide(Report(text)),
        "scikit-learn TF-IDF + logistic regression": lambda text: plain.predict_proba([text]),
    }
    table = Table("one report of 100 words", "p50 ms", "p99 ms", "reports a second")
    for name, answer in candidates.items():
        table.add_row(name, *_figures(answer, texts))
    Console().print(
        f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, one core"
    )
    Console().print(table)
    for size in (2_000, 20_000):
        took = _times(candidates["rules alone"], [("he hit me with a knife now " * 4_000)[:size]] * 3)
        Console().print(f"rules alone on {size} hostile characters: {min(took) * 1000:.0f} ms")


def _figures(answer: Callable[[str], object], texts: Sequence[str]) -> tuple[str, str, str]:
    _times(answer, texts[:20])
    took = np.array(_times(answer, texts)) * 1000
    return f"{np.percentile(took, 50):.2f}", f"{np.percentile(took, 99):.2f}", f"{1000 / took.mean():.0f}"


def _times(answer: Callable[[str], object], texts: Sequence[str]) -> list[float]:
    took = []
    for text in texts:
        begun = time.perf_counter()
        answer(text)
        took.append(time.perf_counter() - begun)
    return took


if __name__ == "__main__":
    main()
