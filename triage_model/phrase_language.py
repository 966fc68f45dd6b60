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
from collections.abc import Mapping, Sequence
from functools import lru_cache

from triage_model.phrase_parts import (
    NUMBER,
    Part,
    PhraseError,
    either,
    gap,
    number,
    run,
    written,
)
from triage_model.phrases import Half, Phrase

SHORT_GAP, LONG_GAP, APART, FAR_APART = 3, 6, 10, 60
_LEXEMES = re.compile(r"\(|\)|\||\[|\]|\{[a-z_0-9]+\}|\.{2,3}\d*|&{1,2}\d*|<\d+-\d+>|[^\s()|\[\]{}&<>]+")
_ENDS = frozenset({")", "|", "]"})
_SIGNS = frozenset("()[]|{<.")
Lexicons = Mapping[str, Sequence[str]]


def compile_phrase(text: str, lexicons: Lexicons) -> Phrase:
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
    return Phrase(text, halves, apart=apart, anywhere=anywhere)


def _half(lexemes: Sequence[str], lexicons: Lexicons) -> Half:
    left = list(reversed(lexemes))
    parts = _sequence(left, lexicons)
    if left:
        raise PhraseError(f"there is a `{left[-1]}` too many")
    if not any(part.keys and not part.optional for part in parts):
        raise PhraseError("a phrase needs at least one word that must be there")
    if not parts[0].keys:
        raise PhraseError("a phrase cannot begin with a gap; begin with a word")
    alone = len(parts) == 1 and parts[0].least == parts[0].most == 1
    return Half(tuple(parts), one_word=alone and NUMBER not in parts[0].keys)


def _sequence(left: list[str], lexicons: Lexicons) -> list[Part]:
    """The parts up to the end of a group or of the phrase. What is left to read has its first lexeme last."""
    parts: list[Part] = []
    while left and left[-1] not in _ENDS:
        lexeme = left.pop()
        if lexeme in ("(", "["):
            parts.append(_group(lexeme, left, lexicons))
        else:
            parts += _single(lexeme, lexicons)
    return parts


def _group(opening: str, left: list[str], lexicons: Lexicons) -> Part:
    closing = ")" if opening == "(" else "]"
    options: list[Part] = []
    while True:
        option = _word_alone(left) or _sequence(left, lexicons)
        if not option:
            raise PhraseError(f"there is nothing between `{opening}` and what follows it")
        options.append(run(option))
        if not left:
            raise PhraseError(f"a `{closing}` is missing")
        if (mark := left.pop()) == closing:
            return either(options, optional=opening == "[")
        if mark != "|":
            raise PhraseError(f"there is a `{mark}` where `|` or `{closing}` should stand")


def _word_alone(left: list[str]) -> Sequence[Part]:
    """The next option if it is one written word, as most are: it is read without more ado."""
    alone = len(left) > 1 and left[-2] in _ENDS and left[-1][0] not in _SIGNS
    return written(left.pop()) if alone else ()


def _single(lexeme: str, lexicons: Lexicons) -> Sequence[Part]:
    if lexeme[0] == "{":
        return (_lexicon(lexeme[1:-1], lexicons),)
    if lexeme[0] == "<":
        low, high = map(int, lexeme[1:-1].split("-"))
        return (number(low, high),)
    if lexeme.startswith(".."):
        return (gap(int(lexeme.lstrip(".") or (LONG_GAP if lexeme.startswith("...") else SHORT_GAP))),)
    return written(lexeme)


def _lexicon(name: str, lexicons: Lexicons) -> Part:
    if name not in lexicons:
        raise PhraseError(f"there is no lexicon `{name}`; add it or correct its name")
    entries = tuple(lexicons[name])
    if not any("{" in entry for entry in entries):
        return _listed(name, entries)
    return _any_of(name, entries, {other: some for other, some in lexicons.items() if other != name})


@lru_cache(maxsize=1_000)
def _listed(name: str, entries: tuple[str, ...]) -> Part:
    """A lexicon that names no other, worked out once for all phrases that name it."""
    return _any_of(name, entries, {})


def _any_of(name: str, entries: Sequence[str], others: Lexicons) -> Part:
    options = []
    for entry in entries:
        left = _LEXEMES.findall(entry)[::-1]
        parts = _sequence(left, others)
        if left or not parts:
            raise PhraseError(f"`{entry}` in the lexicon `{name}` cannot be read")
        options.append(parts)
    # Longest first, so that "baby daddy" is not read as "baby" alone.
    options.sort(key=len, reverse=True)
    return either([run(parts) for parts in options], optional=False)
