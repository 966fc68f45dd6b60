"""The phrase language: what a rule author writes, compiled once to a bounded expression.

    word            itself; six letters or more forgive one typo
    kick+           kick, kicks, kicked, kicking
    threaten*       any word that begins so
    (a|b c)         one of these
    [really]        may be there or not
    ..  ...  ..9    up to 3, up to 6, up to 9 other words, never past the end of a sentence
    {partner}       one of the words in a lexicon
    <0-12>          a number
    A & B           both in one sentence, in either order, at most 10 words apart (&4: at most 4)
    A && B          both within 60 words, whatever the sentences

A compiled phrase has no nested repetition and every gap is bounded, so matching is linear in the text.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from triage_model.reading import Line, Reading, split

SHORT_GAP, LONG_GAP, APART, FAR_APART, NEAR, MAX_MATCHES = 3, 6, 10, 60, 4, 12
NUMBER = "#"
_LEXEMES = re.compile(r"\(|\)|\||\[|\]|\{[a-z_0-9]+\}|\.{2,3}\d*|&{1,2}\d*|<\d+-\d+>|[^\s()|\[\]{}&<>]+")
_BREAK = "(?:, )?"
_COMMON_WORDS = """
a i im ive id you he hes she shes it its we were they theyre me my his her him their them us our your
the this that there theres is are was be been has have had do does did on in at to of for from with by
and or but so if not no dont wont cant up out off just now all some someone who what when
"""
_COMMON = frozenset(_COMMON_WORDS.split())
_NUMBERS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    *("nineteen", "twenty"),
)


class PhraseError(ValueError):
    """A phrase that cannot be read; the message says what to mend."""


class Match(NamedTuple):
    """Which words a phrase was found at: the first, and the one after the last.

    `free` are the stretches within that the phrase left open: its gaps, and what stands between two halves.
    Halves that may be sentences apart have a `joint`, and of what is between only the end is theirs.
    """

    first: int
    last: int
    free: tuple[tuple[int, int], ...] = ()
    joint: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a phrase: its expression, the keys it can begin with, its words."""

    expression: str
    keys: frozenset[str]
    words: frozenset[str]
    optional: bool = False
    stems: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Phrase:
    """One compiled phrase. `anchors` are keys of which one must be in a text for it to match."""

    text: str
    halves: tuple["_Half", ...]
    apart: int = APART
    anywhere: bool = False

    @cached_property
    def anchors(self) -> frozenset[str]:
        return max((half.anchors for half in self.halves), key=_rarity)

    @property
    def words(self) -> frozenset[str]:
        return frozenset().union(*(half.words for half in self.halves))

    @property
    def stems(self) -> frozenset[str]:
        return frozenset().union(*(half.stems for half in self.halves))

    def find(self, reading: Reading, *, plain: bool = False) -> list[Match]:
        """Where the phrase stands, without overlaps, in the rulebook's spelling or as typed."""
        index, line = (reading.plain_index, reading.plain_line) if plain else (reading.index, reading.line)
        found = self.halves[0].find(index, line)
        if not found or len(self.halves) == 1:
            return found
        sentence = None if self.anywhere else reading.sentence
        return list(_together(found, self.halves[1].find(index, line), sentence, self.apart))


@dataclass(frozen=True)
class _Half:
    """A run of words with gaps: the whole of a plain phrase, or one side of an `&`.

    `needs` are sets of keys, the rarest first: without one of each in a text, it cannot stand there.
    """

    source: str
    firsts: frozenset[str]
    needs: tuple[frozenset[str], ...]
    words: frozenset[str]
    stems: frozenset[str]

    @property
    def anchors(self) -> frozenset[str]:
        return self.needs[0]

    @cached_property
    def expression(self) -> re.Pattern[str]:
        # Compiled when a text first has its anchor: most phrases never need to be.
        return re.compile(self.source)

    def find(self, index: Mapping[str, Sequence[int]], line: Line) -> list[Match]:
        present = index.keys()
        for keys in self.needs:
            if present.isdisjoint(keys):
                return []
        found: list[Match] = []
        for place in self._starts(index):
            if found and (place < found[-1].last or len(found) == MAX_MATCHES):
                continue
            match = self.expression.match(line.text, line.places[place])
            if match:
                found.append(Match(place, line.token_at(match.end()), _free(match, line)))
        return found

    def _starts(self, index: Mapping[str, Sequence[int]]) -> Sequence[int]:
        lists = [index[key] for key in index.keys() & self.firsts]
        return lists[0] if len(lists) == 1 else sorted({place for places in lists for place in places})


def _free(match: re.Match[str], line: Line) -> tuple[tuple[int, int], ...]:
    spans = (match.span(group) for group in range(1, match.re.groups + 1))
    return tuple((line.token_at(start), line.token_at(end)) for start, end in spans if end > start)


