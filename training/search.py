"""Choices tried side by side, on the cores of this machine or on a Dask cluster.

The law it keeps: the same space, seed and rows give the same winner, wherever the trials ran; what a trial
is judged on shares no incident with what it learned from.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from training import progress, splits, trials
from training.fit import Config, Part
from training.progress import Say
from training.space import Space
from training.trials import Divided, Trial

TABLE = "trials.csv"


@dataclass(frozen=True, slots=True)
class Search:
    """Where to look, and who does the work."""

    space: Space
    scheduler: str | None = None
    jobs: int = 2


def best(search: Search, config: Config, learning: Part, unseen: Part, *, say: Say, table: Path) -> Config:
    """The configuration with the highest score. Every trial goes into the table."""
    choices = search.space.drawn()
    work = [(number, search.space.applied(config, chosen)) for number, chosen in enumerate(choices)]
    where = search.scheduler or f"{search.jobs} processes"
    say(f"trying {len(work)} of {search.space.size()} combinations on {where}")
    made = _made(search, work, divided(search.space, learning, unseen))
    done = sorted(progress.come(made, "trials", say, total=len(work)), key=lambda trial: trial.number)
    winner = _winner(done, search.space)
    _write(table, done, search.space, choices)
    picked = ", ".join(f"{name} {value}" for name, value in choices[winner.number].items())
    say(f"trial {winner.number} wins with {search.space.score(winner.figures):.3f}: {picked}")
    return dict(work)[winner.number]


def divided(space: Space, learning: Part, unseen: Part) -> Divided:
    """What each trial learns from and is judged on: the unseen rows, or folds of those learned from."""
    if not space.folds:
        return ((learning, unseen),)
    place = splits.random_folds(learning.rows, space.folds, seed=space.seed)
    held = [[fold == part for part in place] for fold in range(space.folds)]
    return tuple((learning.only([not one for one in out]), learning.only(out)) for out in held)


def _made(search: Search, work: Sequence[tuple[int, Config]], parts: Divided) -> Iterator[Trial]:
    if search.scheduler:
        return trials.on_cluster(search.scheduler, work, parts)
    return trials.on_cores(search.jobs, work, parts)


def _winner(done: Sequence[Trial], space: Space) -> Trial:
    """Scores that differ by less than a thousandth of one hundredth are equal; the first drawn wins then."""
    return max(done, key=lambda trial: (round(space.score(trial.figures), 5), -trial.number))


def _write(table: Path, done: Sequence[Trial], space: Space, choices: Sequence[dict[str, object]]) -> None:
    with table.open("w", encoding="utf-8", newline="") as out:
        measured = list(done[0].figures)
        writer = csv.writer(out)
        writer.writerow(["trial", "score", *measured, *choices[0], "seconds", "worker"])
        for trial in done:
            shown = [f"{trial.figures[name]:.4f}" for name in measured]
            score = f"{space.score(trial.figures):.4f}"
            chosen = [str(value) for value in choices[trial.number].values()]
            writer.writerow([trial.number, score, *shown, *chosen, f"{trial.seconds:.1f}", trial.worker])
