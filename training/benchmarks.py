"""The same pipeline on public sets of other help desks: `python -m training.benchmarks NAME FOLDER`.

Nothing is tuned on a test part: choices, thresholds and temperatures come from the validation part, or from
rows held out of the training part where a set has none; those are learned from too once all is chosen.
"""

import csv
import gzip
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from sklearn.metrics import f1_score, precision_recall_curve

from training import fit, labels, splits
from training.calibration import Flags
from training.fit import Config, Part
from training.heads import HeadConfig
from training.labels import LabelRow
from triage_model import spreadsheets, teams
from triage_model.classifier import Classifier
from triage_model.features import Floats, Spec
from triage_model.teams import Taxonomy, Team

Answer = tuple[str, str, float]
OUTSIDE, NEED, NONE = "oos", "need", "none"
IN_SCOPE_KEPT = 0.95


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One set: its column of teams, the names of its parts, and the figure that was published."""

    column: str
    validation: str | None
    published: str
    config: Config
    need: bool = False


def _config(strength: float, pieces: tuple[int, int] = (2, 5), *, balanced: bool = True) -> Config:
    heads = HeadConfig(team_c=strength, team_model="margin", team_meaning=0.5, team_balanced=balanced)
    return Config(spec=Spec(words=2, pieces=pieces), heads=heads)


SVM = "TF-IDF and linear SVM, untuned"
BENCHMARKS = {
    "it_service_tickets": Benchmark(
        "topic", None, "macro-F1 0.87 (DistilBERT)", _config(0.2, (3, 5), balanced=False)
    ),
    "disaster_response": Benchmark(
        "medical_help", "validation", "F1 0.41 (untuned)", _config(0.05, balanced=False), need=True
    ),
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
    limit = _cut(made, unseen) if one.need else _limit(made, unseen)
    if one.validation is None:
        learning, made = _learned_again(learning, unseen, made, one.config)
    figures = _need(made, parts["test"], limit) if one.need else _figures(made, parts["test"], limit)
    found = " ".join(f"{measure} {value:.3f}" for measure, value in figures.items())
    seconds = time.monotonic() - began
    return f"| {name} | {len(learning.rows)} | {found} | {one.published} | {seconds:.0f} s |"


def _learned_again(learning: Part, unseen: Part, made: Classifier, config: Config) -> tuple[Part, Classifier]:
    """The held-out rows learned from too, now that they have chosen all there was to choose."""
    whole = Part(learning.rows + unseen.rows, learning.readings + unseen.readings)
    again = fit.learn(whole, config)
    if again.team_head is None or made.team_head is None or again.team_codes != made.team_codes:
        raise ValueError("the held-out rows have other teams than the rest")
    head = replace(again.team_head, slope=made.team_head.slope, shift=made.team_head.shift)
    return whole, replace(again, team_head=head)


def _parts(name: str, folder: Path, one: Benchmark) -> dict[str, Part]:
    with gzip.open(folder / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if one.need:
        rows = [{**row, one.column: NEED if row[one.column] == "1" else NONE} for row in rows]
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
            writer.writerows(map(spreadsheets.shown, _numbered(rows)))
        return labels.read([path], mapping={column: "team"}, taxonomy=owners)


def _numbered(rows: Sequence[dict[str, str]]) -> Iterator[dict[str, str]]:
    """The rows with an id of their own each: some sets use one twice."""
    seen: Counter[str] = Counter()
    for row in rows:
        seen[row["id"]] += 1
        times = seen[row["id"]]
        yield {**row, "id": f"{row['id']}-{times}"} if times > 1 else row


def _limit(made: Classifier, unseen: Part) -> float:
    """The chance under which an answer is withheld: it keeps most of what is in scope."""
    inside, _ = _sorted(made, unseen)
    return float(np.quantile([top for _, _, top in inside], 1 - IN_SCOPE_KEPT))


def _answers(made: Classifier, part: Part) -> Iterator[tuple[str, float]]:
    for words in part.readings:
        scores = made.team_head.scores(made.vocabulary.vector(words).sums) if made.team_head else np.zeros(1)
        chances = np.exp(scores - scores.max())
        best = int(np.argmax(scores))
        yield made.team_codes[best], float(chances[best] / chances.sum())


def _sorted(made: Classifier, part: Part) -> tuple[list[Answer], list[Answer]]:
    """Label, answer and its chance, for rows in scope and for rows outside it."""
    found = [(row.team or "", *answer) for row, answer in zip(part.rows, _answers(made, part), strict=True)]
    return [one for one in found if one[0] != OUTSIDE], [one for one in found if one[0] == OUTSIDE]


def _chances(made: Classifier, part: Part) -> tuple[Floats, Flags]:
    """The chance of the need, and whether it is there."""
    found = list(_answers(made, part))
    chances = np.array([chance if answer == NEED else 1.0 - chance for answer, chance in found])
    return chances, np.array([row.team == NEED for row in part.rows])


def _cut(made: Classifier, unseen: Part) -> float:
    """The chance from which a need is announced: the one with the best F1 on the validation part."""
    chances, there = _chances(made, unseen)
    precision, recall, cuts = precision_recall_curve(there, chances)
    scores = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
    return float(cuts[int(np.argmax(scores[:-1]))])


def _need(made: Classifier, test: Part, cut: float) -> dict[str, float]:
    chances, there = _chances(made, test)
    said = chances >= cut
    return {
        "F1": float(f1_score(there, said)),
        "found": float(said[there].mean()),
        "right": float(there[said].mean()),
    }


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
