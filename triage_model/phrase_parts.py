"""The pieces that a phrase is compiled from: words, gaps, numbers, and the groups that hold others.

A piece knows its expression, and what the first look asks about it: the keys it can begin with, and how
many words it may take.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from triage_model.reading import split

MOST_PAIRS = 100
NUMBER = "#"
_NONE: frozenset[str] = frozenset()
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


class Part(NamedTuple):
    """A piece of a phrase. `before` is how many words may stand in it before one of its keys: a group may
    begin with a gap."""

    expression: str
    keys: frozenset[str]
    words: frozenset[str]
    stems: frozenset[str] = _NONE
    optional: bool = False
    least: int = 1
    most: int = 1
    before: int = 0


class Need(NamedTuple):
    """Keys of which one must stand so many words after the first word of a half, at least and at most."""

    keys: frozenset[str]
    least: int
    most: int


def gap(most: int) -> Part:
    """Up to so many words of one sentence, as few as will do."""
    return Part(f"((?:[^ .]+ ){{0,{most}}}?)", _NONE, _NONE, optional=True, least=0, most=most)


def number(low: int, high: int) -> Part:
    """A number in digits or words."""
    if high - low > 200 or high < low:
        raise PhraseError(f"`<{low}-{high}>` should run from a smaller to a larger number, at most 200 apart")
    digits = [str(n) for n in range(low, high + 1)]
    spelled = [word for n, word in enumerate(_NUMBERS) if low <= n <= high]
    options = "|".join(sorted([*digits, *spelled], key=len, reverse=True))
    return Part(f"(?:{options}) {_BREAK}", frozenset([NUMBER, *spelled]), frozenset(spelled))


@lru_cache(maxsize=20_000)
def written(lexeme: str) -> tuple[Part, ...]:
    """The parts of one written word, worked out once: the same words stand in many phrases."""
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
        return (*before, Part(expression, keys, _NONE, stems=frozenset([stem])))
    return (*before, _word(inflections(words[-1]) if ending == "+" else (words[-1],)))


def _word(forms: Sequence[str]) -> Part:
    options = "|".join(re.escape(form) for form in sorted(set(forms), key=len, reverse=True))
    inner = options if len(set(forms)) == 1 else f"(?:{options})"
    return Part(f"{inner} {_BREAK}", frozenset(forms), frozenset(forms))


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


def run(parts: Sequence[Part]) -> Part:
    """Parts in a row as one."""
    if len(parts) == 1:
        return parts[0]
    return Part(
        expression="".join([part.expression for part in parts]),
        keys=firsts(parts),
        words=_NONE.union(*[part.words for part in parts]),
        stems=_NONE.union(*[part.stems for part in parts]),
        optional=all(part.optional for part in parts),
        least=sum([part.least for part in parts]),
        most=sum([part.most for part in parts]),
        before=_before(parts),
    )


def either(options: Sequence[Part], *, optional: bool) -> Part:
    """One of several, or of several or none."""
    inner = "|".join([option.expression for option in options])
    return Part(
        expression=f"(?:{inner})?" if optional else f"(?:{inner})",
        keys=_NONE.union(*[option.keys for option in options]),
        words=_NONE.union(*[option.words for option in options]),
        stems=_NONE.union(*[option.stems for option in options]),
        optional=optional or any(option.optional for option in options),
        least=0 if optional else min([option.least for option in options]),
        most=max([option.most for option in options]),
        before=max([option.before for option in options]),
    )


def firsts(parts: Sequence[Part]) -> frozenset[str]:
    """The keys that a run can begin with: where two words must stand in a row, they are one key."""
    keys: set[str] = set()
    for place, part in enumerate(parts):
        if not part.optional:
            return frozenset(keys | (_pairs(part, parts[place + 1 : place + 2]) or part.keys))
        keys |= part.keys
    return frozenset(keys)


def _before(parts: Sequence[Part]) -> int:
    """How many words may stand in a run before the first that is one of its keys."""
    gaps = most = 0
    for part in parts:
        most = max(most, gaps + part.before)
        if not part.optional:
            break
        gaps += 0 if part.keys else part.most
    return most


def _pairs(part: Part, after: Sequence[Part]) -> frozenset[str]:
    """The keys of two words, if what follows a part follows it at once; none if they would be very many."""
    if not after or after[0].optional or after[0].before or not part.least == part.most == 1:
        return frozenset()
    seconds = {key.partition(" ")[0] for key in after[0].keys}
    if len(part.keys) * len(seconds) > MOST_PAIRS:
        return frozenset()
    return frozenset(f"{one} {two}" for one in part.keys for two in seconds)


@lru_cache(maxsize=20_000)
def rarity(keys: frozenset[str]) -> tuple[bool, float, int]:
    """How seldom a text has one of these keys, roughly: uncommon words, long words, few words."""
    return keys.isdisjoint(_COMMON), min(map(len, keys)) - len(keys) / 50, -len(keys)


def needs(parts: Sequence[Part]) -> tuple[Need, ...]:
    """What a run must have where for it to stand there, rarest first."""
    return tuple(sorted(set(_needs(parts)), key=lambda need: rarity(need.keys), reverse=True))


def _needs(parts: Sequence[Part]) -> Iterator[Need]:
    """What a run begins with, and each part that must be there with how far on it may be."""
    yield Need(firsts(parts), 0, 0)
    least = most = 0
    for place, part in enumerate(parts):
        if part.keys and not part.optional:
            yield Need(firsts(parts[place:]), least, most + part.before)
        least, most = least + part.least, most + part.most
