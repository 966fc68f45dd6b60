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
from triage_model.features import Floats, Spec, Vector, Vocabulary
from triage_model.reader import Word, read
from triage_model.types import Assessment, Evidence, Grade, Span

_GRADE_WORDS, _TEAM_WORDS = 4, 3
_MOST_WORDS = max(_GRADE_WORDS, _TEAM_WORDS)
_GRADE_NAMES = {1: "emergency", 2: "priority or sooner", 3: "a scheduled visit or sooner"}


@dataclass(frozen=True, slots=True)
class Seen:
    """The words of all parts of a report, the part each comes from, and their numbers."""

    words: list[Word]
    origins: list[int]
    vector: Vector


@dataclass(frozen=True)
class Head:
    """One column of weights per output, and the two numbers that turn each score into a calibrated one."""

    weights: Floats
    meaning: Floats
    bias: Floats
    slope: Floats
    shift: Floats

    def scores(self, vector: Vector) -> Floats:
        raw = vector.values @ self.weights[vector.places] + vector.meaning @ self.meaning + self.bias
        calibrated: Floats = raw * self.slope + self.shift
        return calibrated


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
        urgency = self._urgency(seen.vector)
        grade = self._grade(urgency) if urgency is not None else None
        chances = _grade_chances(urgency, self.base_rate, self.prevalence) if urgency is not None else ()
        teams = self._teams(seen.vector)
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
        return Seen(words, origins, self.vocabulary.vector(words))

    def _urgency(self, vector: Vector) -> Floats | None:
        if self.grade_head is None:
            return None
        chances: Floats = np.maximum.accumulate(_sigmoid(self.grade_head.scores(vector)))
        return chances

    def _grade(self, urgency: Floats) -> Grade:
        limits = (self.thresholds.emergency, self.thresholds.priority, self.thresholds.scheduled)
        reached = (Grade(n) for n, (p, t) in enumerate(zip(urgency, limits, strict=True), 1) if p >= t)
        return next(reached, Grade.RESOLUTION_WITHOUT_DEPLOYMENT)

    def _uncertain(self, urgency: Floats | None) -> str | None:
        if urgency is None or not self.thresholds.review <= urgency[0] < self.thresholds.emergency:
            return None
        return "The classifier is unsure whether this is an emergency."

    def _teams(self, vector: Vector) -> tuple[tuple[str, float], ...]:
        if self.team_head is None:
            return ()
        scores = self.team_head.scores(vector)
        chances = np.exp(scores - scores.max())
        chances /= chances.sum()
        order = np.argsort(-chances, kind="stable")
        return tuple((self.team_codes[i], float(chances[i])) for i in order)

    def _grade_evidence(self, seen: Seen, grade: Grade | None) -> tuple[Evidence, ...]:
        if self.grade_head is None or grade is None or grade is Grade.RESOLUTION_WITHOUT_DEPLOYMENT:
            return ()
        says = f"points to {_GRADE_NAMES[int(grade)]}"
        return _telling(seen, self.grade_head, int(grade) - 1, about="grade", says=says)[:_GRADE_WORDS]

    def _team_evidence(self, seen: Seen, teams: Sequence[tuple[str, float]]) -> tuple[Evidence, ...]:
        if self.team_head is None:
            return ()
        says = f"points to {teams[0][0].replace('_', ' ')}"
        column = self.team_codes.index(teams[0][0])
        return _telling(seen, self.team_head, column, about="team", says=says)[:_TEAM_WORDS]


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
    return Vocabulary(Spec(**stored["spec"]), index, stored["idf"], stored["block_of"])


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


def _telling(seen: Seen, head: Head, column: int, *, about: str, says: str) -> tuple[Evidence, ...]:
    """The words that pushed a score up, the most telling first, with what they pushed it by."""
    vector, words = seen.vector, seen.words
    pushes = vector.word_meanings @ head.meaning[:, column]
    amounts = head.weights[vector.occurrences, column] * vector.shares / 2
    # In this order, so that the sum of each word is rounded alike whoever computes it.
    owners = np.concatenate([np.arange(len(words)), vector.firsts, vector.lasts])
    added = np.bincount(owners, np.concatenate([pushes, amounts, amounts]), len(words))
    pushes = added * head.slope[column]
    order = [int(i) for i in np.argsort(-pushes, kind="stable")[:_MOST_WORDS] if pushes[i] > 0.0]
    return tuple(
        Evidence(
            source="model",
            about=about,
            says=f'"{words[i].form}" {says}',
            span=Span(seen.origins[i], words[i].start, words[i].end),
            weight=round(float(pushes[i]), 4),
        )
        for i in order
    )