def compile_phrase(text: str, lexicons: Mapping[str, Sequence[str]]) -> Phrase:
    """Read a phrase. Raises PhraseError that says what to mend."""
    lexemes = _LEXEMES.findall(text)
    joints = [i for i, lexeme in enumerate(lexemes) if lexeme.startswith("&")]
    if len(joints) > 1:
        raise PhraseError("use one & at most; write two phrases instead")
    if not joints:
        return Phrase(text, (_half(lexemes, lexicons),))
    joint = joints[0]
    anywhere = lexemes[joint].startswith("&&")
    apart = int(lexemes[joint].lstrip("&") or (FAR_APART if anywhere else APART))
    halves = (_half(lexemes[:joint], lexicons), _half(lexemes[joint + 1 :], lexicons))
    return Phrase(text, halves, apart, anywhere)


def inflections(verb: str) -> tuple[str, ...]:
    """The regular forms of an English verb: kick, kicks, kicked, kicking; doubled and e-less where apt."""
    if verb.endswith("e"):
        return (verb, verb + "s", verb + "d", verb[:-1] + "ing")
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return (verb, verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing")
    plural = verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "z")) else "s")
    doubled = (verb + verb[-1] + "ed", verb + verb[-1] + "ing") if _doubles(verb) else ()
    return (verb, plural, verb + "ed", verb + "ing", *doubled)


def _doubles(verb: str) -> bool:
    return bool(re.search(r"[^aeiou][aeiou][bdgmnprt]$", verb))


def _half(lexemes: Sequence[str], lexicons: Mapping[str, Sequence[str]]) -> _Half:
    parts, rest = _sequence(list(lexemes), lexicons)
    if rest:
        raise PhraseError(f"there is a `{rest[0]}` too many")
    required = [part for part in parts if not part.optional and part.keys]
    if not required:
        raise PhraseError("a phrase needs at least one word that must be there")
    if not parts[0].keys:
        raise PhraseError("a phrase cannot begin with a gap; begin with a word")
    return _Half(
        source="".join(part.expression for part in parts),
        firsts=_firsts(parts),
        needs=tuple(sorted({part.keys for part in required}, key=_rarity, reverse=True)),
        words=frozenset().union(*(part.words for part in parts)),
        stems=frozenset().union(*(part.stems for part in parts)),
    )


def _firsts(parts: Sequence[_Part]) -> frozenset[str]:
    keys: set[str] = set()
    for part in parts:
        keys |= part.keys
        if not part.optional:
            break
    return frozenset(keys)


def _rarity(keys: frozenset[str]) -> tuple[bool, float, int]:
    """How seldom a text has one of these keys, roughly: uncommon words, long words, few words."""
    return not keys & _COMMON, min(map(len, keys)) - len(keys) / 50, -len(keys)


def _sequence(lexemes: list[str], lexicons: Mapping[str, Sequence[str]]) -> tuple[list[_Part], list[str]]:
    parts: list[_Part] = []
    while lexemes and lexemes[0] not in {")", "|", "]"}:
        lexeme = lexemes.pop(0)
        if lexeme in {"(", "["}:
            part, lexemes = _group(lexeme, lexemes, lexicons)
            parts.append(part)
        else:
            parts.extend(_single(lexeme, lexicons))
    return parts, lexemes


def _group(
    opening: str, lexemes: list[str], lexicons: Mapping[str, Sequence[str]]
) -> tuple[_Part, list[str]]:
    closing = ")" if opening == "(" else "]"
    options: list[list[_Part]] = []
    while True:
        parts, lexemes = _sequence(lexemes, lexicons)
        if not parts:
            raise PhraseError(f"there is nothing between `{opening}` and what follows it")
        options.append(parts)
        if not lexemes:
            raise PhraseError(f"a `{closing}` is missing")
        if (mark := lexemes.pop(0)) == closing:
            return _either(options, optional=opening == "["), lexemes
        if mark != "|":
            raise PhraseError(f"there is a `{mark}` where `|` or `{closing}` should stand")


def _either(options: Sequence[Sequence[_Part]], *, optional: bool) -> _Part:
    inner = "|".join("".join(part.expression for part in parts) for parts in options)
    every = [part for parts in options for part in parts]
    return _Part(
        expression=f"(?:{inner})" + ("?" if optional else ""),
        keys=frozenset().union(*(_firsts(parts) for parts in options)),
        words=frozenset().union(*(part.words for part in every)),
        stems=frozenset().union(*(part.stems for part in every)),
        optional=optional or any(all(part.optional for part in parts) for parts in options),
    )


def _single(lexeme: str, lexicons: Mapping[str, Sequence[str]]) -> Iterator[_Part]:
    if lexeme.startswith(".."):
        most = int(lexeme.lstrip(".") or (LONG_GAP if lexeme.startswith("...") else SHORT_GAP))
        yield _Part(f"((?:[^ .]+ ){{0,{most}}}?)", frozenset(), frozenset(), optional=True)
    elif lexeme.startswith("{"):
        yield _lexicon(lexeme[1:-1], lexicons)
    elif lexeme.startswith("<"):
        yield _number(lexeme)
    else:
        yield from _words(lexeme)


