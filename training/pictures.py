"""Pictures as SVG text: no script, no address, and the same bytes for the same figures."""

import io
from collections.abc import Mapping, Sequence

import matplotlib

matplotlib.use("svg")

from matplotlib.figure import Figure

from triage_model.features import Floats

_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}


def svg(figure: Figure, title: str) -> str:
    """A figure as one SVG element that screen readers can name."""
    buffer = io.StringIO()
    with matplotlib.rc_context({"svg.hashsalt": "triage", "svg.fonttype": "none"}):
        figure.savefig(buffer, format="svg", metadata=_METADATA, bbox_inches="tight")
    text = buffer.getvalue()
    head, body = text[text.index("<svg") :].split(">", 1)
    return f'{head} role="img" aria-label="{title}">{body}'


def reliability(chances: Floats, hits: Sequence[bool]) -> str:
    """How often a stated chance of an emergency came true, in ten bins of equally many rows."""
    import numpy as np

    order = np.argsort(chances, kind="stable")
    parts = [part for part in np.array_split(order, 10) if len(part)]
    came = np.asarray(hits, dtype=float)
    figure = Figure(figsize=(4.2, 3.6))
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="#767676", linewidth=1, label="perfect")
    stated, true = [chances[p].mean() for p in parts], [came[p].mean() for p in parts]
    axes.plot(stated, true, marker="o", color="#1d70b8", label="this model")
    axes.set(xlabel="stated chance of an emergency", ylabel="share that were emergencies")
    axes.legend(frameon=False)
    return svg(figure, "Stated chance of an emergency against the share that were")


def lines(
    curves: Mapping[str, tuple[Sequence[float], Sequence[float]]], *, across: str, up: str, title: str
) -> str:
    """Some named curves in one picture."""
    figure = Figure(figsize=(4.8, 3.6))
    axes = figure.subplots()
    for name, (x, y) in curves.items():
        axes.plot(x, y, marker="o" if len(x) < 12 else None, label=name)
    axes.set(xlabel=across, ylabel=up)
    axes.grid(color="#dddddd", linewidth=0.5)
    axes.legend(frameon=False)
    return svg(figure, title)


def bars(counts: dict[str, int], *, across: str, title: str) -> str:
    """How many of each, as lying bars."""
    figure = Figure(figsize=(5.6, 0.28 * len(counts) + 1))
    axes = figure.subplots()
    names = list(counts)[::-1]
    axes.barh(names, [counts[name] for name in names], color="#1d70b8")
    axes.set(xlabel=across)
    return svg(figure, title)
