"""Compiled phrases and where they stand in a text: a first look in bits, then the bounded expression.

The law it keeps: the first look leaves out no place at which the expression would match.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from triage_model.phrase_parts import Need, Part, needs, rarity, run
from triage_model.places import Bits, Places, any_near, before, bits, each
from triage_model.reading import Line, Reading, Spelled

NEAR, MAX_MATCHES = 4, 12
LOOKS = 3


class Match(NamedTuple):
    """Which words a phrase was found at: the first, and the one after the last.

    `free` are the stretches within that the phrase left open: its gaps, and what stands between two halves.
    Halves that may be sentences apart have a `joint`, and of what is between only the end is theirs.
    Matches order by place; one without a joint, which has an empty one, comes before its twin with one.
    """

    first: int
    last: int
    free: tuple[tuple[int, int], ...] = ()
    joint: tuple[int, ...] = ()


@dataclass(frozen=True)
class Half:
    """A run of words with gaps: the whole of a plain phrase, or one side of an `&`.

    Where each of its matches is one word that a key names, `one_word` says so.
    """

    parts: tuple[Part, ...]
    one_word: bool = False

    @cached_property
    def whole(self) -> Part:
        return run(self.parts)

    @cached_property
    def needs(self) -> tuple[Need, ...]:
        """What must stand where for it to begin, rarest first."""
        return needs(self.parts)

    @cached_property
    def expression(self) -> re.Pattern[str]:
        # Compiled when a text first has all that it needs: most phrases never need to be.
        return re.compile(self.whole.expression)

    def starts(self, places: Places) -> Bits:
        """Where it may begin, since all that it needs stands near enough."""
        found = -1
        for keys, least, most in self.needs:
            there = places.of(keys)
            found &= before(there, least, most) if most else there
            if not found:
                return 0
        return found

    def at(self, starts: Bits, line: Line) -> list[Match]:
        """Where it stands, of the places where it may begin; without overlaps."""
        found: list[Match] = []
        for place in each(starts):
            if found and place < found[-1].last:
                continue
            match = self._match(place, line)
            if match:
                found.append(match)
                if len(found) == MAX_MATCHES:
                    break
        return found

    def _match(self, place: int, line: Line) -> Match | None:
        if self.one_word:
            return Match(place, place + 1)
        match = self.expression.match(line.text, line.places[place])
        return Match(place, line.token_at(match.end()), _free(match, line)) if match else None


def _free(match: re.Match[str], line: Line) -> tuple[tuple[int, int], ...]:
    spans = (match.span(group) for group in range(1, match.re.groups + 1))
    return tuple((line.token_at(start), line.token_at(end)) for start, end in spans if end > start)


@dataclass(frozen=True)
class Phrase:
    """One compiled phrase."""

    text: str
    halves: tuple[Half, ...]
    apart: int = 0
    anywhere: bool = False

    @cached_property
    def needs(self) -> tuple[frozenset[str], ...]:
        """A text where it stands has a key of each of these: rarest first."""
        every = {need.keys for half in self.halves for need in half.needs}
        return tuple(sorted(every, key=rarity, reverse=True))

    def find(self, reading: Reading, *, plain: bool = False) -> list[Match]:
        """Where the phrase stands, without overlaps, in the rulebook's spelling or as typed."""
        spelled = reading.plain if plain else reading.ours
        starts = self.halves[0].starts(spelled.places)
        if not starts:
            return []
        if len(self.halves) == 1:
            return self.halves[0].at(starts, spelled.line)
        return self._joined(starts, spelled, None if self.anywhere else reading.sentence)

    def _joined(self, starts: Bits, spelled: Spelled, sentence: Sequence[int] | None) -> list[Match]:
        one, other = self.halves
        others = other.starts(spelled.places)
        after = one.whole.most + self.apart, other.whole.most + self.apart
        if not any_near(starts, others, after=after):
            return []
        left = one.at(starts, spelled.line)
        return list(_together(left, other.at(others, spelled.line), sentence, self.apart)) if left else []


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
                joint = between if sentence is None else ()
                if joint:
                    between = (max(first.last, last.first - NEAR), last.first)
                yield Match(first.first, last.last, (*first.free, *last.free, between), joint)
                break


class PhraseSet:
    """Some phrases to look for together: only those are tried of which a text has the rarest keys.

    That look is one for all: a number has a bit for each phrase and each of so many needs.
    """

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self.phrases = tuple(phrases)
        self._met, self._by_key = _looks(self.phrases)

    def possible(self, spelled: Spelled) -> Iterator[int]:
        """Numbers of the phrases that could stand in a text, in order."""
        met, count = self._met, len(self.phrases)
        for key in spelled.places.index.keys() & self._by_key.keys():
            met |= self._by_key[key]
        possible = (1 << count) - 1
        for rank in range(LOOKS):
            possible &= met >> rank * count
        return each(possible)

    def find(self, reading: Reading, *, plain: bool = False) -> list[Match]:
        """Every match of every phrase, in order of place and without repeats."""
        numbers = self.possible(reading.plain if plain else reading.ours)
        found = {m for number in numbers for m in self.phrases[number].find(reading, plain=plain)}
        return sorted(found)

    def first(self, reading: Reading) -> Match | None:
        """The first match of the first phrase that stands in a text."""
        found = (self.phrases[number].find(reading) for number in self.possible(reading.ours))
        return next((matches[0] for matches in found if matches), None)


def _looks(phrases: Sequence[Phrase]) -> tuple[Bits, dict[str, Bits]]:
    """Which of their rarest needs each key meets, and which need not be met: a phrase may have few."""
    by_key: dict[str, list[int]] = defaultdict(list)
    met = []
    for rank in range(LOOKS):
        for number, phrase in enumerate(phrases, rank * len(phrases)):
            if rank >= len(phrase.needs):
                met.append(number)
            for key in phrase.needs[rank] if rank < len(phrase.needs) else ():
                by_key[key].append(number)
    return bits(met), {key: bits(numbers) for key, numbers in by_key.items()}


class PhraseGroups:
    """Several sets of phrases under names, looked for in one pass over a text."""

    def __init__(self, groups: Mapping[str, PhraseSet]) -> None:
        owned = [(name, phrase) for name, some in groups.items() for phrase in some.phrases]
        self._names = tuple(groups)
        self._owners = [name for name, _ in owned]
        self._every = PhraseSet(phrase for _, phrase in owned)

    def find(self, reading: Reading, *, plain: bool = False) -> dict[str, list[Match]]:
        """Every match of each group, in order of place and without repeats."""
        found: dict[str, set[Match]] = {name: set() for name in self._names}
        for number in self._every.possible(reading.plain if plain else reading.ours):
            found[self._owners[number]].update(self._every.phrases[number].find(reading, plain=plain))
        return {name: sorted(matches) for name, matches in found.items()}


def vocabulary_of(phrases: Iterable[Phrase]) -> tuple[frozenset[str], frozenset[str]]:
    """All words, and all stems, of some phrases."""
    words: set[str] = set()
    stems: set[str] = set()
    for part in (part for phrase in phrases for half in phrase.halves for part in half.parts):
        words |= part.words
        stems |= part.stems
    return frozenset(words), frozenset(stems)
