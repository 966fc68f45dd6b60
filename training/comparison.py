"""The table by which features and models were chosen: `python -m training.comparison TRAIN... --dev DEV`.

Every candidate learns from the same rows and is judged on the same other voices, before any threshold,
so that nothing is tuned on what is reported. Each head is chosen apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from training import fit, labels
from training.candidates import CANDIDATES, Candidate, ceilings
from training.fit import Part
from triage_model.features import Floats

FALSE_ALARMS = 0.08
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
AUC, FOUND, URGENT = "grade 1, AUC", f"found at {FALSE_ALARMS:.0%} false", "grade 1 or 2, AUC"
TEAM, TWO_TEAMS = "team", "team in two"
FIGURES = (AUC, FOUND, URGENT, TEAM, TWO_TEAMS)


@dataclass(frozen=True, slots=True)
class Line:
    """What one candidate reached on rows it never learned from."""

    name: str
    emergency: float
    found: float
    urgent: float
    team: float
    two_teams: float


def table(learning: Part, unseen: Part, chosen: dict[str, Candidate] | None = None) -> list[Line]:
    """One line for each candidate."""
    return [_line(name, one, learning, unseen) for name, one in (chosen or CANDIDATES).items()]


def as_markdown(lines: Sequence[Line]) -> str:
    head = "| candidate | grade 1, AUC | found at 8% false | grade 1 or 2, AUC | team | team in two |"
    rows = [
        f"| {one.name} | {one.emergency:.3f} | {one.found:.3f} | {one.urgent:.3f} | {one.team:.3f} "
        f"| {one.two_teams:.3f} |"
        for one in lines
    ]
    return "\n".join([head, "|---|---|---|---|---|---|", *rows])


def _line(name: str, candidate: Candidate, learning: Part, unseen: Part) -> Line:
    urgency, team_scores, codes = candidate(learning, unseen)
    found = of_grade(urgency, unseen) | of_team(team_scores, unseen, codes)
    return Line(name, *(found[figure] for figure in FIGURES))


def of_grade(scores: Floats, unseen: Part) -> dict[str, float]:
    """What scores of grade reach before any threshold; nothing where the rows have one answer only."""
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


def of_team(scores: Floats, unseen: Part, codes: tuple[str, ...]) -> dict[str, float]:
    """How often the likeliest team, and one of the likeliest two, is accepted."""
    ranked = np.argsort(-scores, axis=1)[:, :2]
    pairs = [(row, [codes[i] for i in two]) for row, two in zip(unseen.rows, ranked, strict=True) if row.team]
    if not pairs:
        return {}
    return {
        TEAM: float(np.mean([two[0] in row.accepted_teams for row, two in pairs])),
        TWO_TEAMS: float(np.mean([bool({*two} & {*row.accepted_teams}) for row, two in pairs])),
    }


def found_at(scores: Floats, hits: NDArray[np.bool_], false_alarms: float) -> float:
    """The share of hits above the score that a share of the others exceeds."""
    limit = np.quantile(scores[~hits], 1 - false_alarms)
    return float((scores[hits] > limit).mean())


@click.command()
@click.argument("train", nargs=-1, required=True, type=FILE)
@click.option("--dev", required=True, type=FILE, help="Rows of other voices to judge on.")
@click.option("--encoder", type=FOLDER, help="Published weights of the ceiling, see `training/weights.py`.")
@click.option("--only", multiple=True, help="Candidates whose name holds this.")
def main(train: tuple[Path, ...], dev: Path, encoder: Path | None, only: tuple[str, ...]) -> None:
    """Print the table of features and models, judged before any threshold."""
    learning, unseen = fit.part(labels.read(train)), fit.part(labels.read([dev]))
    candidates = CANDIDATES | (ceilings(encoder) if encoder else {})
    kept = {k: one for k, one in candidates.items() if not only or any(part in k for part in only)}
    click.echo(as_markdown(table(learning, unseen, kept)))


if __name__ == "__main__":
    main()
