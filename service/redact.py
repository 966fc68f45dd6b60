"""Takes personal details out of text that leaves the store for training.

It assists: patterns find what has a form (phones, e-mails, plates, numbers, postcodes, addresses), and
the gazetteers find common names. What it misses, the named person who approves an export must find.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import triage_model
from triage_model import rules

GAZETTEER = Path(triage_model.__file__).with_name("gazetteers") / "names.txt"
_I = re.IGNORECASE

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("email", re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")),
    ("email", re.compile(
        r"\b[\w.+-]{1,64} ?(?:[(\[]at[)\]]| at ) ?[\w-]{1,63} ?(?:[(\[]dot[)\]]| dot ) ?\w{2,10}", _I
    )),
    ("link", re.compile(r"\b(?:https?://|www\.)[^\s<>]{1,300}", _I)),
    ("handle", re.compile(r"(?<![\w@])@[A-Za-z][\w.]{2,30}")),
    ("card", re.compile(r"(?<!\d)(?:\d[ -]?){15}\d(?!\d)")),
    ("account", re.compile(r"(?<!\d)\d{2}[- ]\d{2}[- ]\d{2}(?!\d)")),
    ("phone", re.compile(r"(?<![\d])(?:\+|00)\d{1,3}[ -]?(?:\(0\)[ -]?)?\d(?:[ -]?\d){7,11}(?!\d)")),
    ("phone", re.compile(r"(?<!\d)\(?0\d(?:[ ()-]{0,2}\d){8,9}(?!\d)")),
    ("account", re.compile(r"(?<!\d)\d{8}(?!\d)")),
    ("national_insurance", re.compile(r"\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?(?:\d{2} ?){3}[A-D]\b", _I)),
    ("plate", re.compile(r"\b[A-Z]{2}\d{2} ?[A-Z]{3}\b", _I)),
    ("plate", re.compile(r"\b[A-Z]\d{1,3} [A-Z]{3}\b|\b[A-Z]{3} \d{1,3}[A-Z]\b")),
    ("postcode", re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}\b", _I)),
    ("address", re.compile(
        r"\b\d{1,4}[a-d]? (?:[A-Z][a-z']{1,20} ){1,3}"
        r"(?:Road|Rd|Street|St|Lane|Ln|Avenue|Ave|Close|Drive|Way|Court|Crescent|Gardens|Terrace|Place|Walk|Grove|Hill)\b"
    )),
    ("date_of_birth", re.compile(
        r"\b(?:dob|d\.o\.b\.?|born(?: on)?|date of birth)[ :]{1,3}\d{1,2}[/. -]\d{1,2}[/. -]\d{2,4}", _I
    )),
    ("name", re.compile(r"\b(?:Mr|Mrs|Miss|Ms|Dr|PC|Sgt|DC|Insp)\.? [A-Z][\w'-]{1,30}(?: [A-Z][\w'-]+)?")),
    ("name", re.compile(
        r"(?:(?<=name is )|(?<=names )|(?<=name's )|(?<=called )|(?<=I am )|(?<=I'm )|(?<=named ))"
        r"[A-Z][a-z'-]{1,30}(?: [A-Z][\w'-]{1,30}){0,2}"
    )),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """A personal detail in a text."""

    kind: str
    start: int
    end: int


def redact(text: str) -> str:
    """The text with each detail replaced by its kind in brackets."""
    pieces, at = [], 0
    for found in details(text):
        pieces += [text[at : found.start], f"[{found.kind}]"]
        at = found.end
    return "".join([*pieces, text[at:]])


def details(text: str) -> list[Found]:
    """What was found, in order and without overlap; of two that overlap, the longer."""
    chosen: list[Found] = []
    for found in sorted(_every(text), key=lambda item: (item.start, -item.end)):
        if not chosen or found.start >= chosen[-1].end:
            chosen.append(found)
    return chosen


def _every(text: str) -> Iterator[Found]:
    for kind, pattern in _PATTERNS:
        yield from (Found(kind, *match.span()) for match in pattern.finditer(text))
    yield from _names(text)
    yield from _strangers(text)


def _names(text: str) -> Iterator[Found]:
    """Common given names however they are written, with the capitalised words after them."""
    known = _known_names()
    for match in re.finditer(r"\b[A-Za-z][a-z'-]{1,30}\b(?:(?: [A-Z][a-z'-]{1,30}){1,2})?", text):
        for word in re.finditer(r"\S+", match[0]):
            if word[0].lower().removesuffix("'s") in known:
                yield Found("name", match.start() + word.start(), match.end())
                break


def _strangers(text: str) -> Iterator[Found]:
    """Capitalised words inside a sentence that are not English words: rarer names, and places."""
    for match in re.finditer(r"(?<=[a-z,] )[A-Z][a-z'-]{2,30}(?: [A-Z][a-z'-]{1,30}){0,2}", text):
        if any(word.lower() not in _english() for word in match[0].split()):
            yield Found("name", *match.span())


@cache
def _english() -> frozenset[str]:
    return frozenset((rules.DEFAULT / "english.txt").read_text(encoding="utf-8").split())


@cache
def _known_names() -> frozenset[str]:
    lines = GAZETTEER.read_text(encoding="utf-8").splitlines() if GAZETTEER.is_file() else []
    return frozenset(line.strip().lower() for line in lines if line.strip() and not line.startswith("#"))
