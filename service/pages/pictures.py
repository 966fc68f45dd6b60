"""Pictures of tables, as SVG made on the server: the numbers in the table under each say the same.

matplotlib is brought in when the first picture is asked for: starting the service must not wait for it.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

from service.figures import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# One at a time: drawing is not made for several threads.
_drawing = Lock()
_PLAIN = {"Date": None, "Creator": None, "Format": None, "Type": None}
_HATCHES = ("", "///", "", "...")
Series = Sequence[tuple[str, list[float]]]


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of a page by day or by night; every series also differs in its hatching."""

    paper: str
    ink: str
    line: str
    series: tuple[str, ...]


DAY = Theme("#ffffff", "#0b0c0c", "#b1b4b6", ("#942514", "#b58840", "#144e81", "#8d9498"))
NIGHT = Theme("#111416", "#f3f2f1", "#4c5257", ("#ff8a75", "#ffc55c", "#82bdf5", "#8f979d"))


def reports(table: Table, theme: Theme) -> bytes:
    """How many came each day, grades on top of each other."""
    names = [str(row[0]) for row in table.rows]
    series = [(head, [_count(row[place]) for row in table.rows]) for place, head in _columns(table, 2, 6)]
    return _drawn(lambda axes: _stacked(axes, names, series, theme), theme, width=9.0, up="reports")


def answers(table: Table, theme: Theme) -> bytes:
    """What handlers made of each suggested grade, side by side."""
    rows = [row for row in table.rows if row[0] != "All"]
    series = [(head, [_count(row[place]) for row in rows]) for place, head in _columns(table, 3, 6)]
    names = [str(row[0]) for row in rows]
    return _drawn(lambda axes: _beside(axes, names, series, theme), theme, width=6.5, up="reports")


def times(table: Table, theme: Theme) -> bytes:
    """Minutes to open by grade, beside the promise; each step up is ten times as long."""
    chosen = ((1, "Promise"), (3, "Half within"), (4, "Nine in ten within"))
    series = [(name, [_count(row[place]) for row in table.rows]) for place, name in chosen]
    names = [str(row[0]) for row in table.rows]

    def draw(axes: "Axes") -> None:
        _beside(axes, names, series, theme)
        axes.set_yscale("symlog", linthresh=1)
        axes.set_yticks([0, 1, 10, 100, 1000], ["0", "1", "10", "100", "1,000"])

    return _drawn(draw, theme, width=6.5, up="minutes until opened")


DRAWN = {"reports": reports, "answers": answers, "times": times}


def _columns(table: Table, first: int, end: int) -> list[tuple[int, str]]:
    return list(enumerate(table.head))[first:end]


def _count(cell: str | int) -> float:
    return 0.0 if cell == "none" else float(cell)


def _stacked(axes: "Axes", names: Sequence[str], series: Series, theme: Theme) -> None:
    below = [0.0] * len(names)
    for place, (name, values) in enumerate(series):
        look = _look(place, theme)
        axes.bar(range(len(names)), values, bottom=below, label=name, **look)
        below = [low + value for low, value in zip(below, values, strict=True)]
    every = max(1, -(-len(names) // 8))
    axes.set_xticks(range(0, len(names), every), list(names[::every]))


def _beside(axes: "Axes", names: Sequence[str], series: Series, theme: Theme) -> None:
    width = 0.8 / len(series)
    for place, (name, values) in enumerate(series):
        at = [index + (place - (len(series) - 1) / 2) * width for index in range(len(names))]
        axes.bar(at, values, width, label=name, **_look((place + 2) % 3, theme))
    axes.set_xticks(range(len(names)), list(names))


def _look(place: int, theme: Theme) -> dict[str, Any]:
    hatched = {"hatch": _HATCHES[place % 4], "edgecolor": theme.paper, "linewidth": 0.6}
    return {"color": theme.series[place % 4], **hatched}


def _drawn(draw: Any, theme: Theme, *, width: float, up: str) -> bytes:
    with _drawing:
        figure = _sheet(theme, width)
        axes = figure.subplots()
        draw(axes)
        _dress(axes, theme, up)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", metadata=_PLAIN, bbox_inches="tight", facecolor=theme.paper)
    return buffer.getvalue()


def _sheet(theme: Theme, width: float) -> "Figure":
    import matplotlib

    matplotlib.use("svg")
    # The same figures give the same bytes.
    matplotlib.rcParams.update({"svg.hashsalt": "triage", "font.size": 11, "hatch.linewidth": 0.7})
    from matplotlib.figure import Figure

    return Figure(figsize=(width, 3.2), facecolor=theme.paper)


def _dress(axes: "Axes", theme: Theme, up: str) -> None:
    axes.set_facecolor(theme.paper)
    axes.set_ylabel(up, color=theme.ink)
    axes.tick_params(colors=theme.ink)
    axes.grid(axis="y", color=theme.line, linewidth=0.5)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(theme.line)
    if axes.get_yscale() == "linear":  # half a report is none
        from matplotlib.ticker import MaxNLocator

        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(frameon=False, labelcolor=theme.ink, ncols=4, loc="lower left", bbox_to_anchor=(0, 1.0))
