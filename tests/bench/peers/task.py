"""The task that every peer is set: learn, answer one at a time, answer many, and say what was answered."""

import json
import sys
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Answers = list[tuple[dict[str, float], str]]


def rows(name: str) -> list[Row]:
    """The rows of one file of the task."""
    return [json.loads(line) for line in (Path(sys.argv[1]) / f"{name}.jsonl").read_text().splitlines()]


def run(names: Sequence[str], learn: Callable[[list[Row]], Callable[[list[str]], Answers]]) -> None:
    """Learn, measure and write down. An answer is the chance of each grade, and a team."""
    begun = time.perf_counter()
    answer = learn(rows("train"))
    learned = time.perf_counter() - begun
    texts = [row["text"] for row in rows("speed")]
    for text in texts[:20]:
        answer([text])
    single = [_seconds(lambda text=text: answer([text])) for text in texts]
    many = min(_seconds(lambda: answer(texts)) for _ in range(3))
    told = answer([row["text"] for row in rows("part")])
    result = {
        "versions": {name: version(name) for name in names},
        "learn_s": learned,
        "single_ms": [1000 * one for one in sorted(single)],
        "many_per_s": len(texts) / many,
        "memory_mb": _memory(),
        "answers": told,
    }
    Path(sys.argv[2]).write_text(json.dumps(result))


def _seconds(work: Callable[[], object]) -> float:
    # Time of this process alone: what other programs do on the machine counts less.
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _memory() -> float:
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
