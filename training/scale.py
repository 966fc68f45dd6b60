"""How time and memory of a training run grow with rows: `python -m training.curves scale TRAIN... DEV OUT`.

Rows are drawn again with slips of the pen, for size alone: what such a model reaches says nothing. Each
run has a process of its own, so that its peak of memory is its own, and steps aside for other work; what
counts is the time it was at work on one core, since others may hold the machine.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from training import labels, pictures, train
from training.fit import Config
from training.labels import LabelRow

SIZES = (1_000, 10_000, 100_000)
MOST_SECONDS, MOST_MIB = 15 * 60.0, 4 * 1024.0
_SLIP, _LOST = 0.03, 0.05
_KEPT = ("id", "text", "grade", "team", "incident", "voice", "written_on")


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run of `triage train` took."""

    rows: int
    seconds: float
    busy_seconds: float
    peak_mib: float

    @property
    def within(self) -> bool:
        return self.busy_seconds <= MOST_SECONDS and self.peak_mib <= MOST_MIB


def resampled(rows: list[LabelRow], count: int, *, seed: int = 0) -> Iterator[LabelRow]:
    """As many rows as asked for, drawn again, each an incident of its own with its own slips."""
    draws = random.Random(seed)
    for number in range(count):
        row = draws.choice(rows)
        name = f"{row.id}-{number}"
        yield replace(row, id=name, incident=name, text=noisy(row.text, draws))


def noisy(text: str, draws: random.Random) -> str:
    """The text with some words lost and some with two letters changed about."""
    kept = [word for word in text.split() if draws.random() >= _LOST]
    return " ".join(_slipped(word, draws) for word in kept)


def _slipped(word: str, draws: random.Random) -> str:
    if len(word) < 4 or draws.random() >= _SLIP:
        return word
    place = draws.randrange(len(word) - 1)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def costs(sources: Sequence[Path], dev: Path, sizes: Iterable[int] = SIZES) -> Iterator[Cost]:
    """One line for each size, as soon as it is measured."""
    rows = labels.read(sources)
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "rows.jsonl"
            with file.open("w", encoding="utf-8") as out:
                for row in resampled(rows, size):
                    out.write(json.dumps({name: getattr(row, name) for name in _KEPT}) + "\n")
            command = [sys.executable, "-m", "training.scale", str(file), str(dev), folder]
            alone = {**os.environ, "OMP_NUM_THREADS": "1"}
            done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True, env=alone)
            yield Cost(**json.loads(done.stdout))


def one(source: Path, dev: Path, folder: Path) -> Cost:
    """What training from a file takes, in this process from its start."""
    import resource

    began = time.monotonic()
    request = train.Request((source,), dev, None, folder / "models", Config(), {})

    def say(says: str) -> None:
        sys.stderr.write(f"{time.monotonic() - began:5.0f} s  {says}\n")

    result = train.run(request, say)
    used = resource.getrusage(resource.RUSAGE_SELF)
    rows = result.facts["data"]["learned from"]["rows"]
    busy = used.ru_utime + used.ru_stime
    return Cost(rows, time.monotonic() - began, busy, used.ru_maxrss / 1024)


def as_markdown(found: list[Cost]) -> str:
    head = "| rows | seconds | of them at work | ms of work a row | peak memory, MiB |"
    return "\n".join([head, "|---|---|---|---|---|", *map(_line, found)])


def _line(one: Cost) -> str:
    each = 1000 * one.busy_seconds / one.rows
    return f"| {one.rows:,} | {one.seconds:.0f} | {one.busy_seconds:.0f} | {each:.1f} | {one.peak_mib:.0f} |"


def as_picture(found: list[Cost]) -> str:
    """Time and memory as shares of what is allowed, so that one picture holds both."""
    sizes = [float(cost.rows) for cost in found]
    curves = {
        "time at work, of 15 minutes": (sizes, [cost.busy_seconds / MOST_SECONDS for cost in found]),
        "peak memory, of 4 GiB": (sizes, [cost.peak_mib / MOST_MIB for cost in found]),
    }
    title = "What a training run takes, by rows learned from"
    return pictures.lines(curves, across="rows learned from", up="share of what is allowed", title=title)


if __name__ == "__main__":
    os.nice(10)
    cost = one(*(Path(argument) for argument in sys.argv[1:4]))
    sys.stdout.write(json.dumps(asdict(cost)) + "\n")
