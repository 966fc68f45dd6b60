"""The terms of a text: what a model may weigh, counted the same way when it learns and when it answers.

A block is one kind of term (words, word pairs, pieces of words). Each block of a text has length 1,
so that a long report does not outweigh a short one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from triage_model.meaning import DIMENSIONS, meanings
from triage_model.reader import Word, lemma

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
_NEGATIONS = frozenset(
    {
        *("not", "no", "never", "nobody", "nothing", "none", "without", "nor", "neither", "cannot", "cant"),
        *("dont", "didnt", "doesnt", "wasnt", "isnt", "arent", "havent", "hasnt", "hadnt", "wont", "wouldnt"),
        *("couldnt", "aint", "werent"),
    }
)
_NEGATED = 4
_PIECES_CACHE = 20_000


@dataclass(frozen=True, slots=True)
class Spec:
    """Which terms a model is given: longest run of words, lengths of pieces, lemmas, negation marks.

    `passages` is how much the most alarming passage of a long report counts beside the whole (0 to 1).
    """

    words: int = 2
    pieces: tuple[int, int] = (2, 5)
    lemmas: bool = False
    negation: bool = False
    ends: bool = False
    weights: tuple[float, float] = (1.0, 1.0)
    meaning: bool = True
    passages: float = 0.5


class Term(NamedTuple):
    """One occurrence of a run of words: its key, and the first and last word that it covers."""

    key: str
    first: int
    last: int


def forms(words: Sequence[Word], spec: Spec) -> list[str]:
    """The words as the model spells them."""
    plain = [lemma(word.form) if spec.lemmas else word.form for word in words]
    return _negated(words, plain) if spec.negation else plain


def terms(words: Sequence[Word], spec: Spec) -> list[Term]:
    """Every run of words, up to the longest that is asked for."""
    return _runs(words, forms(words, spec), spec)


def _runs(words: Sequence[Word], spelled: Sequence[str], spec: Spec) -> list[Term]:
    found = [Term(form, place, place) for place, form in enumerate(spelled)]
    for length in range(2, spec.words + 1):
        runs = zip(*(spelled[start:] for start in range(length)), strict=False)
        found += [Term(" ".join(run), first, first + length - 1) for first, run in enumerate(runs)]
    return [*found, *_ends(words, spelled)] if spec.ends and words else found


def pieces(form: str, lengths: tuple[int, int]) -> tuple[str, ...]:
    """The letter runs of one word, its edges marked, apart from words by a "#". A placeholder has none."""
    if form.startswith("<") or not lengths[1]:
        return ()
    edged = f"_{form}_"
    shortest, longest = lengths
    return tuple(
        "#" + edged[start : start + length]
        for length in range(shortest, min(longest, len(edged)) + 1)
        for start in range(len(edged) - length + 1)
    )


def _ends(words: Sequence[Word], spelled: Sequence[str]) -> Iterator[Term]:
    """Words of the first and of the last sentence again, marked: the key fact often comes last."""
    last_sentence = words[-1].sentence
    for place, word in enumerate(words):
        if word.sentence == 0:
            yield Term("first:" + spelled[place], place, place)
        if word.sentence == last_sentence:
            yield Term("last:" + spelled[place], place, place)


def _negated(words: Sequence[Word], plain: Sequence[str]) -> list[str]:
    """Marks up to four words after "not" in its sentence."""
    marked, left, sentence = [], 0, -1
    for word, form in zip(words, plain, strict=True):
        if word.sentence != sentence:
            left, sentence = 0, word.sentence
        marked.append("not:" + form if left else form)
        left = _NEGATED if word.form in _NEGATIONS else max(left - 1, 0)
    return marked


@dataclass(frozen=True, slots=True)
class Vector:
    """A text in numbers: the terms it has, their values, and which occurrence stands for which word."""

    places: Places
    values: Floats
    firsts: Places
    lasts: Places
    occurrences: Places
    shares: Floats
    known_share: float
    meaning: Floats
    word_meanings: Floats


@dataclass(frozen=True)
class Vocabulary:
    """The terms a model knows, and how telling each one is."""

    spec: Spec
    index: dict[str, int]
    idf: Floats
    block_of: Places
    _seen: dict[str, tuple[int, ...]] = field(default_factory=dict, repr=False, compare=False)

    def vector(self, words: Sequence[Word]) -> Vector:
        """Weighs the terms of a text; terms that the model never met are left out."""
        spelled = forms(words, self.spec)
        places, firsts, lasts = self._occurrences(words, spelled)
        found, values, shares = self._weighed(places)
        known = sum(form in self.index for form in spelled)
        share = known / len(words) if words else 0.0
        meaning, each = self._meaning(words, spelled)
        return Vector(found, values, firsts, lasts, places, shares, share, meaning, each)

    def within(self, whole: Vector, part: slice) -> Vector:
        """A passage of a text that was weighed already, as if it stood alone."""
        inside = (whole.firsts >= part.start) & (whole.lasts < part.stop)
        places, firsts, lasts = (a[inside] for a in (whole.occurrences, whole.firsts, whole.lasts))
        found, values, shares = self._weighed(places)
        each = whole.word_meanings[part]
        meant = each.sum(axis=0)
        length = float(np.sqrt(np.sum(meant**2))) or 1.0
        meaning, each = meant / length, each / length
        offset = part.start
        return Vector(
            found, values, firsts - offset, lasts - offset, places, shares, whole.known_share, meaning, each
        )

    def _weighed(self, places: Places) -> tuple[Places, Floats, Floats]:
        """The terms that stand in some places, their values, and each occurrence's share of its value."""
        found, inverse, counts = np.unique(places, return_inverse=True, return_counts=True)
        values = (1.0 + np.log(counts)) * self.idf[found] if len(found) else np.zeros(0)
        for block, weight in enumerate(self.spec.weights):
            members = self.block_of[found] == block
            length = float(np.sqrt(np.sum(values[members] ** 2)))
            if length:
                values[members] *= weight / length
        shares = values[inverse] / counts[inverse] if len(found) else np.zeros(0)
        return found, values, shares

    def _meaning(self, words: Sequence[Word], spelled: Sequence[str]) -> tuple[Floats, Floats]:
        """The meaning of a text, of length 1, and what each word adds to it; telling words count more."""
        if not self.spec.meaning or not words:
            return np.zeros(DIMENSIONS), np.zeros((len(words), DIMENSIONS))
        rarest = float(self.idf.max()) if len(self.idf) else 1.0
        places = [self.index.get(form) for form in spelled]
        telling = np.array([1.0 if place is None else self.idf[place] / rarest for place in places])
        each = meanings().each(words) * (telling**2)[:, None]
        whole = each.sum(axis=0)
        length = float(np.sqrt(np.sum(whole**2))) or 1.0
        return whole / length, each / length

    def _occurrences(self, words: Sequence[Word], spelled: Sequence[str]) -> tuple[Places, Places, Places]:
        """Where each known term stands in the vocabulary, and the first and last word that it covers."""
        index = self.index
        runs = [(index[t.key], t.first, t.last) for t in _runs(words, spelled, self.spec) if t.key in index]
        of_runs = np.array(runs, dtype=np.intp).reshape(len(runs), 3)
        cut = [self._pieces_of(word.form) for word in words]
        of_pieces = np.fromiter(chain.from_iterable(cut), dtype=np.intp)
        owners = np.repeat(np.arange(len(cut)), [len(some) for some in cut])
        places, firsts, lasts = of_runs.T
        return (
            np.concatenate([places, of_pieces]),
            np.concatenate([firsts, owners]),
            np.concatenate([lasts, owners]),
        )

    def _pieces_of(self, form: str) -> tuple[int, ...]:
        """The known pieces of a word. What was worked out is kept for as long as it stays small."""
        found = self._seen.get(form)
        if found is None:
            found = tuple(self.index[p] for p in pieces(form, self.spec.pieces) if p in self.index)
            if len(self._seen) >= _PIECES_CACHE:
                self._seen.clear()
            self._seen[form] = found
        return found
