"""Marks the words of a report that decided something, in place and told apart without colour.

The text is cut into runs; a template escapes each. Nothing of a report is ever markup.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

RULE, ASIDE, MODEL = "rule", "aside", "model"
_RANK = (RULE, ASIDE, MODEL)


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
