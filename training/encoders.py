"""A small transformer encoder as the ceiling that features are compared with; it is no part of the product.

all-MiniLM-L6-v2 as published (Apache-2.0, its digest is in `training/weights.py`), read with numpy alone:
the mean of its last layer, brought to length one:
`python -m training.comparison data/samples/train*.jsonl --dev data/samples/dev.jsonl --encoder FOLDER`.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from training import weights
from training.weights import Matrix
from triage_model import meaning

LONGEST, BATCH = 254, 64
_TOKEN = re.compile(r"\w+|[^\w\s]")


@lru_cache(maxsize=2)
def embedded(texts: tuple[str, ...], folder: Path) -> Matrix:
    """One row of unit length for each text, remembered for candidates that ask again.

    Raises ArtifactError on other weights.
    """
    read, pieces = weights.read(folder), weights.pieces(folder)
    ids = [_ids(text, pieces) for text in texts]
    found = np.zeros((len(texts), weights.SIZE), np.float32)
    for some in _of_one_length(ids):
        found[some] = weights.encoded(read, np.array([ids[place] for place in some]))
    made: Matrix = found / np.linalg.norm(found, axis=1, keepdims=True)
    return made


def _ids(text: str, pieces: dict[str, int]) -> list[int]:
    plain = unicodedata.normalize("NFD", text.lower())
    words = _TOKEN.findall("".join(letter for letter in plain if not unicodedata.combining(letter)))
    places = [place for word in words for place in meaning.cut(word, pieces) or [pieces["[UNK]"]]]
    return [pieces["[CLS]"], *places[:LONGEST], pieces["[SEP]"]]


def _of_one_length(ids: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Texts of as many pieces together, so that none needs filling up."""
    lengths: dict[int, list[int]] = defaultdict(list)
    for place, one in enumerate(ids):
        lengths[len(one)].append(place)
    for places in lengths.values():
        yield from (places[start : start + BATCH] for start in range(0, len(places), BATCH))
