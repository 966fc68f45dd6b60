"""What a load showed: in figures, and as a picture of latency and memory over time."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import matplotlib
import numpy as np
from matplotlib.figure import Figure

Points = Sequence[tuple[float, float]]
MB = 1024 * 1024


def share(points: Points, percent: float) -> float:
    """A percentile of the values, in milliseconds."""
    return float(np.percentile([value for _at, value in points], percent)) * 1000


def growth(memory: Points) -> float:
    """How much heavier the last fifth is than the second: the first is warming up."""
    values = [value for _at, value in memory]
    part = max(1, len(values) // 5)
    return median(values[-part:]) / median(values[part : 2 * part]) - 1


def summary(reports: Points, polls: Points, memory: Points) -> list[str]:
    lines = [
        f"{len(points)} {name}: p50 {share(points, 50):.0f} ms, p95 {share(points, 95):.0f} ms, "
        f"p99 {share(points, 99):.0f} ms, longest {share(points, 100):.0f} ms"
        for name, points in (("reports", reports), ("polls", polls))
        if points
    ]
    heaviest = max(value for _at, value in memory) / MB
    return [
        *lines,
        f"memory: {heaviest:.0f} MB at most, {growth(memory):+.1%} from the second fifth to the last",
    ]


def draw(path: Path, reports: Points, polls: Points, memory: Points, every: float = 10.0) -> None:
    """Latency by stretches of time above, memory below."""
    matplotlib.rcParams.update({"svg.hashsalt": "load", "font.size": 9, "svg.fonttype": "none"})
    figure = Figure(figsize=(8, 5), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True)
    times, stretches = _stretches(reports, every)
    for percent, style in ((50, "-"), (95, "--"), (99, ":")):
        values = [np.percentile(some, percent) * 1000 for some in stretches]
        above.plot(times, values, style, label=f"reports, p{percent}", color="#1d70b8")
    above.plot(
        [at for at, _ in polls], [took * 1000 for _, took in polls], ".", ms=2, color="#b58840", label="polls"
    )
    above.axhline(150, color="#d4351c", lw=0.8)
    above.set(ylabel="latency, ms", ylim=(0, None))
    above.legend(loc="upper right", ncols=4, frameon=False)
    below.plot([at for at, _ in memory], [value / MB for _, value in memory], color="#00703c")
    below.set(ylabel="memory of all processes, MB", xlabel="seconds", ylim=(0, None))
    figure.savefig(path, format="svg", metadata={"Date": None, "Title": "Latency and memory under load"})


def _stretches(points: Points, every: float) -> tuple[list[float], list[list[float]]]:
    found: dict[int, list[float]] = defaultdict(list)
    for at, value in points:
        found[int(at // every)].append(value)
    return [(number + 0.5) * every for number in sorted(found)], [found[number] for number in sorted(found)]
