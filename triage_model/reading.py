"""One reading of a text: its words in the rulebook's spelling, where they stand, and where sentences end.

Every rule, context cue and signpost reads the same Reading, so a text is read once.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from triage_model.spelling import DROPPED, Vocabulary, clean, fold

SENTENCE, CLAUSE = ".", ","
_SCAN = re.compile(
    r"(?P<disguised>[^\W_]*[*@$!|/][^\W_]+(?:[*@$!|/]+[^\W_]+)*)"
    r"|(?P<number>\d+(?=[^\W\d_]))"
    rf"|(?P<word>[^\W_]+(?:[{DROPPED}']+[^\W_]+)*)"
    r"|(?P<blank>\n\s*(?:\n|[-*•·]))"
    r"|(?P<mark>[.!?…,;:()\[\]\"-]+)"
    r"|(?P<other>[^\w\s\x00])"
)
_WORD = re.compile(rf"[^\W_]+(?:[{DROPPED}']+[^\W_]+)*")
_WILD = "*"


@dataclass(frozen=True, slots=True)
class Token:
    """One word: as typed in folded form, as the rulebook spells it, and where it stands."""

    plain: str
    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Line:
    """Words joined by single spaces with their breaks, for bounded expressions to run over."""

    text: str
    places: tuple[int, ...]

    def token_at(self, offset: int) -> int:
        return bisect_left(self.places, offset)


@dataclass(frozen=True)
class Reading:
    """The words of one text. `sentence[i]` and `clause[i]` number the stretch that word i stands in."""

    tokens: tuple[Token, ...]
    sentence: tuple[int, ...]
    clause: tuple[int, ...]
    line: Line
    plain_line: Line
    index: dict[str, list[int]] = field(default_factory=dict)
    plain_index: dict[str, list[int]] = field(default_factory=dict)

    def stretch(self, first: int, last: int) -> tuple[int, int]:
        """Where the words from the first up to the last, which is left out, stand in the text."""
        return self.tokens[first].start, self.tokens[last - 1].end


def read(text: str, vocabulary: Vocabulary) -> Reading:
    """Read a text once, in time linear in its length."""
    tokens: list[Token] = []
    breaks: dict[int, str] = {}
    for found in _pieces(fold(text), vocabulary):
        if isinstance(found, Token):
            tokens.append(found)
        elif tokens:
            breaks[len(tokens) - 1] = _stronger(breaks.get(len(tokens) - 1), found)
    sentence, clause = _numbering(len(tokens), breaks)
    return Reading(
        tokens=tuple(tokens),
        sentence=sentence,
        clause=clause,
        line=_line([token.word for token in tokens], breaks),
        plain_line=_line([token.plain for token in tokens], breaks),
        index=_index([token.word for token in tokens], vocabulary.indexed_stems),
        plain_index=_index([token.plain for token in tokens], vocabulary.indexed_stems),
    )


def split(phrase: str) -> list[str]:
    """The plain words of a phrase, cut as a text is."""
    cut = re.sub(r"(\d)(?=[^\W\d_])", r"\1 ", fold(phrase))
    return [clean(match.group()) for match in _WORD.finditer(cut)]


def _pieces(folded: str, vocabulary: Vocabulary) -> Iterator[Token | str]:
    for match in _SCAN.finditer(folded):
        kind = match.lastgroup
        if kind in {"word", "number"}:
            yield from _tokens(clean(match.group()), match.start(), match.end(), vocabulary)
        elif kind == "disguised":
            yield from _undisguised(match, vocabulary)
        elif kind in {"mark", "blank"}:
            yield _strength(folded, match)
        elif (name := vocabulary.emoji.get(match.group())) is not None:
            yield from _tokens(name, match.start(), match.end(), vocabulary)


def _tokens(word: str, start: int, end: int, vocabulary: Vocabulary) -> Iterator[Token]:
    for part in vocabulary.joined.get(word, (word,)):
        yield Token(part, vocabulary.correct(part), start, end)


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
    sentence, clause, sentences, clauses = 0, 0, [], []
    for i in range(count):
        sentences.append(sentence)
        clauses.append(clause)
        sentence += breaks.get(i) == SENTENCE
        clause += i in breaks
    return tuple(sentences), tuple(clauses)


def _line(words: Sequence[str], breaks: dict[int, str]) -> Line:
    parts, places, offset = [], [], 0
    for i, word in enumerate(words):
        places.append(offset)
        part = f"{word} {breaks[i]} " if i in breaks else f"{word} "
        parts.append(part)
        offset += len(part)
    return Line("".join(parts), tuple(places))


def _index(words: Sequence[str], stems: frozenset[str]) -> dict[str, list[int]]:
    """Where each word stands; a stem is listed as `stem*`, and any number as `#`."""
    index: dict[str, list[int]] = {}
    for i, word in enumerate(words):
        index.setdefault(word, []).append(i)
        if word.isdigit():
            index.setdefault("#", []).append(i)
        for length in range(3, len(word) + 1):
            if word[:length] in stems:
                index.setdefault(word[:length] + "*", []).append(i)
    return index
