"""Which terms a model may know.

The law it keeps (8): a term enters only from five incidents or more, after masking, so that no
person's words can be read back from a model.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from triage_model.features import Spec, Vocabulary, pieces, terms
from triage_model.meaning import DIMENSIONS
from triage_model.reader import Word, read

MIN_INCIDENTS = 5
MANY = 20_000
Reading = tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Texts in numbers, one row each: their terms, and after the last term what they mean.

    Numbers of many texts are single precision: half the memory, and a weight differs in its seventh digit.
    """

    numbers: sparse.csr_matrix
    terms: int

    def only(self, keep: Sequence[bool]) -> "Table":
        return self if all(keep) else Table(self.numbers[np.flatnonzero(keep)], self.terms)

    def weighed(self, meaning: float) -> sparse.csr_matrix:
        """The same numbers with the meanings scaled. The positions are shared, not copied."""
        given = self.numbers
        scale = np.array([meaning, 1.0], dtype=given.dtype)
        values = given.data * scale[(given.indices < self.terms).astype(np.int8)]
        return sparse.csr_matrix((values, given.indices, given.indptr), shape=given.shape)


def readings(texts: Iterable[str]) -> list[Reading]:
    """Every text as the model learns from it. Where a word stood is left out, so that equal words are one
    object: a hundred thousand reports would not fit otherwise."""
    known: dict[Word, Word] = {}
    found = []
    for text in texts:
        plain = (word._replace(start=0, end=0) for word in read(text))
        found.append(tuple(known.setdefault(word, word) for word in plain))
    return found


def build(read_texts: Sequence[Reading], incidents: Sequence[str], spec: Spec) -> Vocabulary:
    """The terms of some texts that enough incidents share, and their inverse document frequency."""
    together: dict[str, list[Reading]] = {}
    for words, incident in zip(read_texts, incidents, strict=True):
        together.setdefault(incident, []).append(words)
    counts: Counter[str] = Counter()
    for rows in together.values():
        counts.update(set().union(*(_keys(words, spec) for words in rows)))
    known = sorted(key for key, count in counts.items() if count >= MIN_INCIDENTS)
    shares = np.array([counts[key] for key in known], dtype=np.float64)
    idf = np.log((1.0 + len(together)) / (1.0 + shares)) + 1.0
    blocks = np.array([key.startswith("#") for key in known], dtype=np.intp)
    return Vocabulary(spec, {key: place for place, key in enumerate(known)}, idf, blocks)


def table(read_texts: Sequence[Reading], vocabulary: Vocabulary) -> Table:
    """Some texts as the classifier itself weighs them. No text's vector outlives its turn."""
    kind = "f" if len(read_texts) > MANY else "d"
    values, places, ends = array(kind), array("i"), array("q", [0])
    terms = len(vocabulary.index)
    for sums in (vocabulary.vector(words).sums for words in read_texts):
        meant = np.flatnonzero(sums.meaning)
        values.frombytes(np.concatenate([sums.values, sums.meaning[meant]]).astype(kind).tobytes())
        places.frombytes(np.concatenate([sums.places, meant + terms]).astype(np.int32).tobytes())
        ends.append(len(places))
    shape = (len(ends) - 1, terms + DIMENSIONS)
    parts = (np.frombuffer(values, kind), np.frombuffer(places, np.int32), np.frombuffer(ends, np.int64))
    return Table(sparse.csr_matrix(parts, shape=shape), terms)


def _keys(words: Reading, spec: Spec) -> set[str]:
    keys = {term.key for term in terms(words, spec)}
    for form in {word.form for word in words}:
        keys.update(pieces(form, spec.pieces))
    return keys
