"""The terms of a text: what a model may weigh, counted the same way when it learns and when it answers.

A block is one kind of term (words, word pairs, pieces of words). Each block of a text has length 1,
so that a long report does not outweigh a short one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from triage_model.known import Known
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
_NO_PLACES: Places = np.zeros(0, dtype=np.intp)


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
    return list(map(Term, *_runs(words, forms(words, spec), spec)))


def _runs(
    words: Sequence[Word], spelled: Sequence[str], spec: Spec
) -> tuple[list[str], list[int], list[int]]:
    """The keys of all terms that are runs of words, with the first and the last word of each."""
    count = len(spelled)
    keys, firsts, lasts = list(spelled), list(range(count)), list(range(count))
    for length in range(2, spec.words + 1):
        keys += map(" ".join, zip(*(spelled[start:] for start in range(length)), strict=False))
        firsts += range(count - length + 1)
        lasts += range(length - 1, count)
    for term in _ends(words, spelled) if spec.ends and words else ():
        keys.append(term.key)
        firsts.append(term.first)
        lasts.append(term.last)
    return keys, firsts, lasts


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
class Sums:
    """What a score is computed from: the terms of a text, each once, their values, and its meaning."""

    places: Places
    values: Floats
    meaning: Floats


@dataclass(frozen=True)
class Vector:
    """A text in numbers: its sums, and which occurrence of a term stands for which word.

    `ranks` says for each occurrence which of the terms it is, `counts` how often each term occurs.
    """

    sums: Sums
    counts: Places
    ranks: Places
    firsts: Places
    lasts: Places
    word_meanings: Floats

    @cached_property
    def owners(self) -> Places:
        """The words that meanings and terms belong to, in the order in which they are added up."""
        return np.concatenate([np.arange(len(self.word_meanings)), self.firsts, self.lasts])


class Glimpse(NamedTuple):
    """What a passage scores by: `here` are its terms among those of the whole, `inside` its occurrences."""

    part: slice
    sums: Sums
    here: Places
    counts: Places
    inside: NDArray[np.bool_]
    length: float


@dataclass(frozen=True)
class Vocabulary:
    """The terms a model knows, and how telling each one is."""

    spec: Spec
    index: dict[str, int]
    idf: Floats
    block_of: Places

    def vector(self, words: Sequence[Word]) -> Vector:
        """Weighs the terms of a text; terms that the model never met are left out."""
        spelled = forms(words, self.spec)
        keys, firsts, lasts = _runs(words, spelled, self.spec)
        runs = np.array([self.index.get(key, -1) for key in keys], dtype=np.intp)
        known = runs >= 0
        cut = [_NO_PLACES, *map(self.pieces_of.__getitem__, [word.form for word in words])]
        owners = np.repeat(np.arange(-1, len(words)), list(map(len, cut)))
        found, ranks, counts = _distinct(np.concatenate([runs[known], *cut]))
        meaning, each = self._meaning(words, runs[: len(words)])
        return Vector(
            sums=Sums(found, self._weighed(found, counts), meaning),
            counts=counts,
            ranks=ranks,
            firsts=np.concatenate([np.array(firsts, dtype=np.intp)[known], owners]),
            lasts=np.concatenate([np.array(lasts, dtype=np.intp)[known], owners]),
            word_meanings=each,
        )

    def glimpse(self, whole: Vector, part: slice) -> Glimpse:
        """What a passage of a text that was weighed already scores by, as if it stood alone."""
        inside = (whole.firsts >= part.start) & (whole.lasts < part.stop)
        every = np.bincount(whole.ranks[inside], minlength=len(whole.counts))
        here = np.flatnonzero(every)
        counts, found = every[here], whole.sums.places[here]
        meant = whole.word_meanings[part].sum(axis=0)
        length = float(np.sqrt(np.sum(meant**2))) or 1.0
        sums = Sums(found, self._weighed(found, counts), meant / length)
        return Glimpse(part, sums, here, counts, inside, length)

    def within(self, whole: Vector, seen: Glimpse) -> Vector:
        """All about a passage, as if it stood alone."""
        order = np.zeros(len(whole.counts), dtype=np.intp)
        order[seen.here] = np.arange(len(seen.here))
        return Vector(
            sums=seen.sums,
            counts=seen.counts,
            ranks=order[whole.ranks[seen.inside]],
            firsts=whole.firsts[seen.inside] - seen.part.start,
            lasts=whole.lasts[seen.inside] - seen.part.start,
            word_meanings=whole.word_meanings[seen.part] / seen.length,
        )

    def _weighed(self, found: Places, counts: Places) -> Floats:
        """The values of some terms that occur so many times."""
        values: Floats = (1.0 + np.log(counts)) * self.idf[found] if len(found) else np.zeros(0)
        for (first, end), weight in zip(self.blocks, self.spec.weights, strict=True):
            start, stop = found.searchsorted((first, end))
            block = values[start:stop]
            length = float(np.sqrt(np.sum(block**2)))
            if length:
                block *= weight / length
        return values

    @cached_property
    def blocks(self) -> tuple[tuple[int, int], ...]:
        """Where the terms of each block stand: in one row. Raises ValueError if they do not."""
        found = [np.flatnonzero(self.block_of == block) for block in range(len(self.spec.weights))]
        ends = tuple((int(some[0]), int(some[-1]) + 1) if len(some) else (0, 0) for some in found)
        if any(end - first != len(some) for (first, end), some in zip(ends, found, strict=True)):
            raise ValueError("the terms of a block do not stand in one row")
        return ends

    def _meaning(self, words: Sequence[Word], places: Places) -> tuple[Floats, Floats]:
        """The meaning of a text, of length 1, and what each word adds to it; telling words count more."""
        if not self.spec.meaning or not words:
            return np.zeros(DIMENSIONS), np.zeros((len(words), DIMENSIONS))
        telling = np.ones(len(words))
        known = places >= 0
        telling[known] = self.idf[places[known]] / self._rarest
        each = meanings().each(words)
        each *= (telling**2)[:, None]
        whole = each.sum(axis=0)
        length = float(np.sqrt(np.sum(whole**2))) or 1.0
        each /= length
        return whole / length, each

    @cached_property
    def _rarest(self) -> float:
        return float(self.idf.max()) if len(self.idf) else 1.0

    @cached_property
    def pieces_of(self) -> Known[Places]:
        """The known pieces of each word."""
        return Known(self._pieces_of, _PIECES_CACHE)

    def _pieces_of(self, form: str) -> Places:
        known = [self.index[p] for p in pieces(form, self.spec.pieces) if p in self.index]
        return np.array(known, dtype=np.intp)


def _distinct(places: Places) -> tuple[Places, Places, Places]:
    """As `np.unique`, in half its time: each place once in order, which of them each was, their counts."""
    order = places.argsort(kind="stable")
    row = places[order]
    is_new = np.ones(len(row), dtype=bool)
    np.not_equal(row[1:], row[:-1], out=is_new[1:])
    starts = np.flatnonzero(is_new)
    ranks = np.empty(len(row), dtype=np.intp)
    ranks[order] = np.cumsum(is_new) - 1
    return row[starts], ranks, np.diff(np.append(starts, len(row)))
