"""What a load needs, by arithmetic from a benchmark: cores, memory, hours, and what gives way first."""

import json
import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from triage_model.errors import InputError

log = logging.getLogger(__name__)

LATEST, SHIPPED = Path("var/bench/latest.json"), Path(__file__).with_name("figures.json")
_MONTH_S, _HOUR_S, _DAY_S = 30.4 * 86_400, 3_600, 86_400
# A core kept busier than this makes callers wait for each other.
_BUSY = 0.5


@dataclass(frozen=True, slots=True)
class Measured:
    """What one core does and holds, as the bench found it."""

    batch_per_s: float
    batch_mb: float
    served_per_s: float
    accepted_per_s: float
    worker_mb: float
    decision_bytes: float
    machine: str


@dataclass(frozen=True, slots=True)
class Load:
    """What is asked: forces, reports a month of each, years of them to go over again, cores to do it on."""

    forces: int
    reports: int
    years: int
    cores: int
    busiest: float
    asks: float
    review: float
    minutes: float

    @property
    def per_s(self) -> float:
        return self.forces * self.reports / _MONTH_S

    @property
    def busiest_per_s(self) -> float:
        return self.per_s * self.busiest

    @property
    def history(self) -> int:
        return self.forces * self.reports * 12 * self.years


@dataclass(frozen=True, slots=True)
class Limit:
    """One thing that gives way in the end: what it is, how much is asked of it and how much it can do."""

    what: str
    asked: float
    can: float
    unit: str

    @property
    def room(self) -> float:
        return self.can / self.asked if self.asked else float("inf")


def measured(path: Path | None = None) -> Measured:
    """The figures of a benchmark: the one named, the last one run here, or those that ship."""
    chosen = path or (LATEST if _whole(LATEST) else SHIPPED)
    try:
        return _figures(json.loads(chosen.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise InputError(f"{chosen}: is not a whole benchmark; run make bench, or name another") from error


def _whole(path: Path) -> bool:
    """Whether a benchmark was run to its end: some of its sections can be run alone."""
    if not path.is_file():
        return False
    try:
        return {"readers", "serving", "growth"} <= set(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError):
        log.warning("%s: is torn, so the figures that ship are used; run make bench again", path)
        return False


def _figures(told: Mapping[str, Any]) -> Measured:
    served, rows, machine = told["serving"][0], told["growth"]["rows"][-1], told["machine"]
    return Measured(
        batch_per_s=told["readers"][0]["many_per_s"],
        batch_mb=rows["mb"],
        served_per_s=served["per_s"],
        accepted_per_s=served["accepted_per_s"],
        worker_mb=served["two_workers_mb"] / 2,
        decision_bytes=rows["bytes"] / rows["rows"],
        machine=f"{machine['processor']}, {machine['cores']} cores, Python {machine['python']}",
    )


def serving(load: Load, one: Measured) -> dict[str, float]:
    """What answering as reports come in needs, in the busiest minute."""
    calls = load.busiest_per_s * (1 + load.asks)
    cores = max(1, math.ceil(calls / (one.served_per_s * _BUSY)))
    return {
        "reports a second, on average": load.per_s,
        "reports a second, busiest minute": load.busiest_per_s,
        "calls a second, busiest minute": calls,
        "cores": cores,
        "memory, MB": cores * one.worker_mb,
        "store, GB a year": load.per_s * 365 * _DAY_S * one.decision_bytes / 1e9,
    }


def back_test(load: Load, one: Measured) -> dict[str, float]:
    """What deciding all past reports once more needs."""
    seconds = load.history / one.batch_per_s
    return {
        "reports": load.history,
        "core-hours": seconds / _HOUR_S,
        "hours on these cores": seconds / _HOUR_S / load.cores,
        "cores to finish overnight (10 h)": math.ceil(seconds / (10 * _HOUR_S)),
        "memory, MB": load.cores * one.batch_mb,
        "decisions on disk, GB": load.history * one.decision_bytes / 1e9,
    }


def limits(load: Load, one: Measured) -> list[Limit]:
    """What gives way as the load grows, the first to do so first."""
    hours = load.per_s * _DAY_S * load.review * load.minutes / 60
    found = [
        Limit("readers: hours of reading a day, per ten readers", hours, 10 * 7.5, "hours"),
        Limit(
            "one database's commits in the busiest minute", load.busiest_per_s, one.accepted_per_s, "a second"
        ),
        Limit(
            f"answers of {load.cores} cores in the busiest minute",
            load.busiest_per_s * (1 + load.asks),
            load.cores * one.served_per_s,
            "a second",
        ),
    ]
    return sorted(found, key=lambda limit: limit.room)
