"""One trial of a search: learned, scored before any threshold, wherever it runs. Rows are sent there once."""

import os
import socket
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import joblib
import numpy as np

from training import fit
from training.comparison import of_grade, of_team
from training.fit import Config, Part
from triage_model.classifier import Classifier
from triage_model.errors import SettingsError

Divided = tuple[tuple[Part, Part], ...]
Work = Sequence[tuple[int, Config]]


@dataclass(frozen=True, slots=True)
class Trial:
    """What one combination reached: the mean over the parts it was judged on."""

    number: int
    figures: dict[str, float]
    seconds: float
    worker: str


def tried(parts: Divided, number: int, config: Config) -> Trial:
    began = time.monotonic()
    each = [_figures(fit.learn(learning, config), unseen) for learning, unseen in parts]
    means = {name: float(np.mean([one[name] for one in each])) for name in each[0]}
    return Trial(number, means, time.monotonic() - began, f"{socket.gethostname()}:{os.getpid()}")


def on_cores(jobs: int, work: Work, parts: Divided) -> Iterator[Trial]:
    """Trials as they end. The rows lie in one file that every process reads once."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "parts.joblib"
        joblib.dump(parts, file)
        side_by_side = joblib.Parallel(n_jobs=jobs, return_as="generator_unordered")
        yield from side_by_side(joblib.delayed(_from_file)(file, number, config) for number, config in work)


def on_cluster(address: str, work: Work, parts: Divided) -> Iterator[Trial]:
    """The same on the workers of a Dask scheduler; each is given the rows once, before its first trial."""
    distributed = _dask(address)
    _answers(address)
    with distributed.Client(address, set_as_default=False) as client:
        sent = client.scatter(parts, broadcast=True)
        futures = [client.submit(tried, sent, number, config, pure=False) for number, config in work]
        for future in distributed.as_completed(futures, loop=client.loop):
            yield future.result()


def _dask(address: str) -> Any:
    try:
        import distributed
    except ImportError as error:
        raise SettingsError(f"--scheduler {address}: needs Dask; install report-triage[scale]") from error
    return distributed


def _answers(address: str) -> None:
    """Asked first: a Dask client that finds nobody leaves its socket open."""
    where = urlsplit(address)
    try:
        socket.create_connection((where.hostname or "", where.port or 0), timeout=20).close()
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"--scheduler {address}: nothing answers there; start `dask scheduler`, then write tcp://HOST:PORT"
        ) from error


def _from_file(file: Path, number: int, config: Config) -> Trial:
    return tried(_read_once(file), number, config)


@lru_cache(maxsize=1)
def _read_once(file: Path) -> Divided:
    parts: Divided = joblib.load(file)
    return parts


def _figures(made: Classifier, unseen: Part) -> dict[str, float]:
    """Judged as the classifier answers, passages of long reports included."""
    found = of_grade(fit.grade_scores(made, unseen), unseen) if made.grade_head else {}
    return found | (of_team(fit.team_scores(made, unseen), unseen, made.team_codes) if made.team_head else {})
