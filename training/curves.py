"""How much a corpus teaches: `python -m training.curves learning|splits|scale TRAIN... DEV OUT`.

`learning` draws what 500, 1,000, 2,000 and all rows reach on other voices (an SVG). `splits` writes the table
that sets a split by voices beside a random one: the gap is the honest measure of variety. `scale` draws what
training takes at 1,000, 10,000 and 100,000 rows.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from training import fit, labels, pictures, scale, splits
from training.candidates import linear
from training.comparison import FALSE_ALARMS, Line, as_markdown, table
from training.fit import Config, Part

STEPS = (500, 1000, 2000, 4000)
FOLDS = 5


def learning_curve(learning: Part, unseen: Part) -> dict[int, Line]:
    """One line for each size; smaller parts are drawn by incident with a fixed order."""
    sizes = [step for step in STEPS if step < len(learning.rows)] + [len(learning.rows)]
    found = {}
    for size in sizes:
        chosen = set(np.argsort(_incident_order(learning), kind="stable")[:size].tolist())
        part = learning.only([place in chosen for place in range(len(learning.rows))])
        found[size] = _line(f"{size} rows", part, unseen)
    return found


def as_picture(found: dict[int, Line]) -> str:
    sizes = [float(size) for size in found]
    curves = {
        f"grade 1 found at {FALSE_ALARMS:.0%} false alarms": (sizes, [line.found for line in found.values()]),
        "team, first or accepted": (sizes, [line.team for line in found.values()]),
        "team, first two or accepted": (sizes, [line.two_teams for line in found.values()]),
    }
    title = "What the model alone reaches on other voices, by rows learned from"
    return pictures.lines(curves, across="rows learned from", up="share", title=title)


def split_table(learning: Part, unseen: Part) -> str:
    """Other voices, then a random split of all rows that keeps incidents whole."""
    lines = [_line("other voices (dev)", learning, unseen)]
    together = fit.Part(learning.rows + unseen.rows, learning.readings + unseen.readings)
    place = splits.random_folds(together.rows, FOLDS)
    held = [fold == 0 for fold in place]
    lines.append(_line("random fifth of both", together.only([not one for one in held]), together.only(held)))
    return as_markdown(lines)


def _line(name: str, learning: Part, unseen: Part) -> Line:
    config = Config()
    return table(learning, unseen, {name: linear(config.spec, config.heads)})[0]


def _incident_order(part: Part) -> Sequence[int]:
    """Incidents in a fixed random order, rows of one together."""
    names = sorted({row.incident for row in part.rows})
    place = dict(zip(names, np.random.default_rng(0).permutation(len(names)).tolist(), strict=True))
    return [place[row.incident] for row in part.rows]


def scaled(train: Path, dev: Path, out: Path) -> None:
    found = []
    for cost in scale.costs(train, dev):
        found.append(cost)
        out.write_text(scale.as_picture(found), encoding="utf-8")
    sys.stdout.write(scale.as_markdown(found) + "\n")


def main(what: str, *files: Path) -> None:
    *train, dev, out = files
    if what == "scale":
        scaled(train[0], dev, out)
        return
    learning, unseen = fit.part(labels.read(train)), fit.part(labels.read([dev]))
    if what == "learning":
        found = learning_curve(learning, unseen)
        out.write_text(as_picture(found), encoding="utf-8")
        sys.stdout.write(as_markdown(list(found.values())) + "\n")
    else:
        text = split_table(learning, unseen)
        out.write_text(text + "\n", encoding="utf-8")
        sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main(sys.argv[1], *(Path(argument) for argument in sys.argv[2:]))
