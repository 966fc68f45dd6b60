"""The same pipeline on public sets of other help desks: `python -m training.benchmarks NAME FOLDER`.

Nothing is tuned on a test part: thresholds and temperatures come from the validation part, or from
rows held out of the training part where a set has none.
"""

import csv
import gzip
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from sklearn.metrics import f1_score

from training import fit, labels, splits
from training.fit import Config, Part
from training.heads import HeadConfig
from training.labels import LabelRow
from triage_model import teams
from triage_model.classifier import Classifier
from triage_model.features import Spec
from triage_model.teams import Taxonomy, Team

Answer = tuple[str, str, float]
OUTSIDE = "oos"
IN_SCOPE_KEPT = 0.95


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One set: its column of teams, the names of its parts, and the figure that was published."""

    column: str
    validation: str | None
    published: str
    config: Config


def _config(strength: float, pieces: tuple[int, int] = (2, 5)) -> Config:
    heads = HeadConfig(team_c=strength, team_model="margin", team_meaning=0.5)
    return Config(spec=Spec(words=2, pieces=pieces), heads=heads)


SVM = "TF-IDF and linear SVM, untuned"
BENCHMARKS = {
    "it_service_tickets": Benchmark("topic", None, "macro-F1 0.87 (DistilBERT)", _config(0.2, (3, 5))),
    "banking77": Benchmark("intent", "valid", f"accuracy 0.911 ({SVM})", _config(0.5)),
    "clinc150": Benchmark("intent", "val", f"in scope 0.925, outside found 0.21 ({SVM})", _config(0.5)),
}


def run(name: str, folder: Path) -> str:
    """One line of the table in training/README.md."""
    one = BENCHMARKS[name]
    began = time.monotonic()
    parts = _parts(name, folder, one)
    learning, unseen = parts["train"], parts["validation"]
    made = fit.calibrated(fit.learn(learning, one.config), unseen)
    figures = _figures(made, parts["test"], _limit(made, unseen))
    found = " ".join(f"{measure} {value:.3f}" for measure, value in figures.items())
    seconds = time.monotonic() - began
    return f"| {name} | {len(learning.rows)} | {found} | {one.published} | {seconds:.0f} s |"


def _parts(name: str, folder: Path, one: Benchmark) -> dict[str, Part]:
    with gzip.open(folder / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    owners = _taxonomy(sorted({row[one.column] for row in rows}))
    by_part: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        by_part[row["split"]].append(row)
    read = {part: _read(some, one.column, owners) for part, some in by_part.items()}
    inside, test = [row for row in read["train"] if row.team != OUTSIDE], fit.part(read["test"])
    if one.validation:
        return {"train": fit.part(inside), "validation": fit.part(read[one.validation]), "test": test}
    older, newer = splits.by_time(inside, share=0.1)
    return {"train": fit.part(older), "validation": fit.part(newer), "test": test}


def _taxonomy(codes: Sequence[str]) -> Taxonomy:
    known = teams.load()
    return replace(known, teams=tuple(Team(code, code, code) for code in codes), default_team=codes[0])


def _read(rows: Sequence[dict[str, str]], column: str, owners: Taxonomy) -> list[LabelRow]:
    """Through the same reader as every label file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, ["id", "text", column], extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
        return labels.read([path], mapping={column: "team"}, taxonomy=owners)


def _limit(made: Classifier, unseen: Part) -> float:
    """The chance under which an answer is withheld: it keeps most of what is in scope."""
    inside, _ = _sorted(made, unseen)
    return float(np.quantile([top for _, _, top in inside], 1 - IN_SCOPE_KEPT))


def _answers(made: Classifier, part: Part) -> Iterator[tuple[str, float]]:
    for words in part.readings:
        scores = made.team_head.scores(made.vocabulary.vector(words)) if made.team_head else np.zeros(1)
        chances = np.exp(scores - scores.max())
        best = int(np.argmax(scores))
        yield made.team_codes[best], float(chances[best] / chances.sum())


def _sorted(made: Classifier, part: Part) -> tuple[list[Answer], list[Answer]]:
    """Label, answer and its chance, for rows in scope and for rows outside it."""
    found = [(row.team or "", *answer) for row, answer in zip(part.rows, _answers(made, part), strict=True)]
    return [one for one in found if one[0] != OUTSIDE], [one for one in found if one[0] == OUTSIDE]


def _figures(made: Classifier, test: Part, limit: float) -> dict[str, float]:
    inside, outside = _sorted(made, test)
    labelled, answered = [a for a, _, _ in inside], [b for _, b, _ in inside]
    figures = {
        "accuracy": float(np.mean([a == b for a, b, _ in inside])),
        "macro-F1": float(f1_score(labelled, answered, average="macro")),
    }
    if outside:
        figures["outside found"] = float(np.mean([top < limit for _, _, top in outside]))
        figures["in scope withheld"] = float(np.mean([top < limit for _, _, top in inside]))
    return figures


if __name__ == "__main__":
    sys.stdout.write(run(sys.argv[1], Path(sys.argv[2])) + "\n")
