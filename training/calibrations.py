"""Which calibration suits the scores: `python -m training.calibrations TRAIN... DEV` prints the table.

The heads learn from TRAIN. Each method then learns from all voices of DEV but one part and is judged on
that part, five times over, so that no row judges the curve it helped to draw.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from scipy import optimize
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import brier_score_loss, log_loss
from sklearn.model_selection import GroupKFold

from training import calibration, fit, labels
from training.calibration import Flags
from training.fit import Config, Part
from training.urgency import falls_below
from triage_model.errors import TriageError
from triage_model.features import Floats
from triage_model.types import Grade

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDS = 5
Method = Callable[[Floats, Flags, Floats], Floats]


@dataclass(frozen=True, slots=True)
class Line:
    """One method on one question: calibration error, Brier score and log loss, all better when lower."""

    question: str
    method: str
    error: float
    brier: float
    loss: float


def none(_scores: Floats, _hits: Flags, asked: Floats) -> Floats:
    """The scores as chances, as they come."""
    return _chance(asked)


def sigmoid(scores: Floats, hits: Flags, asked: Floats) -> Floats:
    """A slope and a shift (Platt 1999)."""
    slope, shift = calibration.sigmoid(scores, hits)
    return _chance(slope * asked + shift)


def temperature(scores: Floats, hits: Flags, asked: Floats) -> Floats:
    """One divisor (Guo and others 2017)."""

    def loss(log_temperature: float) -> float:
        return float(log_loss(hits, _chance(scores / np.exp(log_temperature)), labels=[False, True]))

    found = optimize.minimize_scalar(loss, bounds=(-3.0, 3.0), method="bounded").x
    return _chance(asked / np.exp(found))


def isotonic(scores: Floats, hits: Flags, asked: Floats) -> Floats:
    """The best rising steps (Zadrozny and Elkan 2002)."""
    curve = IsotonicRegression(out_of_bounds="clip", y_min=0.001, y_max=0.999).fit(scores, hits)
    return np.asarray(curve.predict(asked), dtype=np.float64)


METHODS: dict[str, Method] = {
    "as they come": none,
    "sigmoid": sigmoid,
    "temperature": temperature,
    "isotonic": isotonic,
}


def compared(learning: Part, unseen: Part, config: Config | None = None) -> Iterator[Line]:
    """Every method on each of the three questions of grade. Raises ValueError without grades or voices."""
    made = fit.learn(learning, config or Config())
    graded = unseen.only([row.grade is not None for row in unseen.rows])
    if made.grade_head is None:
        raise ValueError("the rows to learn from have one grade only")
    scores = fit.grade_scores(made, graded)
    voices = [row.voice or row.incident for row in graded.rows]
    for place, question in enumerate(("grade 1", "2 or sooner", "3 or sooner")):
        asked = Grade(place + 1)
        hits = np.array([row.grade is not None and not falls_below(row.grade, asked) for row in graded.rows])
        for name, method in METHODS.items():
            yield _line(question, name, crossed(method, scores[:, place], hits, voices), hits)


def crossed(method: Method, scores: Floats, hits: Flags, voices: Sequence[str]) -> Floats:
    """Each row's chance, by a curve drawn from other voices."""
    chances = np.zeros(len(hits))
    for learned, judged in GroupKFold(FOLDS).split(scores, hits, voices):
        chances[judged] = method(scores[learned], hits[learned], scores[judged])
    return chances


def _line(question: str, method: str, chances: Floats, hits: Flags) -> Line:
    error = calibration.calibration_error(chances, hits)
    loss = log_loss(hits, np.clip(chances, 1e-6, 1 - 1e-6), labels=[False, True])
    return Line(question, method, error, float(brier_score_loss(hits, chances)), float(loss))


def as_markdown(lines: Sequence[Line]) -> str:
    head = "| question | method | calibration error | Brier score | log loss |\n|---|---|---|---|---|\n"
    rows = (f"| {n.question} | {n.method} | {n.error:.3f} | {n.brier:.3f} | {n.loss:.3f} |" for n in lines)
    return head + "\n".join(rows)


def _chance(scores: Floats) -> Floats:
    chances: Floats = 1.0 / (1.0 + np.exp(-np.clip(scores, -60.0, 60.0)))
    return chances


@click.command()
@click.argument("train", nargs=-1, required=True, type=FILE)
@click.argument("dev", type=FILE)
def main(train: tuple[Path, ...], dev: Path) -> None:
    """Print the table of calibrations: the heads learn from TRAIN, the methods from most voices of DEV."""
    try:
        learning, unseen = fit.part(labels.read(train)), fit.part(labels.read([dev]))
        click.echo(as_markdown(list(compared(learning, unseen))))
    except (TriageError, ValueError) as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
