"""Which terms a model may know.

The law it keeps (8): a term enters only from five incidents or more, after masking, so that no
person's words can be read back from a model.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from scipy import sparse

from triage_model.features import Floats, Spec, Vector, Vocabulary, pieces, terms
from triage_model.reader import Word, read

MIN_INCIDENTS = 5
Reading = tuple[Word, ...]


def readings(texts: Iterable[str]) -> list[Reading]:
    """Every text as the model reads it."""
    return [read(text) for text in texts]


def build(read_texts: Sequence[Reading], incidents: Sequence[str], spec: Spec) -> Vocabulary:
    """The terms of some texts that enough incidents share, and their inverse document frequency."""
    by_incident: dict[str, set[str]] = {}
    for words, incident in zip(read_texts, incidents, strict=True):
        by_incident.setdefault(incident, set()).update(_keys(words, spec))
    counts = Counter(key for keys in by_incident.values() for key in keys)
    known = sorted(key for key, count in counts.items() if count >= MIN_INCIDENTS)
    shares = np.array([counts[key] for key in known], dtype=np.float64)
    idf = np.log((1.0 + len(by_incident)) / (1.0 + shares)) + 1.0
    blocks = np.array([key.startswith("#") for key in known], dtype=np.intp)
    return Vocabulary(spec, {key: place for place, key in enumerate(known)}, idf, blocks)


def matrix(vectors: Sequence[Vector], vocabulary: Vocabulary) -> sparse.csr_matrix:
    """The terms of some texts, one row each, as the classifier itself weighs them."""
    ends = np.cumsum([0, *(len(vector.places) for vector in vectors)])
    values = np.concatenate([vector.values for vector in vectors])
    places = np.concatenate([vector.places for vector in vectors])
    return sparse.csr_matrix((values, places, ends), shape=(len(vectors), len(vocabulary.index)))


def meanings(vectors: Sequence[Vector]) -> Floats:
    """The meanings of some texts, one row each."""
    return np.array([vector.meaning for vector in vectors])


def _keys(words: Reading, spec: Spec) -> set[str]:
    keys = {term.key for term in terms(words, spec)}
    for form in {word.form for word in words}:
        keys.update(pieces(form, spec.pieces))
    return keys
