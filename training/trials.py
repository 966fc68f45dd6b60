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
from sklearn.metrics import roc_auc_score

from training import fit, heads, vocabulary
from training.comparison import FALSE_ALARMS, found_at
from training.fit import Config, Part
from triage_model.classifier import Classifier
from triage_model.errors import SettingsError
from triage_model.features import Floats

Divided = tuple[tuple[Part, Part], ...]
Work = Sequence[tuple[int, Config]]
AUC, FOUND, URGENT = "grade 1, AUC", f"found at {FALSE_ALARMS:.0%} false", "grade 1 or 2, AUC"
TEAM, TWO_TEAMS = "team", "team in two"
FIGURES = (AUC, FOUND, URGENT, TEAM, TWO_TEAMS)


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
    table = vocabulary.table(unseen.readings, made.vocabulary)
    found = _of_grade(heads.scores(made.grade_head, table), unseen) if made.grade_head else {}
    return found | (
        _of_team(heads.scores(made.team_head, table), unseen, made.team_codes) if made.team_head else {}
    )


def _of_grade(scores: Floats, unseen: Part) -> dict[str, float]:
    graded = np.array([row.grade is not None for row in unseen.rows])
    known = np.array([int(row.grade) for row in unseen.rows if row.grade])
    if len({*(known == 1)}) < 2 or len({*(known <= 2)}) < 2:
        return {}
    first, second = scores[graded, 0], scores[graded, 1]
    return {
        AUC: float(roc_auc_score(known == 1, first)),
        FOUND: found_at(first, known == 1, FALSE_ALARMS),
        URGENT: float(roc_auc_score(known <= 2, second)),
    }


def _of_team(scores: Floats, unseen: Part, codes: tuple[str, ...]) -> dict[str, float]:
    ranked = np.argsort(-scores, axis=1)[:, :2]
    pairs = [(row, [codes[i] for i in two]) for row, two in zip(unseen.rows, ranked, strict=True) if row.team]
    if not pairs:
        return {}
    return {
        TEAM: float(np.mean([two[0] in row.accepted_teams for row, two in pairs])),
        TWO_TEAMS: float(np.mean([bool({*two} & {*row.accepted_teams}) for row, two in pairs])),
    }
