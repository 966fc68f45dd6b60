"""What rules do on labelled reports: which rows each fires on, and what a change of rules would change."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from training.intervals import Share, share
from training.labels import LabelRow
from training.urgency import URGENT
from triage_model.rules import Rulebook
from triage_model.types import Grade, Hit, TimeStatus, most_urgent

REPORTS_A_DAY = 30.0
SAMPLES = 5


@dataclass(frozen=True, slots=True)
class Covered:
    """One rule on some rows. `right` is the share of its rows that are as urgent as its floor, or more."""

    rule: str
    fired: int
    set_aside: int
    right: Share
    unique: int
    overlaps: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Alone:
    """What the rules alone come to on some rows: recall of grade 1, and what it costs."""

    recall: Share
    false_on_traps: Share
    false_on_others: Share
    raised: Share
    review: Share


@dataclass(frozen=True, slots=True)
class Change:
    """A row that another rulebook would raise: from what to what, by which rules."""

    row: LabelRow
    before: Grade
    after: Grade
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Backtest:
    """What would change. `alarms` are rows newly at grade 1; `confirmed` those that the labels call so."""

    rows: int
    raised: tuple[Change, ...]
    lowered: tuple[Change, ...]
    alarms: Share
    confirmed: Share

    @property
    def alarms_a_day(self) -> tuple[float, float, float]:
        """New grade 1 alarms a day at 900 reports a month: estimate and exact 95% bounds."""
        low, high = self.alarms.low or 0.0, self.alarms.high or 0.0
        return (self.alarms.value or 0.0) * REPORTS_A_DAY, low * REPORTS_A_DAY, high * REPORTS_A_DAY


def hits_of(book: Rulebook, row: LabelRow) -> tuple[Hit, ...]:
    return book.hits(book.readings([row.text]))


def found_in(book: Rulebook, rows: Iterable[LabelRow]) -> list[tuple[LabelRow, tuple[Hit, ...]]]:
    """Each row with what a book finds in it."""
    return [(row, hits_of(book, row)) for row in rows]


def coverage(book: Rulebook, found: Sequence[tuple[LabelRow, tuple[Hit, ...]]]) -> list[Covered]:
    """Each rule of a book on labelled rows, in the order of the book."""
    fired: dict[str, list[tuple[LabelRow, Hit]]] = defaultdict(list)
    aside: Counter[str] = Counter()
    sole: Counter[str] = Counter()
    together: dict[str, Counter[str]] = defaultdict(Counter)
    for row, hits in found:
        best = {hit.source: hit for hit in reversed(hits) if hit.status is not TimeStatus.NOT_ASSERTED}
        aside.update({hit.source for hit in hits if hit.set_aside} - set(best))
        for source, hit in best.items():
            fired[source].append((row, hit))
            together[source].update(set(best) - {source})
        at_one = [source for source, hit in best.items() if hit.floor is Grade.EMERGENCY]
        if len(at_one) == 1 and row.grade is Grade.EMERGENCY:
            sole[at_one[0]] += 1
    return [
        _covered(rule.source_name, fired[rule.source_name], aside, sole, together[rule.source_name])
        for rule in book.rules
    ]


def alone(found: Sequence[tuple[LabelRow, tuple[Hit, ...]]]) -> Alone:
    """The rules of a book without a classifier, on labelled rows."""
    graded = [(row, _grade(hits), any(hit.set_aside for hit in hits)) for row, hits in found]
    ones = [item for item in graded if item[0].grade is Grade.EMERGENCY]
    others = [item for item in graded if item[0].grade is not Grade.EMERGENCY]
    low = [item for item in graded if item[0].grade and item[0].grade not in URGENT]
    return Alone(
        recall=share(grade is Grade.EMERGENCY for _, grade, _ in ones),
        false_on_traps=share(grade is Grade.EMERGENCY for row, grade, _ in others if "trap" in row.tags),
        false_on_others=share(grade is Grade.EMERGENCY for row, grade, _ in others if "trap" not in row.tags),
        raised=share(grade in URGENT for _, grade, _ in low),
        review=share(aside for _, _, aside in graded),
    )


def backtest(current: Rulebook, proposed: Rulebook, rows: Sequence[LabelRow]) -> Backtest:
    """What a proposed rulebook would answer otherwise than the current one."""
    changes = [change for row in rows if (change := _change(current, proposed, row)) is not None]
    raised = [c for c in changes if most_urgent([c.before, c.after]) is c.after]
    lowered = [c for c in changes if most_urgent([c.before, c.after]) is c.before]
    alarms = [c for c in raised if c.after is Grade.EMERGENCY]
    labelled = [c for c in alarms if c.row.grade is not None]
    return Backtest(
        rows=len(rows),
        raised=tuple(raised),
        lowered=tuple(lowered),
        alarms=Share(len(alarms), len(rows)),
        confirmed=share(c.row.grade is Grade.EMERGENCY for c in labelled),
    )


def samples(changes: Iterable[Change]) -> dict[str, list[Change]]:
    """The first few changes that each rule brings."""
    by_rule: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        for rule in change.rules:
            by_rule[rule].append(change)
    return {rule: some[:SAMPLES] for rule, some in sorted(by_rule.items())}


def _covered(
    source: str,
    fired: Sequence[tuple[LabelRow, Hit]],
    aside: Counter[str],
    sole: Counter[str],
    together: Counter[str],
) -> Covered:
    floored = [(row.grade, hit.floor) for row, hit in fired if row.grade and hit.floor]
    right = share(most_urgent([grade, floor]) is grade for grade, floor in floored)
    return Covered(source, len(fired), aside[source], right, sole[source], tuple(together.most_common(3)))


def _grade(hits: Iterable[Hit]) -> Grade:
    floors = [hit.floor for hit in hits if not hit.trial]
    return most_urgent([*floors, Grade.RESOLUTION_WITHOUT_DEPLOYMENT]) or Grade.RESOLUTION_WITHOUT_DEPLOYMENT


def _change(current: Rulebook, proposed: Rulebook, row: LabelRow) -> Change | None:
    before, hits = _grade(hits_of(current, row)), hits_of(proposed, row)
    after = _grade(hits)
    rules = tuple(dict.fromkeys(hit.source for hit in hits if hit.floor is after))
    return None if before is after else Change(row, before, after, rules)
