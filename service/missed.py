"""How many emergencies were closed at a low grade: what the second readers found, carried over to all.

Every closing has a known chance of being drawn. Closings with one chance are one group; each group's
share has exact bounds, and groups are added with bounds wide enough that all hold at once.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from service.intervals import SURE, Bounds, clopper_pearson
from service.store.review_tables import draws, second_reads
from service.store.tables import handler_actions
from triage_model.types import Grade, most_urgent


@dataclass(slots=True)
class Group:
    """Closings that had one chance of being drawn."""

    closed: int = 0
    drawn: int = 0
    read: int = 0
    hits: int = 0


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many of all closings second readers would have graded so urgently, and how many they did."""

    closed: int
    drawn: int
    read: int
    found: int
    share: Bounds | None
    number: Bounds | None


def estimate(sql: sa.Connection, since: float, grade: int) -> Estimate:
    """Low-graded closings since a moment that a second reader grades `grade` or more urgent."""
    return of_groups(_groups(sql, since, grade).values())


def of_groups(groups: Iterable[Group]) -> Estimate:
    """Groups put together; no bounds before the first reading."""
    some = [group for group in groups if group.closed]
    closed, found = sum(group.closed for group in some), sum(group.hits for group in some)
    counts = (closed, sum(group.drawn for group in some), sum(group.read for group in some), found)
    if not counts[2]:
        return Estimate(*counts, None, None)
    sure = 1 - (1 - SURE) / len(some)
    pooled = found / counts[2]
    bounds = [(group, clopper_pearson(group.hits, group.read, sure=sure)) for group in some]
    # A group that nobody has read yet may hold anything: it widens the bounds and moves no estimate.
    known = [(group, one or Bounds(pooled, 0.0, 1.0)) for group, one in bounds]
    value, low, high = (
        sum(group.closed * getattr(one, name) for group, one in known) for name in ("value", "low", "high")
    )
    number = Bounds(value, max(low, found), high)
    return Estimate(*counts, Bounds(value / closed, number.low / closed, high / closed), number)


def _groups(sql: sa.Connection, since: float, grade: int) -> dict[float, Group]:
    joined = draws.outerjoin(second_reads).outerjoin(
        handler_actions, handler_actions.c.id == second_reads.c.action_id
    )
    columns = (draws.c.probability, draws.c.drawn, handler_actions.c.grade)
    query = sa.select(*columns, sa.func.count()).select_from(joined).where(draws.c.at >= since)
    groups: dict[float, Group] = defaultdict(Group)
    for chance, drawn, answer, count in sql.execute(query.group_by(*columns)):
        group = groups[chance]
        group.closed += count
        group.drawn += count if drawn else 0
        group.read += count if answer is not None else 0
        group.hits += count if answer is not None and _reaches(answer, grade) else 0
    return groups


def _reaches(answer: int, grade: int) -> bool:
    return bool(most_urgent([Grade(answer), Grade(grade)]) == answer)
