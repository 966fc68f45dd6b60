"""What the reporter wrote after the report, pinned first for the handler.

Law 2: a correction ("she's home") changes no grade by itself; a person reads it first and decides.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from service.inbox import Opened, Part

_CALMS = re.compile(
    r"\b(home now|is home|(s|is|are|am|m) (back|safe|ok|okay|fine)|found (him|her|them|it)|turned up|"
    r"false alarm|ignore|mistake|mistaken|misunderstanding|sorted|resolved|cancel|never ?mind|no longer|"
    r"not needed|changed my mind|wasn.?t|was wrong|don.?t need|has gone|have gone|has left)\b",
    re.IGNORECASE,
)
_LEAST_FLOOR = 3


@dataclass(frozen=True, slots=True)
class Pin:
    """A message, whether it came after a handler's decision, and whether it may correct what came before."""

    part: Part
    fresh: bool
    corrects: bool


def pins(opened: Opened, evidence: Sequence[dict[str, Any]]) -> list[Pin]:
    """Every message: first what may be a correction, then the newest."""
    decided = max((act.at for act in opened.acts if act.kind == "decided"), default=0.0)
    found = [
        Pin(part, part.received_at > decided, _corrects(part, evidence))
        for part in opened.parts
        if part.number
    ]
    return sorted(found, key=lambda pin: (not pin.corrects, -pin.part.number))


def _corrects(part: Part, evidence: Sequence[dict[str, Any]]) -> bool:
    """Its own words say so, or the rules read it as over or as not so. It errs towards showing."""
    here = [item for item in evidence if item["part"] == part.number and item["for"] == "grade"]
    calm = any(item["set_aside"] or (item["floor"] or 0) >= _LEAST_FLOOR for item in here)
    return calm or _CALMS.search(part.text.replace("’", "'").replace("'", " ")) is not None
