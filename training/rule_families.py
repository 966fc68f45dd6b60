"""What each family of rules, one rule file, does by itself on labelled reports: what it finds and costs."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from training.intervals import Share, share
from training.labels import LabelRow
from training.urgency import URGENT
from triage_model.rules import Rulebook
from triage_model.types import Grade, Hit, most_urgent

Found = Sequence[tuple[LabelRow, tuple[Hit, ...]]]


@dataclass(frozen=True, slots=True)
class Family:
    """One rule file. `only_it` are emergencies that no other family raises to grade 1."""

    name: str
    found: Share
    only_it: int
    false_on_traps: Share
    false_on_others: Share
    raised: Share
    set_aside: int

    @property
    def counts(self) -> tuple[str, ...]:
        """A row for a table."""
        shares = (self.found, self.false_on_traps, self.false_on_others, self.raised)
        found, traps, others, raised = (f"{one.hits}/{one.total}" for one in shares)
        return self.name, found, str(self.only_it), traps, others, raised, str(self.set_aside)


HEADINGS = (
    "family",
    "emergencies it finds",
    "only it finds",
    "false grade 1, traps",
    "false grade 1, the rest",
    "3 or 4 raised",
    "set aside",
)


def families(book: Rulebook, found: Found) -> list[Family]:
    """Each family of a book on rows with what the book finds in them, by name."""
    home = {rule.source_name: Path(rule.at.rpartition(":")[0]).stem for rule in book.rules}
    split = [(row, _by_family(home, hits)) for row, hits in found]
    return [_family(name, split) for name in sorted(set(home.values()))]


def _by_family(home: dict[str, str], hits: Sequence[Hit]) -> dict[str, list[Hit]]:
    grouped: dict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        if hit.source in home and not hit.trial:
            grouped[home[hit.source]].append(hit)
    return grouped


def _family(name: str, rows: Sequence[tuple[LabelRow, dict[str, list[Hit]]]]) -> Family:
    graded = [
        (row, _at_one(by.get(name, ())), [f for f, hits in by.items() if _at_one(hits)]) for row, by in rows
    ]
    others = [(row, fired) for row, fired, _ in graded if row.grade is not Grade.EMERGENCY]
    low = [by for row, by in rows if row.grade and row.grade not in URGENT]
    return Family(
        name,
        share(fired for row, fired, _ in graded if row.grade is Grade.EMERGENCY),
        sum(row.grade is Grade.EMERGENCY and all_of == [name] for row, _, all_of in graded),
        share(fired for row, fired in others if "trap" in row.tags),
        share(fired for row, fired in others if "trap" not in row.tags),
        share(_at_two(by.get(name, ())) for by in low),
        sum(any(hit.set_aside for hit in by.get(name, ())) for _, by in rows),
    )


def _at_one(hits: Sequence[Hit]) -> bool:
    return any(hit.floor is Grade.EMERGENCY for hit in hits)


def _at_two(hits: Sequence[Hit]) -> bool:
    floor = most_urgent(hit.floor for hit in hits)
    return floor in URGENT
