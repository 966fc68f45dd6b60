"""The table by which features and models were chosen: `python -m training.comparison TRAIN DEV`.

Every candidate learns from the same rows and is judged on the same other voices, before any threshold,
so that nothing is tuned on what is reported. Each head is chosen apart.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from training import fit, heads, labels, vocabulary
from training.fit import Config, Part
from training.heads import HeadConfig
from training.labels import LabelRow
from training.vocabulary import Table
from triage_model import triage
from triage_model.classifier import Classifier
from triage_model.features import Floats, Spec
from triage_model.types import Report

FALSE_ALARMS = 0.08
AUC, FOUND, URGENT = "grade 1, AUC", f"found at {FALSE_ALARMS:.0%} false", "grade 1 or 2, AUC"
TEAM, TWO_TEAMS = "team", "team in two"
FIGURES = (AUC, FOUND, URGENT, TEAM, TWO_TEAMS)
Scores = tuple[Floats, Floats, tuple[str, ...]]
Candidate = Callable[[Part, Part], Scores]


@dataclass(frozen=True, slots=True)
class Line:
    """What one candidate reached on rows it never learned from."""

    name: str
    emergency: float
    found: float
    urgent: float
    team: float
    two_teams: float


def linear(spec: Spec, choices: HeadConfig | None = None) -> Candidate:
    """The product's own linear heads over some features."""

    def candidate(learning: Part, unseen: Part) -> Scores:
        made = fit.learn(learning, Config(spec=spec, heads=choices or HeadConfig()))
        return _scores(made, unseen)

    return candidate


def softmax(learning: Part, unseen: Part) -> Scores:
    """One choice among four grades in place of three ordered questions."""
    given, asked = _matrices(learning, unseen)
    model = LogisticRegression(C=1.0, class_weight="balanced", max_iter=1000).fit(given, _grades(learning))
    chances = np.cumsum(model.predict_proba(asked), axis=1)[:, :3]
    return chances, *_scores(fit.learn(learning, Config()), unseen)[1:]


def boosted(learning: Part, unseen: Part) -> Scores:
    """Gradient boosting over 150 directions of the same terms."""
    given, asked = _matrices(learning, unseen)
    turned = TruncatedSVD(150, random_state=0).fit(given)
    given, asked = turned.transform(given), turned.transform(asked)
    columns = []
    for urgency in heads.URGENCIES:
        model = HistGradientBoostingClassifier(random_state=0, class_weight="balanced", max_iter=120)
        model.fit(given, _grades(learning) <= urgency)
        columns.append(model.predict_proba(asked)[:, 1])
    team = LogisticRegression(C=5.0, class_weight="balanced", max_iter=1000).fit(given, _teams(learning.rows))
    return np.array(columns).T, team.decision_function(asked), tuple(team.classes_)


def with_rules(learning: Part, unseen: Part) -> Scores:
    """The default with one more column for every rule that fired."""
    rules = triage.load().limited_to("rules")
    fired = [[_fired(rules, row) for row in part.rows] for part in (learning, unseen)]
    names = sorted({name for row in fired[0] for name in row})
    columns = [
        sparse.csr_matrix([[name in row for name in names] for row in part], dtype=float) for part in fired
    ]
    given, asked = _matrices(learning, unseen)
    given, asked = sparse.hstack([given, columns[0]]).tocsr(), sparse.hstack([asked, columns[1]]).tocsr()
    table_of_all = Table(given, given.shape[1])
    grade = heads.fit_grade(table_of_all, [int(g) for g in _grades(learning)], HeadConfig())
    team = heads.fit_team(table_of_all, _teams(learning.rows), HeadConfig())
    if grade is None or team is None:
        raise ValueError("the rows to learn from have one grade or one team only")
    return asked @ grade.weights + grade.bias, asked @ team[0].weights + team[0].bias, team[1]


WHOLE = Spec(passages=0.0)
PLAIN = replace(WHOLE, meaning=False)
CANDIDATES: dict[str, Candidate] = {
    "words (1)": linear(replace(PLAIN, words=1, pieces=(0, 0))),
    "words (1, 2)": linear(replace(PLAIN, pieces=(0, 0))),
    "words (1, 2), lemmas": linear(replace(PLAIN, pieces=(0, 0), lemmas=True)),
    "letter runs (2 to 5)": linear(replace(PLAIN, weights=(0.0, 1.0))),
    "words and letter runs": linear(PLAIN),
    "the same, lemmas": linear(replace(PLAIN, lemmas=True)),
    "the same, negation marked": linear(replace(PLAIN, negation=True)),
    "the same, first and last sentence marked": linear(replace(PLAIN, ends=True)),
    "the same, rules that fired": with_rules,
    "the same, four-way softmax": softmax,
    "the same, gradient boosting": boosted,
    "words, letter runs, meanings x 0.5": linear(WHOLE, HeadConfig(grade_meaning=0.5, team_meaning=0.5)),
    "words, letter runs, meanings x 1": linear(WHOLE, HeadConfig(grade_meaning=1.0, team_meaning=1.0)),
    "words, letter runs, meanings x 1.5": linear(WHOLE, HeadConfig(grade_meaning=1.5, team_meaning=1.5)),
    "words, letter runs, meanings x 2.5": linear(WHOLE, HeadConfig(grade_meaning=2.5, team_meaning=2.5)),
    "meanings x 0.5, worst passage x 0.3": linear(Spec(passages=0.3)),
    "meanings x 0.5, worst passage x 0.5": linear(Spec(passages=0.5)),
    "meanings x 0.5, worst passage x 0.7": linear(Spec(passages=0.7)),
    "meanings alone": linear(replace(WHOLE, weights=(0.0, 0.0)), HeadConfig(grade_meaning=4, team_meaning=4)),
}


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


def _scores(made: Classifier, unseen: Part) -> Scores:
    if made.grade_head is None or made.team_head is None:
        raise ValueError("the rows to learn from have one grade or one team only")
    return fit.grade_scores(made, unseen), fit.team_scores(made, unseen), made.team_codes


def _matrices(learning: Part, unseen: Part) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    known = vocabulary.build(learning.readings, [row.incident for row in learning.rows], PLAIN)
    tables = (vocabulary.table(part.readings, known) for part in (learning, unseen))
    given, asked = (made.numbers[:, : made.terms] for made in tables)
    return given, asked


def _grades(part: Part) -> NDArray[np.intp]:
    return np.array([int(row.grade or 4) for row in part.rows])


def _teams(rows: Sequence[LabelRow]) -> list[str]:
    return [row.team or "contact_desk" for row in rows]


def _fired(rules: triage.Triage, row: LabelRow) -> set[str]:
    evidence = rules.decide(Report(row.text)).evidence
    return {item.source for item in evidence if item.source.startswith("rule:")}


def main(train: Path, dev: Path) -> None:
    learning, unseen = fit.part(labels.read([train])), fit.part(labels.read([dev]))
    sys.stdout.write(as_markdown(table(learning, unseen)) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
