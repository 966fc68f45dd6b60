"""The features and models that the comparison tries: each learns from some rows and scores others."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from training import encoders, fit, heads, vocabulary
from training.fit import Config, Part
from training.heads import HeadConfig
from training.labels import LabelRow
from training.vocabulary import Table
from triage_model import context, triage
from triage_model.classifier import Classifier
from triage_model.features import Floats, Spec
from triage_model.rules import Rulebook
from triage_model.types import Report
from triage_model.when import Cue

Scores = tuple[Floats, Floats, tuple[str, ...]]
Candidate = Callable[[Part, Part], Scores]


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
    """Words and letter runs with one more column for every rule that fired."""
    rules = triage.load().limited_to("rules")
    fired = [[_fired(rules, row) for row in part.rows] for part in (learning, unseen)]
    names = sorted({name for row in fired[0] for name in row})
    more = [np.array([[name in row for name in names] for row in part], dtype=float) for part in fired]
    return _beside(learning, unseen, *more)


def with_times(learning: Part, unseen: Part) -> Scores:
    """Words and letter runs with the rules' cues of time: how many of each kind, and which stands last."""
    book = triage.load().rulebook
    return _beside(learning, unseen, *(_times(part, book) for part in (learning, unseen)))


def encoded(folder: Path, share: float) -> Candidate:
    """The default's terms and meanings beside an encoder's reading of the text, which counts `share`."""

    def candidate(learning: Part, unseen: Part) -> Scores:
        more = [share * _embedded(folder, part) for part in (learning, unseen)]
        return _beside(learning, unseen, *more, spec=WHOLE, meaning=0.5)

    return candidate


def encoder_alone(folder: Path) -> Candidate:
    """An encoder's reading of the whole text and nothing else."""

    def candidate(learning: Part, unseen: Part) -> Scores:
        given, asked = (sparse.csr_matrix(_embedded(folder, part)) for part in (learning, unseen))
        return _linear(learning, given, asked)

    return candidate


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
    "the same, cues of time": with_times,
    "the same, four-way softmax": softmax,
    "the same, gradient boosting": boosted,
    "the same, team by softmax": linear(PLAIN, HeadConfig(team_model="softmax", team_c=5.0)),
    "words, letter runs, meanings x 0.5": linear(WHOLE, HeadConfig(grade_meaning=0.5, team_meaning=0.5)),
    "words, letter runs, meanings x 1": linear(WHOLE, HeadConfig(grade_meaning=1.0, team_meaning=1.0)),
    "words, letter runs, meanings x 1.5": linear(WHOLE, HeadConfig(grade_meaning=1.5, team_meaning=1.5)),
    "words, letter runs, meanings x 2.5": linear(WHOLE, HeadConfig(grade_meaning=2.5, team_meaning=2.5)),
    "meanings x 0.5, worst passage x 0.3": linear(Spec(passages=0.3)),
    "meanings x 0.5, worst passage x 0.5": linear(Spec(passages=0.5)),
    "meanings x 0.5, worst passage x 0.7": linear(Spec(passages=0.7)),
    "meanings alone": linear(replace(WHOLE, weights=(0.0, 0.0)), HeadConfig(grade_meaning=4, team_meaning=4)),
}


def ceilings(folder: Path) -> dict[str, Candidate]:
    """What an encoder adds: ten minutes of one core, and weights that do not ship."""
    return {
        "encoder alone": encoder_alone(folder),
        "words, letter runs, meanings x 0.5, encoder x 0.5": encoded(folder, 0.5),
        "words, letter runs, meanings x 0.5, encoder x 1": encoded(folder, 1.0),
    }


def _scores(made: Classifier, unseen: Part) -> Scores:
    if made.grade_head is None or made.team_head is None:
        raise ValueError("the rows to learn from have one grade or one team only")
    return fit.grade_scores(made, unseen), fit.team_scores(made, unseen), made.team_codes


def _beside(
    learning: Part, unseen: Part, more: Floats, asked: Floats, *, spec: Spec = PLAIN, meaning: float = 0.0
) -> Scores:
    """The heads on terms with other columns beside them."""
    tables = _matrices(learning, unseen, spec, meaning)
    return _linear(
        learning, *(sparse.hstack([t, m]).tocsr() for t, m in zip(tables, (more, asked), strict=True))
    )


def _linear(learning: Part, given: sparse.csr_matrix, asked: sparse.csr_matrix) -> Scores:
    known = Table(given, given.shape[1])
    grade = heads.fit_grade(known, [int(g) for g in _grades(learning)], HeadConfig())
    team = heads.fit_team(known, _teams(learning.rows), HeadConfig())
    if grade is None or team is None:
        raise ValueError("the rows to learn from have one grade or one team only")
    return asked @ grade.weights + grade.bias, asked @ team[0].weights + team[0].bias, team[1]


def _matrices(
    learning: Part, unseen: Part, spec: Spec = PLAIN, meaning: float = 0.0
) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    known = vocabulary.build(learning.readings, [row.incident for row in learning.rows], spec)
    tables = (vocabulary.table(part.readings, known) for part in (learning, unseen))
    given, asked = (made.weighed(meaning) if meaning else made.numbers[:, : made.terms] for made in tables)
    return given, asked


def _times(part: Part, book: Rulebook) -> Floats:
    read = [book.readings([row.text])[0] for row in part.rows]
    found = [context.surroundings(one, book.cues).found for one in read]
    kinds = sorted({kind for one in found for kind in one})
    counts = np.array([[len(one.get(kind, ())) for kind in kinds] for one in found], dtype=float)
    lasts = np.array([[_last(one) == kind for kind in kinds] for one in found], dtype=float)
    return np.hstack([np.log1p(counts), lasts])


def _last(found: Mapping[str, Sequence[Cue]]) -> str | None:
    """The kind of cue that stands last in a text."""
    ends = [(cue.last, kind) for kind, cues in found.items() for cue in cues]
    return max(ends)[1] if ends else None


def _embedded(folder: Path, part: Part) -> Floats:
    made: Floats = encoders.embedded(tuple(row.text for row in part.rows), folder).astype(np.float64)
    return made


def _grades(part: Part) -> NDArray[np.intp]:
    return np.array([int(row.grade or 4) for row in part.rows])


def _teams(rows: Sequence[LabelRow]) -> list[str]:
    return [row.team or "contact_desk" for row in rows]


def _fired(rules: triage.Triage, row: LabelRow) -> set[str]:
    evidence = rules.decide(Report(row.text)).evidence
    return {item.source for item in evidence if item.source.startswith("rule:")}
