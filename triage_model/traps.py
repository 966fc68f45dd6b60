"""The traps beside the rules: texts that look like danger and are none, and dangers that look like none.

They are proved against the whole rulebook, not one rule: a trap of the first sort must raise nothing to
grade 1 or 2, one of the second must reach its floor. The kinds are those of a safety officer's list:
denials that assert, true denials, what is supposed, quoted, figurative, made up, past, or an object.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from triage_model.errors import RulebookError
from triage_model.rules import DEFAULT, Rulebook
from triage_model.types import Grade, most_urgent

FIRES, QUIET = "fires", "quiet"
_FIELDS = {"kind", "expect", "text"}


@dataclass(frozen=True, slots=True)
class Trap:
    """One text. `floor` is what it must reach when it must fire."""

    kind: str
    expect: str
    text: str
    at: str
    floor: Grade | None = None


def read(folder: Path = DEFAULT) -> tuple[Trap, ...]:
    """The traps of a rulebook, none where it keeps none. Raises RulebookError with every line to mend."""
    file = folder / "traps.jsonl"
    if not file.exists():
        return ()
    lines = file.read_text(encoding="utf-8").splitlines()
    found = [_trap(f"{file}:{number}", line) for number, line in enumerate(lines, 1) if line.strip()]
    if problems := [one for one in found if isinstance(one, str)]:
        raise RulebookError(problems)
    return tuple(one for one in found if isinstance(one, Trap))


def sprung(book: Rulebook, traps: tuple[Trap, ...]) -> Iterator[str]:
    """Each trap that a rulebook falls into."""
    for trap in traps:
        hits = [hit for hit in book.hits(book.readings([trap.text])) if not hit.trial]
        floor = most_urgent(hit.floor for hit in hits)
        if not _holds(trap, floor):
            by = ", ".join(dict.fromkeys(hit.source for hit in hits if hit.floor is floor)) or "no rule"
            wanted = f"reach {trap.floor}" if trap.expect == FIRES else "stay below grade 2"
            said = f"a trap ({trap.kind}) should {wanted} and has {floor} by {by}"
            yield f"{trap.at}: {said}: {trap.text[:70]!r}"


def kinds(traps: tuple[Trap, ...]) -> Counter[str]:
    return Counter(trap.kind for trap in traps)


def _holds(trap: Trap, floor: Grade | None) -> bool:
    if trap.expect == FIRES:
        return most_urgent([floor, trap.floor]) is floor and floor is not None
    return most_urgent([floor, Grade.PRIORITY]) is Grade.PRIORITY and floor is not Grade.PRIORITY


def _trap(at: str, line: str) -> Trap | str:
    try:
        row = json.loads(line)
    except ValueError:
        return f"{at}: not JSON; write one object a line"
    if not isinstance(row, dict) or not set(row) >= _FIELDS or row["expect"] not in (FIRES, QUIET):
        return f"{at}: a trap has `kind`, `text` and `expect` ({FIRES} or {QUIET})"
    if not isinstance(row["text"], str) or not isinstance(row["kind"], str):
        return f"{at}: `kind` and `text` are written in quotes"
    if (row["expect"] == FIRES) != (row.get("floor") in (1, 2, 3)):
        return f"{at}: `floor` (1 to 3) goes with `expect`: {FIRES}, and with that alone"
    floor = Grade(row["floor"]) if row["expect"] == FIRES else None
    return Trap(row["kind"], row["expect"], row["text"], at, floor)
