"""What words mean, from a table made once of published weights: words never met in training still count.

The table holds word pieces of general English and nothing of any report; `training/distil.py` says how
it was made and from which file. A placeholder has no meaning, so names and places never enter.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from triage_model.known import LONGEST, Known
from triage_model.reader import Word

TABLE = Path(__file__).with_name("meanings.npz")
DIMENSIONS = 256
_CACHE = 8_000
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Meanings:
    """One row for each word piece, in whole numbers and the scale of the row: an eighth of what it takes up.

    `digest` names the table in a model's content.
    """

    pieces: dict[str, int]
    values: NDArray[np.int8]
    scale: NDArray[np.float32]
    digest: str

    @cached_property
    def of(self) -> Known[Floats]:
        """The meaning of one word, the sum of its pieces; zero for what has none."""
        return Known(self._of, _CACHE)

    def _of(self, form: str) -> Floats:
        places = cut(form, self.pieces)
        return self._rows(places).sum(axis=0) if places else np.zeros(DIMENSIONS)

    def _rows(self, places: list[int]) -> Floats:
        rows: Floats = self.values[places].astype(np.float64) * self.scale[places]
        return rows

    def each(self, words: Sequence[Word]) -> Floats:
        """One row for each word of a text."""
        rows = [np.zeros(0), *map(self.of.__getitem__, [word.form for word in words])]
        return np.concatenate(rows).reshape(len(words), DIMENSIONS)


def cut(form: str, pieces: Mapping[str, int]) -> list[int]:
    """The longest pieces, left to right, that make up a word; none if some letters fit no piece."""
    if form.startswith("<") or len(form) > LONGEST:
        return []
    places, start = [], 0
    while start < len(form):
        ends = range(len(form), start, -1)
        found = ((pieces.get(("##" if start else "") + form[start:end]), end) for end in ends)
        place, end = next(((p, e) for p, e in found if p is not None), (None, 0))
        if place is None:
            return []
        places.append(place)
        start = end
    return places


@lru_cache(maxsize=1)
def meanings() -> Meanings:
    """The table that ships with the package, read once."""
    with np.load(TABLE, allow_pickle=False) as stored:
        names = str(stored["pieces"]).split("\n")
        values, scale = stored["values"], stored["scale"]
    return Meanings({name: place for place, name in enumerate(names)}, values, scale, digest())


@lru_cache(maxsize=1)
def digest() -> str:
    """The SHA-256 of the table."""
    return hashlib.sha256(TABLE.read_bytes()).hexdigest()
