"""One reading of a text: its words in the rulebook's spelling, where they stand, and where sentences end.

Every rule, context cue and signpost reads the same Reading, so a text is read once.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import NamedTuple

from triage_model.places import Places
from triage_model.spelling import DROPPED, Vocabulary, clean, fold

SENTENCE, CLAUSE = ".", ","
_DISGUISED = r"(?P<disguised>[^\W_]*[*@$!|/][^\W_]+(?:[*@$!|/]+[^\W_]+)*)|"
_PIECES = (
    r"(?P<number>\d+(?=[^\W\d_]))"
    rf"|(?P<word>[^\W_]+(?:[{DROPPED}']+[^\W_]+)*)"
    r"|(?P<blank>\n\s*(?:\n|[-*•·]))"
    r"|(?P<mark>[.!?…,;:()\[\]\"-]+)"
    r"|(?P<other>[^\w\s\x00])"
)
# Few texts have a sign within a word, and to look for one takes longer than all else.
_SIGN_IN_WORD = re.compile(r"[*@$!|/][^\W_]")
_SCAN, _SCAN_NO_SIGNS = re.compile(_DISGUISED + _PIECES), re.compile(_PIECES)
_WORDS = frozenset({"word", "number"})
_WORD = re.compile(rf"[^\W_]+(?:[{DROPPED}']+[^\W_]+)*")
_WILD = "*"


class Token(NamedTuple):
    """One word: as typed in folded form, as the rulebook spells it, and where it stands."""

    plain: str
    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Line:
    """Words joined by single spaces with their breaks, for bounded expressions to run over."""

    text: str
    places: Sequence[int]

    def token_at(self, offset: int) -> int:
        return bisect_left(self.places, offset)


class Spelled(NamedTuple):
    """The words of a text in one spelling: as a line, and by the keys that phrases look for."""

    line: Line
    places: Places


@dataclass(frozen=True, slots=True)
class Reading:
    """The words of one text. `sentence[i]` and `clause[i]` number the stretch that word i stands in."""

    tokens: tuple[Token, ...]
    sentence: tuple[int, ...]
    clause: tuple[int, ...]
    ours: Spelled
    plain: Spelled

    def stretch(self, first: int, last: int) -> tuple[int, int]:
        """Where the words from the first up to the last, which is left out, stand in the text."""
        return self.tokens[first].start, self.tokens[last - 1].end


def read(text: str, vocabulary: Vocabulary) -> Reading:
    """Read a text once, in time linear in its length."""
    tokens, breaks = _cut(fold(text), vocabulary)
    sentence, clause = _numbering(len(tokens), breaks)
    words, typed = [token.word for token in tokens], [token.plain for token in tokens]
    ours = _spelled_as(words, breaks, vocabulary)
    # Most texts need no correction: then what is worked out for one spelling holds for both.
    plain = ours if typed == words else _spelled_as(typed, breaks, vocabulary)
    return Reading(tuple(tokens), sentence, clause, ours, plain)


def _spelled_as(words: Sequence[str], breaks: Mapping[int, str], vocabulary: Vocabulary) -> Spelled:
    return Spelled(_line(words, breaks), Places(_index(words, vocabulary)))


def split(phrase: str) -> list[str]:
    """The plain words of a phrase, cut as a text is."""
    cut = re.sub(r"(\d)(?=[^\W\d_])", r"\1 ", fold(phrase))
    return [clean(match.group()) for match in _WORD.finditer(cut)]


def _cut(folded: str, vocabulary: Vocabulary) -> tuple[list[Token], dict[int, str]]:
    """The words of a folded text, and the strongest break after each that one follows."""
    tokens: list[Token] = []
    breaks: dict[int, str] = {}
    read_as = vocabulary.read_as
    scan = _SCAN if _SIGN_IN_WORD.search(folded) else _SCAN_NO_SIGNS
    for match in scan.finditer(folded):
        if match.lastgroup in _WORDS:
            start, end = match.span()
            for plain, ours in read_as[match.group()]:
                tokens.append(Token(plain, ours, start, end))
            continue
        for found in _others(match, folded, vocabulary):
            if not isinstance(found, str):
                tokens.append(found)
            elif tokens:
                breaks[len(tokens) - 1] = _stronger(breaks.get(len(tokens) - 1), found)
    return tokens, breaks


def _others(match: re.Match[str], folded: str, vocabulary: Vocabulary) -> Iterable[Token | str]:
    """What stands for words or breaks without being a plain word."""
    if match.lastgroup == "disguised":
        yield from _undisguised(match, vocabulary)
    elif match.lastgroup != "other":
        yield _strength(folded, match)
    elif (name := vocabulary.emoji.get(match.group())) is not None:
        yield from _tokens(name, match.start(), match.end(), vocabulary)


def _tokens(word: str, start: int, end: int, vocabulary: Vocabulary) -> list[Token]:
    return [Token(plain, ours, start, end) for plain, ours in vocabulary.read_as[word]]


def _undisguised(match: re.Match[str], vocabulary: Vocabulary) -> Iterator[Token | str]:
    """A word with signs in it: ours if it spells one ("r*pe", "su!cide"), else the words around the signs."""
    whole = clean(match.group())
    ours = _spelled(whole, vocabulary)
    if ours is not None:
        yield Token(ours, ours, match.start(), match.end())
        return
    for word in _WORD.finditer(match.group()):
        start = match.start() + word.start()
        yield from _tokens(clean(word.group()), start, match.start() + word.end(), vocabulary)
    if "!" in whole:
        yield SENTENCE


def _spelled(whole: str, vocabulary: Vocabulary) -> str | None:
    for candidate in (whole.replace("/", ""), whole):
        corrected = vocabulary.correct(candidate) if candidate.isalpha() else candidate
        if corrected in vocabulary.words and len(candidate) > 3:
            return corrected
    if _WILD in whole and len(whole) > 3:
        pattern = re.compile("".join("[a-z]" if c == _WILD else re.escape(c) for c in whole))
        return min(
            (w for w in vocabulary.words if len(w) == len(whole) and pattern.fullmatch(w)), default=None
        )
    mended = vocabulary.correct(whole)
    return mended if mended in vocabulary.words else None


def _strength(folded: str, match: re.Match[str]) -> str:
    mark = match.group()
    if "!" in mark or "?" in mark:
        return SENTENCE
    if mark != SENTENCE:
        return CLAUSE
    before = folded[match.start() - 2 : match.start()]
    return SENTENCE if folded[match.end() : match.end() + 1].isspace() or before.isalpha() else CLAUSE


def _stronger(old: str | None, new: str) -> str:
    return SENTENCE if SENTENCE in (old, new) else new


def _numbering(count: int, breaks: dict[int, str]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    sentence = 0
    sentences: list[int] = []
    clauses: list[int] = []
    for clause, (place, mark) in enumerate([*breaks.items(), (count - 1, "")]):
        more = place + 1 - len(clauses)
        sentences += [sentence] * more
        clauses += [clause] * more
        sentence += mark == SENTENCE
    return tuple(sentences), tuple(clauses)


def _line(words: Sequence[str], breaks: Mapping[int, str]) -> Line:
    parts = [f"{word} " for word in words]
    for place, mark in breaks.items():
        parts[place] += f"{mark} "
    ends = list(accumulate(map(len, parts), initial=0))
    return Line("".join(parts), ends[:-1])


def _index(words: Sequence[str], vocabulary: Vocabulary) -> dict[str, list[int]]:
    """Where each key stands: those of each word (see `Vocabulary.keys`), and of each word with the next."""
    index: dict[str, list[int]] = defaultdict(list)
    every = list(map(vocabulary.keys.__getitem__, words))
    for place, keys in enumerate(every):
        for key in keys:
            index[key].append(place)
    for place, (keys, after) in enumerate(pairwise(every)):
        for key in keys:
            for other in after:
                index[f"{key} {other}"].append(place)
    return index
