"""How much a corpus teaches: `python -m training.curves learning|splits|scale TRAIN... DEV OUT`.

`learning` draws what 500, 1,000, 2,000, 4,000 and all rows reach on other voices (an SVG). `splits` writes
the table that sets a split by voices beside a random one: the gap is the honest measure of variety. `scale`
draws what training takes at 1,000, 10,000 and 100,000 rows.
"""

from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np

from training import fit, labels, pictures, scale, splits
from training.candidates import linear
from training.comparison import FALSE_ALARMS, Line, as_markdown, table
from training.fit import Config, Part
from triage_model.errors import TriageError

STEPS = (500, 1000, 2000, 4000)
FOLDS = 5
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW = click.Path(dir_okay=False, writable=True, path_type=Path)


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


def scaled(train: Sequence[Path], dev: Path, out: Path) -> str:
    """The costs as a table; the picture is written anew after each size, since the last takes long."""
    found = []
    for cost in scale.costs(train, dev):
        found.append(cost)
        out.write_text(scale.as_picture(found), encoding="utf-8")
    return scale.as_markdown(found)


def drawn(what: str, train: Sequence[Path], dev: Path, out: Path) -> str:
    """Writes what is asked for, and gives its table."""
    if what == "scale":
        return scaled(train, dev, out)
    learning, unseen = fit.part(labels.read(train)), fit.part(labels.read([dev]))
    if what == "splits":
        text = split_table(learning, unseen)
        out.write_text(text + "\n", encoding="utf-8")
        return text
    found = learning_curve(learning, unseen)
    out.write_text(as_picture(found), encoding="utf-8")
    return as_markdown(list(found.values()))


@click.command()
@click.argument("what", type=click.Choice(["learning", "splits", "scale"]))
@click.argument("train", nargs=-1, required=True, type=FILE)
@click.argument("dev", type=FILE)
@click.argument("out", type=NEW)
def main(what: str, train: tuple[Path, ...], dev: Path, out: Path) -> None:
    """Write the picture or the table of WHAT to OUT, learned from TRAIN and judged on DEV.

    learning: what more rows bring (SVG). splits: other voices beside a random split (Markdown).
    scale: the time and memory of training (SVG).
    """
    try:
        click.echo(drawn(what, train, dev, out))
    except (TriageError, ValueError) as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
