"""A trained model's opinion of a report: calibrated chances per grade and team, and the words that moved it.

The law it keeps: evidence is what the chances were computed from, and the same parts give the
same opinion bit for bit, alone or among many.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from triage_model import artefact, meaning
from triage_model.errors import ArtifactError
from triage_model.features import Floats, Spec, Sums, Vocabulary
from triage_model.head import Head as Head
from triage_model.head import Seen, pushes, telling
from triage_model.passages import passages
from triage_model.reader import Word, read
from triage_model.types import Assessment, Evidence, Grade

_GRADE_WORDS, _TEAM_WORDS = 4, 3
_EMERGENCY = 0
_GRADE_NAMES = {1: "emergency", 2: "priority or sooner", 3: "a scheduled visit or sooner"}


@dataclass(frozen=True)
class Thresholds:
    """The grade is the first whose chance of being that urgent or more reaches its threshold."""

    emergency: float
    priority: float
    scheduled: float
    review: float = 1.0


@dataclass(frozen=True)
class Classifier:
    """A model as it is answered with. `base_rate` is the share of emergencies it was calibrated on."""

    model_id: str
    vocabulary: Vocabulary
    grade_head: Head | None
    team_head: Head | None
    team_codes: tuple[str, ...]
    thresholds: Thresholds
    base_rate: float
    prevalence: float

    def assess(self, parts: Sequence[str]) -> Assessment:
        """An opinion of a report and its messages, read together."""
        seen = self._seen(parts)
        urgency = self.urgency(seen)
        grade = self._grade(urgency) if urgency is not None else None
        chances = _grade_chances(urgency, self.base_rate, self.prevalence) if urgency is not None else ()
        teams = self._teams(seen.vector.sums)
        return Assessment(
            model_id=self.model_id,
            grade=grade,
            p_emergency=chances[0][1] if chances else None,
            grade_probabilities=chances,
            teams=teams,
            evidence=(*self._grade_evidence(seen, grade), *self._team_evidence(seen, teams)),
            uncertain=self._uncertain(urgency),
        )

    def _seen(self, parts: Sequence[str]) -> Seen:
        words, origins = _words(parts)
        return self.seen(words, origins)

    def seen(self, words: Sequence[Word], origins: Sequence[int] = ()) -> Seen:
        """A text as the grade is judged from it: as a whole and, if it is long, by its worst passage."""
        vector = self.vocabulary.vector(words)
        if self.grade_head is None or not self.vocabulary.spec.passages:
            return Seen(words, vector, origins)
        parts = passages(words)
        if not parts:
            return Seen(words, vector, origins)
        glimpses = [self.vocabulary.glimpse(vector, part) for part in parts]
        raw = self.grade_head.raw_of_passages(vector.sums, glimpses)
        worst = glimpses[int(np.argmax([one[_EMERGENCY] for one in raw]))]
        return Seen(words, vector, origins, (worst.part, self.vocabulary.within(vector, worst)))

    def grade_scores(self, seen: Seen) -> Floats:
        """The scores of the three questions of grade before calibration. Whether it is an emergency is asked
        of the whole and of its worst passage."""
        assert self.grade_head is not None
        raw = self.grade_head.raw(seen.vector.sums)
        if seen.passage is not None:
            share, worst = self.vocabulary.spec.passages, self.grade_head.raw(seen.passage[1].sums)
            raw[_EMERGENCY] = (1.0 - share) * raw[_EMERGENCY] + share * worst[_EMERGENCY]
        return raw

    def urgency(self, seen: Seen) -> Floats | None:
        """Calibrated chances of grade 1, of 2 or sooner, of 3 or sooner; None without a head for grades."""
        if self.grade_head is None:
            return None
        scores = self.grade_head.calibrated(self.grade_scores(seen))
        chances: Floats = np.maximum.accumulate(_sigmoid(scores))
        return chances

    def _grade(self, urgency: Floats) -> Grade:
        limits = (self.thresholds.emergency, self.thresholds.priority, self.thresholds.scheduled)
        reached = (Grade(n) for n, (p, t) in enumerate(zip(urgency, limits, strict=True), 1) if p >= t)
        return next(reached, Grade.RESOLUTION_WITHOUT_DEPLOYMENT)

    def _uncertain(self, urgency: Floats | None) -> str | None:
        if urgency is None or not self.thresholds.review <= urgency[0] < self.thresholds.emergency:
            return None
        return "The classifier is unsure whether this is an emergency."

    def _teams(self, sums: Sums) -> tuple[tuple[str, float], ...]:
        if self.team_head is None:
            return ()
        scores = self.team_head.scores(sums)
        chances = np.exp(scores - scores.max())
        chances /= chances.sum()
        order = np.argsort(-chances, kind="stable")
        return tuple((self.team_codes[i], float(chances[i])) for i in order)

    def _grade_evidence(self, seen: Seen, grade: Grade | None) -> tuple[Evidence, ...]:
        if self.grade_head is None or grade is None or grade is Grade.RESOLUTION_WITHOUT_DEPLOYMENT:
            return ()
        says = f"points to {_GRADE_NAMES[int(grade)]}"
        column = int(grade) - 1
        pushed = pushes(seen, self.grade_head, column)
        if seen.passage is not None and column == _EMERGENCY:
            share, (part, vector) = self.vocabulary.spec.passages, seen.passage
            pushed *= 1.0 - share
            pushed[part] += share * pushes(Seen(seen.words[part], vector), self.grade_head, column)
        return telling(seen, pushed, about="grade", says=says, most=_GRADE_WORDS)

    def _team_evidence(self, seen: Seen, teams: Sequence[tuple[str, float]]) -> tuple[Evidence, ...]:
        if self.team_head is None:
            return ()
        says = f"points to {teams[0][0].replace('_', ' ')}"
        column = self.team_codes.index(teams[0][0])
        pushed = pushes(seen, self.team_head, column)
        return telling(seen, pushed, about="team", says=says, most=_TEAM_WORDS)


def load(folder: Path, *, trusted_keys: Sequence[str] = ()) -> Classifier:
    """The classifier in a folder. Raises ArtifactError before anything unchecked is unpickled."""
    chosen = artefact.resolve(folder)
    manifest, content = artefact.load(chosen, trusted_keys=trusted_keys)
    return restore(content, model_id=str(manifest["model_id"]), source=chosen)


def restore(content: artefact.Content, *, model_id: str, source: Path) -> Classifier:
    """The classifier that some content describes."""
    if content.get("meanings") not in (None, meaning.digest()):
        raise ArtifactError(f"{source}: was made with another table of meanings; train it again")
    try:
        return Classifier(
            model_id=model_id,
            vocabulary=_vocabulary(content["vocabulary"]),
            grade_head=_head(content["grade_head"]),
            team_head=_head(content["team_head"]),
            team_codes=tuple(content["team_codes"]),
            thresholds=Thresholds(**content["thresholds"]),
            base_rate=float(content["base_rate"]),
            prevalence=float(content["prevalence"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ArtifactError(
            f"{source}: its content is not what this version reads; train it again"
        ) from error


def content_of(classifier: Classifier) -> artefact.Content:
    """What a model folder stores of a classifier: numbers and words only."""
    vocabulary = classifier.vocabulary
    spec = vocabulary.spec
    return {
        "vocabulary": {
            "spec": {name: getattr(spec, name) for name in Spec.__dataclass_fields__},
            "terms": list(vocabulary.index),
            "idf": vocabulary.idf,
            "block_of": vocabulary.block_of,
        },
        "grade_head": _head_content(classifier.grade_head),
        "team_head": _head_content(classifier.team_head),
        "team_codes": list(classifier.team_codes),
        "thresholds": {
            name: getattr(classifier.thresholds, name) for name in Thresholds.__dataclass_fields__
        },
        "meanings": meaning.digest() if spec.meaning else None,
        "base_rate": classifier.base_rate,
        "prevalence": classifier.prevalence,
    }


def _head_content(head: Head | None) -> dict[str, Floats] | None:
    return None if head is None else {name: getattr(head, name) for name in Head.__dataclass_fields__}


def _head(stored: dict[str, Floats] | None) -> Head | None:
    return None if stored is None else Head(**stored)


def _vocabulary(stored: dict[str, Any]) -> Vocabulary:
    index = {term: place for place, term in enumerate(stored["terms"])}
    made = Vocabulary(Spec(**stored["spec"]), index, stored["idf"], stored["block_of"])
    if not made.blocks:  # asked here, so that a model of another form is refused before it answers
        raise ValueError("a vocabulary has blocks of terms")
    return made


def _words(parts: Sequence[str]) -> tuple[list[Word], list[int]]:
    """The words of all parts in one row, with the part each comes from."""
    words: list[Word] = []
    origins: list[int] = []
    for part, text in enumerate(parts):
        found = read(text)
        after = words[-1].sentence + 1 if words else 0
        words += [word._replace(sentence=word.sentence + after) for word in found] if after else found
        origins += [part] * len(found)
    return words, origins


def _sigmoid(scores: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(scores, -60.0, 60.0))))


def corrected(p: float, *, base_rate: float, prevalence: float) -> float:
    """A chance learned where emergencies are `base_rate` of all, stated for another prevalence."""
    for_it = p * prevalence / base_rate
    against = (1.0 - p) * (1.0 - prevalence) / (1.0 - base_rate)
    return for_it / (for_it + against)


def _grade_chances(urgency: Floats, base_rate: float, prevalence: float) -> tuple[tuple[Grade, float], ...]:
    first, second, third = (float(p) for p in urgency)
    emergency = corrected(first, base_rate=base_rate, prevalence=prevalence)
    rest = max(1.0 - first, 1e-12)
    scale = (1.0 - emergency) / rest
    others = ((second - first) * scale, (third - second) * scale, (1.0 - third) * scale)
    return tuple(zip(Grade, (emergency, *others), strict=True))
