"""Changes of a report that must not make it less urgent: who is in it, where it is, how it is typed.

Each suite rewrites the urgent reports of a part and counts those whose grade falls. A fall names a row,
never its text. After the invariance tests of Ribeiro and others (CheckList, ACL 2020).
"""

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from training.figures import Outcome
from training.intervals import Share, share
from training.urgency import URGENT, falls_below
from triage_model import masking, mutations
from triage_model.triage import Triage
from triage_model.types import Report

MOST_ROWS = 60
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_NAMES = ("priya", "mohammed", "agnieszka", "chantelle", "siobhan", "tyrone", "fatima", "oliver")
_PLACES = ("Wigan", "Loughborough", "Truro", "Paisley")
_PEOPLE = re.compile(
    r"\b(man|woman|lad|bloke|girl|boy|guy|lady|family|neighbour|neighbours|couple|kid)\b", re.I
)
_DESCRIBED = (
    "Black",
    "Asian",
    "white",
    "Polish",
    "Somali",
    "Muslim",
    "Jewish",
    "Sikh",
    "Traveller",
    "Romanian",
)
_SWAPS = (
    "he she|him her|his her|himself herself|man woman|men women|boy girl|boys girls|lad lass|lads lasses|"
    "husband wife|boyfriend girlfriend|dad mum|father mother|son daughter|brother sister|uncle aunt|"
    "grandad nan|hes shes|he's she's|bloke woman|nephew niece|gentleman lady"
)
_GENDER = {a: b for pair in _SWAPS.split("|") for a, b in (pair.split(), pair.split()[::-1])}

Rewrite = Callable[[str, random.Random], str]


@dataclass(frozen=True, slots=True)
class Suite:
    """One kind of change: of the reports that it changes, how many became less urgent, and which."""

    name: str
    fell: Share
    rows: tuple[str, ...]


def renamed(text: str, chance: random.Random) -> str:
    """Other given names, from several languages."""
    return _replaced(text, "<name>", lambda: chance.choice(_NAMES).title())


def moved(text: str, chance: random.Random) -> str:
    """Other places."""
    return _replaced(text, "<place>", lambda: chance.choice(_PLACES))


def regendered(text: str, _chance: random.Random) -> str:
    """Women for men and men for women."""
    return _WORD.sub(lambda word: _cased(_GENDER.get(word[0].lower(), word[0]), word[0]), text)


def described(text: str, chance: random.Random) -> str:
    """The first person told of gets an ethnicity, a nationality or a faith."""
    return _PEOPLE.sub(lambda word: f"{chance.choice(_DESCRIBED)} {word[0]}", text, count=1)


def slipped(text: str, chance: random.Random) -> str:
    """A slip in one long word in ten, and in one at least."""
    long = max(1, len(re.findall(r"[A-Za-z]{6,}", text)) // 10)
    for _ in range(long):
        text = mutations.typo(text, chance.randrange(10**6))
    return text


def unpunctuated(text: str, _chance: random.Random) -> str:
    return re.sub(r"[.,;:!?'’\"]", "", text)


def _typing(name: str) -> Rewrite:
    way = (mutations.ANYWHERE | mutations.AROUND)[name]
    return lambda text, _chance: way(text)


SUITES: Mapping[str, Rewrite] = {
    "other names": renamed,
    "other places": moved,
    "other gender": regendered,
    "ethnicity or faith named": described,
    "misspelt": slipped,
    "no punctuation": unpunctuated,
    "upper case": _typing("upper case"),
    "lower case": _typing("lower case"),
    "polite prefix": _typing("polite prefix"),
    "among 300 other words": _typing("buried"),
}


def suites(found: Sequence[Outcome], desk: Triage, *, most: int = MOST_ROWS) -> list[Suite]:
    """Every suite on a sample of the reports that were suggested as grade 1 or 2, the same each time."""
    urgent = sorted((o for o in found if o.decision.grade in URGENT), key=lambda o: o.row.id)
    sample = random.Random(0).sample(urgent, min(most, len(urgent)))
    return [_suite(name, rewrite, sample, desk) for name, rewrite in SUITES.items()]


def _suite(name: str, rewrite: Rewrite, sample: Sequence[Outcome], desk: Triage) -> Suite:
    tried = list(_tried(rewrite, sample, desk))
    return Suite(name, share(fell for _, fell in tried), tuple(row for row, fell in tried if fell))


def _tried(rewrite: Rewrite, sample: Sequence[Outcome], desk: Triage) -> Iterator[tuple[str, bool]]:
    """Each row that the rewriting changes, and whether it became less urgent."""
    for outcome in sample:
        changed = rewrite(outcome.row.text, random.Random(outcome.row.id))
        if changed != outcome.row.text:
            yield outcome.row.id, falls_below(desk.decide(Report(changed)).grade, outcome.decision.grade)


def _replaced(text: str, mask: str, another: Callable[[], str]) -> str:
    words = list(_WORD.finditer(text))
    runs = masking.listed([word[0].lower() for word in words])
    for first, past, kind in reversed(runs):
        if kind == mask:
            text = text[: words[first].start()] + another() + text[words[past - 1].end() :]
    return text


def _cased(word: str, like: str) -> str:
    if like.isupper() and len(like) > 1:
        return word.upper()
    return word.title() if like[:1].isupper() else word
