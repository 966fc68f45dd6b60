"""The rows a model learned from that read most like a row it got wrong: a place to look for the cause."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.preprocessing import normalize

from training import vocabulary
from training.fit import Part
from training.labels import LabelRow
from triage_model.classifier import Classifier
from triage_model.features import Floats


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A row that was learned from, and how alike its terms are (cosine, 0 to 1)."""

    row: LabelRow
    alike: float


def nearest(
    learning: Part, classifier: Classifier, asked: Sequence[LabelRow], *, most: int = 3
) -> dict[str, tuple[Neighbour, ...]]:
    """For each row asked about, by id, its nearest rows, the most alike first."""
    if not asked or not learning.rows:
        return {}
    known = normalize(vocabulary.table(learning.readings, classifier.vocabulary).numbers)
    read = vocabulary.readings(row.text for row in asked)
    alike = (normalize(vocabulary.table(read, classifier.vocabulary).numbers) @ known.T).toarray()
    return {row.id: _best(learning, found, most) for row, found in zip(asked, alike, strict=True)}


def _best(learning: Part, alike: Floats, most: int) -> tuple[Neighbour, ...]:
    order = np.argsort(-alike, kind="stable")[:most]
    return tuple(Neighbour(learning.rows[place], float(alike[place])) for place in order)
