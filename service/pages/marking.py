"""Marks the words of a report that decided something, in place and told apart without colour.

The text is cut into runs; a template escapes each. Nothing of a report is ever markup. Characters
that cannot be seen (zero width, or turning the order of letters) are cut out as pieces of their own,
so that a page can name them and they turn nothing but themselves.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

RULE, ASIDE, MODEL = "rule", "aside", "model"
_RANK = (RULE, ASIDE, MODEL)
# A joiner between two symbols is part of an emoji and stays with them.
_HIDDEN = re.compile(
    "([\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\U000e0000-\U000e007f]|(?<![\u2190-\U0001ffff])\u200d|\u200d(?![\u2190-\U0001ffff]))"
)


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text with the strongest kind of evidence on it, and what that evidence says."""

    text: str
    kind: str | None = None
    says: str = ""


def runs(text: str, part: int, evidence: Sequence[dict[str, Any]]) -> list[Run]:
    """The text of one part as runs, in order; joined, they are the text."""
    marks = [item for item in evidence if item["span"] and item["part"] == part and item["for"] == "grade"]
    edges = {0, len(text)} | {min(edge, len(text)) for item in marks for edge in item["span"]}
    cuts = sorted(edges)
    return [_run(text[a:b], _over(marks, a, b)) for a, b in pairwise(cuts)]


def pieces(text: str) -> list[tuple[str, str | None]]:
    """A text as pieces, in order; one that cannot be seen comes with its name: "U+202E"."""
    cut = _HIDDEN.split(text)
    return [(piece, f"U+{ord(piece):04X}" if place % 2 else None) for place, piece in enumerate(cut) if piece]


def words(item: dict[str, Any], texts: Sequence[str]) -> str:
    """The words that a piece of evidence was found in; none if it speaks of the whole."""
    if not item["span"] or item["part"] >= len(texts):
        return ""
    start, end = item["span"]
    return " ".join(texts[item["part"]][start:end].split())


def quoted(item: dict[str, Any], texts: Sequence[str]) -> dict[str, Any]:
    """Evidence with its words as written and, if the model weighed them, what it says of them."""
    found = words(item, texts)
    of_a_word = item["source"] == "model" and found and item["says"].startswith('"')
    return item | {"quote": found, "tail": item["says"].partition('" ')[2] if of_a_word else ""}


def kind(item: dict[str, Any]) -> str:
    """How a piece of evidence is shown: as a rule's, as set aside, or as the model's."""
    if item["set_aside"]:
        return ASIDE
    return MODEL if item["source"] == "model" else RULE


def _over(marks: Sequence[dict[str, Any]], start: int, end: int) -> list[dict[str, Any]]:
    over = [item for item in marks if item["span"][0] <= start and end <= item["span"][1]]
    return sorted(over, key=lambda item: _RANK.index(kind(item)))


def _run(text: str, over: Sequence[dict[str, Any]]) -> Run:
    if not over:
        return Run(text)
    says = dict.fromkeys(item["says"] for item in over if kind(item) == kind(over[0]))
    return Run(text, kind(over[0]), "; ".join(says))
