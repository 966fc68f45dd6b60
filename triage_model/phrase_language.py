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
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from triage_model.phrases import Half, Need, Phrase
from triage_model.reading import split

SHORT_GAP, LONG_GAP, APART, FAR_APART = 3, 6, 10, 60
MOST_PAIRS = 100
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


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a phrase: its expression, the keys it can begin with, its words, how many it may take.

    `before` is how many words may stand in it before one of its keys: a group may begin with a gap.
    """

    expression: str
    keys: frozenset[str]
    words: frozenset[str]
    optional: bool = False
    stems: frozenset[str] = frozenset()
    least: int = 1
    most: int = 1
    before: int = 0


def compile_phrase(text: str, lexicons: Mapping[str, Sequence[str]]) -> Phrase:
    """Read a phrase. Raises PhraseError that says what to mend."""
    lexemes = _LEXEMES.findall(text)
    joints = [i for i, lexeme in enumerate(lexemes) if lexeme.startswith("&")]
    if len(joints) > 1:
        raise PhraseError("use one & at most; write two phrases instead")
    if not joints:
        return _phrase(text, (_half(lexemes, lexicons),))
    joint = joints[0]
    anywhere = lexemes[joint].startswith("&&")
    apart = int(lexemes[joint].lstrip("&") or (FAR_APART if anywhere else APART))
    halves = (_half(lexemes[:joint], lexicons), _half(lexemes[joint + 1 :], lexicons))
    return _phrase(text, halves, apart=apart, anywhere=anywhere)


def _phrase(text: str, halves: tuple[Half, ...], **bounds: Any) -> Phrase:
    needs = {need.keys for half in halves for need in half.needs}
    return Phrase(text, halves, tuple(sorted(needs, key=_rarity, reverse=True)), **bounds)


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


def _half(lexemes: Sequence[str], lexicons: Mapping[str, Sequence[str]]) -> Half:
    parts, rest = _sequence(list(lexemes), lexicons)
    if rest:
        raise PhraseError(f"there is a `{rest[0]}` too many")
    required = [part for part in parts if not part.optional and part.keys]
    if not required:
        raise PhraseError("a phrase needs at least one word that must be there")
    if not parts[0].keys:
        raise PhraseError("a phrase cannot begin with a gap; begin with a word")
    return Half(
        source="".join(part.expression for part in parts),
        needs=tuple(sorted(set(_needs(parts)), key=lambda need: _rarity(need.keys), reverse=True)),
        words=frozenset().union(*(part.words for part in parts)),
        stems=frozenset().union(*(part.stems for part in parts)),
        most=sum(part.most for part in parts),
        one_word=len(parts) == 1 and parts[0].least == parts[0].most == 1 and NUMBER not in parts[0].keys,
    )


def _needs(parts: Sequence[_Part]) -> Iterator[Need]:
    """What a run begins with, and each part that must be there with how far on it may be."""
    yield Need(_firsts(parts), 0, 0)
    least = most = 0
    for place, part in enumerate(parts):
        if part.keys and not part.optional:
            yield Need(_firsts(parts[place:]), least, most + part.before)
        least, most = least + part.least, most + part.most


def _before(parts: Sequence[_Part]) -> int:
    """How many words may stand in a run before the first that is one of its keys."""
    gaps = most = 0
    for part in parts:
        most = max(most, gaps + part.before)
        if not part.optional:
            break
        gaps += 0 if part.keys else part.most
    return most


def _firsts(parts: Sequence[_Part]) -> frozenset[str]:
    """The keys that a run can begin with: where two words must stand in a row, they are one key."""
    keys: set[str] = set()
    for place, part in enumerate(parts):
        if not part.optional:
            return frozenset(keys | (_pairs(part, parts[place + 1 : place + 2]) or part.keys))
        keys |= part.keys
    return frozenset(keys)


def _pairs(part: _Part, after: Sequence[_Part]) -> frozenset[str]:
    """The keys of two words, if what follows a part follows it at once; none if they would be very many."""
    if not after or after[0].optional or after[0].before or not part.least == part.most == 1:
        return frozenset()
    seconds = {key.partition(" ")[0] for key in after[0].keys}
    if len(part.keys) * len(seconds) > MOST_PAIRS:
        return frozenset()
    return frozenset(f"{one} {two}" for one in part.keys for two in seconds)


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
    may_be_none = optional or any(all(part.optional for part in parts) for parts in options)
    return _Part(
        expression=f"(?:{inner})" + ("?" if optional else ""),
        keys=frozenset().union(*(_firsts(parts) for parts in options)),
        words=frozenset().union(*(part.words for part in every)),
        stems=frozenset().union(*(part.stems for part in every)),
        optional=may_be_none,
        least=0 if may_be_none else min(sum(part.least for part in parts) for parts in options),
        most=max(sum(part.most for part in parts) for parts in options),
        before=max(map(_before, options)),
    )


def _single(lexeme: str, lexicons: Mapping[str, Sequence[str]]) -> Iterator[_Part]:
    if lexeme.startswith(".."):
        most = int(lexeme.lstrip(".") or (LONG_GAP if lexeme.startswith("...") else SHORT_GAP))
        expression = f"((?:[^ .]+ ){{0,{most}}}?)"
        yield _Part(expression, frozenset(), frozenset(), optional=True, least=0, most=most)
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