def _lexicon(name: str, lexicons: Mapping[str, Sequence[str]]) -> _Part:
    if name not in lexicons:
        raise PhraseError(f"there is no lexicon `{name}`; add it or correct its name")
    others = {other: entries for other, entries in lexicons.items() if other != name}
    options = []
    for entry in lexicons[name]:
        parts, rest = _sequence(_LEXEMES.findall(entry), others)
        if rest or not parts:
            raise PhraseError(f"`{entry}` in the lexicon `{name}` cannot be read")
        options.append(parts)
    # Longest first, so that "baby daddy" is not read as "baby" alone.
    options.sort(key=len, reverse=True)
    return _either(options, optional=False)


def _number(lexeme: str) -> _Part:
    low, high = map(int, lexeme[1:-1].split("-"))
    if high - low > 200 or high < low:
        raise PhraseError(f"`{lexeme}` should run from a smaller to a larger number, at most 200 apart")
    digits = [str(n) for n in range(low, high + 1)]
    spelled = [word for n, word in enumerate(_NUMBERS) if low <= n <= high]
    options = "|".join(sorted([*digits, *spelled], key=len, reverse=True))
    return _Part(f"(?:{options}) {_BREAK}", frozenset([NUMBER, *spelled]), frozenset(spelled))


@lru_cache(maxsize=20_000)
def _words(lexeme: str) -> tuple[_Part, ...]:
    """The parts of one written word, worked out once: lexicons repeat the same words in many phrases."""
    ending = lexeme[-1] if lexeme[-1] in "*+" else ""
    words = split(lexeme)
    if not words:
        raise PhraseError(f"`{lexeme}` has no letters; write a word")
    before = tuple(_word((word,)) for word in words[:-1])
    if ending == "*":
        stem = words[-1]
        if len(stem) < 3:
            raise PhraseError(f"`{lexeme}` is too short a stem; give three letters or more")
        expression, keys = f"{re.escape(stem)}[^ ]* {_BREAK}", frozenset([stem + "*"])
        return (*before, _Part(expression, keys, frozenset(), stems=frozenset([stem])))
    return (*before, _word(inflections(words[-1]) if ending == "+" else (words[-1],)))


def _word(forms: Sequence[str]) -> _Part:
    options = "|".join(re.escape(form) for form in sorted(set(forms), key=len, reverse=True))
    inner = options if len(set(forms)) == 1 else f"(?:{options})"
    return _Part(f"{inner} {_BREAK}", frozenset(forms), frozenset(forms))


def _together(
    left: Sequence[Match], right: Sequence[Match], sentence: Sequence[int] | None, apart: int
) -> Iterator[Match]:
    """Pairs of matches that stand in one sentence, not far apart; each left match is used once."""
    starts = [match.first for match in right]
    for one in left:
        near = bisect_left(starts, one.first)
        for other in right[max(0, near - 1) : near + 2]:
            first, last = min(one, other), max(one, other)
            close = first.last <= last.first <= first.last + apart
            if close and (sentence is None or sentence[first.first] == sentence[last.first]):
                between = (first.last, last.first)
                joint = between if sentence is None else None
                if joint:
                    between = (max(first.last, last.first - NEAR), last.first)
                yield Match(first.first, last.last, (*first.free, *last.free, between), joint)
                break


class PhraseSet:
    """Some phrases to look for together: only those of which an anchor stands in a text are tried."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self.phrases = tuple(phrases)
        self._by_anchor: dict[str, list[int]] = {}
        for number, phrase in enumerate(self.phrases):
            for key in phrase.anchors:
                self._by_anchor.setdefault(key, []).append(number)

    def possible(self, index: Mapping[str, Sequence[int]]) -> list[int]:
        """Numbers of the phrases that could stand in a text with this index, in order."""
        anchors = self._by_anchor
        return sorted({number for key in index if key in anchors for number in anchors[key]})

    def find(self, reading: Reading, *, plain: bool = False) -> list[Match]:
        """Every match of every phrase, in order of place and without repeats."""
        numbers = self.possible(reading.plain_index if plain else reading.index)
        return sorted({m for number in numbers for m in self.phrases[number].find(reading, plain=plain)})

    def first(self, reading: Reading) -> Match | None:
        """The first match of the first phrase that stands in a text."""
        found = (self.phrases[number].find(reading) for number in self.possible(reading.index))
        return next((matches[0] for matches in found if matches), None)


def vocabulary_of(phrases: Iterable[Phrase]) -> tuple[frozenset[str], frozenset[str]]:
    """All words, and all stems, of some phrases."""
    some = list(phrases)
    return (
        frozenset().union(*(phrase.words for phrase in some)),
        frozenset().union(*(phrase.stems for phrase in some)),
    )
