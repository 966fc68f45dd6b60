"""The pictures of a run, as SVG beside the service's README."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt

SHOTS = Path("service/static/shots")
_INK, _OURS, _OTHER = "#0b0c0c", "#1d70b8", "#b1b4b6"


def drawn(figures: dict[str, Any]) -> None:
    """Accuracy against cost, and cost against length, rules and rows."""
    matplotlib.rcParams.update(
        {
            "svg.hashsalt": "bench",
            "font.family": "sans-serif",
            "axes.spines.top": False,
            "axes.spines.right": False,
        }
    )
    _accuracy(figures["readers"])
    growth = figures["growth"]
    picture, axes = plt.subplots(1, 3, figsize=(11, 3.4))
    _line(axes[0], growth["length"], "words in the report", "ms for a report", log=True)
    alone = growth.get("length_of_rules_alone", [])
    # Figures kept from an earlier run may not have rules alone.
    if alone:
        axes[0].plot(
            [x for x, _ in alone], [y for _, y in alone], "s--", color=_INK, label="rules alone (dashed)"
        )
        axes[0].legend(frameon=False, fontsize=8)
    _line(axes[1], growth["rules"], "rules", "ms for a report")
    _line(axes[2], [(one["rows"], one["s"]) for one in growth["rows"]], "rows", "s of a core")
    memory = axes[2].twinx()
    memory.plot(
        [one["rows"] for one in growth["rows"]], [one["mb"] for one in growth["rows"]], "s--", color=_INK
    )
    memory.set_ylabel("MB resident (dashed)")
    memory.set_ylim(0)
    _saved(picture, "growth")


def _accuracy(rows: Sequence[dict[str, Any]]) -> None:
    picture, axes = plt.subplots(figsize=(8, 4.2))
    for row in rows:
        axes.plot(row["p50_ms"], row["recall"], "o", color=_OURS if row.get("ours") else _OTHER, markersize=9)
        axes.annotate(
            row["name"].split(",")[0],
            (row["p50_ms"], row["recall"]),
            (6, 5),
            textcoords="offset points",
            fontsize=8,
        )
    axes.set_xscale("log")
    axes.set_xlabel("milliseconds of one core for a report of 100 words (less is better)")
    axes.set_ylabel("emergencies found at 8% false alarms")
    _saved(picture, "accuracy-against-cost")


def _line(axes: Any, points: Sequence[Sequence[float]], across: str, up: str, *, log: bool = False) -> None:
    axes.plot([x for x, _ in points], [y for _, y in points], "o-", color=_OURS)
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    if log:
        axes.set_xscale("log")
        axes.set_yscale("log")
    else:
        axes.set_ylim(0)


def _saved(picture: Any, name: str) -> None:
    picture.tight_layout()
    SHOTS.mkdir(exist_ok=True)
    picture.savefig(SHOTS / f"{name}.svg", metadata={"Date": None})
    plt.close(picture)
