"""What identifies people and places, replaced by a placeholder before a model sees a word (law 8).

Sources of the two gazetteers are named in their first lines. Patterns are bounded, so a long
text takes time in proportion to its length.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path

GAZETTEERS = Path(__file__).with_name("gazetteers")
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]{0,7}"
_STREETS = (
    "road|rd|street|st|lane|avenue|ave|close|drive|crescent|gardens|terrace|grove|court|place|square|walk|way"
)
_NEEDS_NOTHING, _NEEDS_AT, _NEEDS_DIGIT, _NEEDS_LINK = "", "@", "digit", "link"
# Name, expression, and what a text must have for it to match anywhere: most texts need few of them.
# One that needs a digit has it among its first characters: see `_pattern`.
_PATTERNS = (
    ("email", r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,24}){1,4}", _NEEDS_AT),
    ("link", r"(?:https?://|www\.)\S{1,300}", _NEEDS_LINK),
    ("insurance", r"\b[a-z]{2} ?\d\d ?\d\d ?\d\d ?[a-d]\b", _NEEDS_DIGIT),
    ("postcode", r"\b[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}\b|\ble ?\d{1,2}\b", _NEEDS_DIGIT),
    (
        "plate",
        r"\b[a-z]{2}\d\d ?[a-z]{3}\b|\b[a-z]\d{1,3} ?[a-z]{3}\b(?<! (?:and|the|was|for|has))",
        _NEEDS_DIGIT,
    ),
    ("phone", r"(?:\+44|\b0)(?:[ ()-]?\d){8,12}\b", _NEEDS_DIGIT),
    (
        "date",
        rf"\b\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}\b|\b\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH}\b"
        r"|\b\d{4}-\d\d-\d\d\b",
        _NEEDS_DIGIT,
    ),
    ("money", r"[£$€] ?\d[\d,.]{0,12}k?\b", _NEEDS_DIGIT),
    ("time", r"\b\d{1,2}[:.]\d\d ?(?:[ap]\.?m\b)?", _NEEDS_DIGIT),
    ("place", rf"\b\d{{1,4}}[a-z]? [a-z]{{3,20}} (?:{_STREETS})\b", _NEEDS_DIGIT),
    ("name", r"\b(?:mrs?|ms|dr|pc|pcso|dc|ds|sgt)\.? [a-z]{3,20}\b", _NEEDS_NOTHING),
    ("year", r"\b(?:19[3-9]|20[0-4])\d\b", _NEEDS_DIGIT),
    ("number", r"\b\d[\d,.*/-]{2,30}\d\b|\b\d{4,30}\b", _NEEDS_DIGIT),
)
_DIGIT = re.compile(r"\d")
_NEAR = r"(?=\D{0,3}\d)"
# It begins with its capital and looks back for the edge of the word, so that capitals alone are tried.
_STREET = re.compile(rf"[A-Z](?<!\w[A-Z])[a-z]{{2,20}} (?:[A-Z][a-z]{{2,20}} )?(?i:{_STREETS})\b")


@dataclass(frozen=True, slots=True)
class Mask:
    """A stretch of text and the placeholder that stands for it."""

    start: int
    end: int
    form: str


@dataclass(frozen=True, slots=True)
class Gazetteers:
    """Names, and places by their first word, folded as texts are."""

    names: frozenset[str]
    places: Mapping[str, tuple[tuple[str, ...], ...]]
    firsts: frozenset[str]


@lru_cache(maxsize=1)
def gazetteers() -> Gazetteers:
    """The lists that ship with the package, read once."""
    places: dict[str, list[tuple[str, ...]]] = {}
    for line in _lines("places.txt"):
        words = tuple(line.split())
        places.setdefault(words[0], []).append(words)
    longest_first = {first: tuple(sorted(some, key=len, reverse=True)) for first, some in places.items()}
    names = frozenset(_lines("names.txt"))
    return Gazetteers(names, longest_first, names | longest_first.keys())


@lru_cache(maxsize=8)
def _pattern(at: bool, digit: bool, link: bool) -> re.Pattern[str]:
    """The patterns that a text can match, given what stands in it, the first that matches winning.

    Those that need a digit are only tried where one is near, in runs that keep their order.
    """
    has = {_NEEDS_NOTHING: True, _NEEDS_AT: at, _NEEDS_DIGIT: digit, _NEEDS_LINK: link}
    usable = [pattern for pattern in _PATTERNS if has[pattern[2]]]
    runs = (
        ("|".join(f"(?P<{name}>{source})" for name, source, _ in run), needs)
        for needs, run in groupby(usable, key=lambda pattern: pattern[2])
    )
    return re.compile("|".join(f"{_NEAR}(?:{run})" if needs == _NEEDS_DIGIT else run for run, needs in runs))


def _needed(folded: str) -> re.Pattern[str]:
    link = "://" in folded or "www." in folded
    return _pattern("@" in folded, _DIGIT.search(folded) is not None, link)


def masks(text: str, folded: str) -> list[Mask]:
    """Stretches of a text that a pattern identifies, in order and without overlaps."""
    streets = [Mask(m.start(), m.end(), "<place>") for m in _STREET.finditer(text)]
    patterns = [Mask(m.start(), m.end(), f"<{m.lastgroup}>") for m in _needed(folded).finditer(folded)]
    kept: list[Mask] = []
    for mask in sorted([*patterns, *streets], key=lambda mask: (mask.start, -mask.end)):
        if not kept or mask.start >= kept[-1].end:
            kept.append(mask)
    return kept


def listed(words: Sequence[str]) -> list[tuple[int, int, str]]:
    """Runs of words that the gazetteers list: first word, one past the last, placeholder."""
    known = gazetteers()
    found, done = [], 0
    for place in [place for place, word in enumerate(words) if word in known.firsts]:
        length = _place_length(words, place, known) if place >= done else 0
        if length:
            found.append((place, place + length, "<place>"))
        elif place >= done and words[place] in known.names:
            found.append((place, place + 1, "<name>"))
        done = max(done, place + length)
    return found


def _place_length(words: Sequence[str], at: int, known: Gazetteers) -> int:
    for name in known.places.get(words[at], ()):
        if tuple(words[at : at + len(name)]) == name:
            return len(name)
    return 0


def _lines(name: str) -> list[str]:
    lines = (GAZETTEERS / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]
