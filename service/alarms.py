"""What rings, and for whom.

An emergency rings at every desk until a person holds it: reading it is not taking it. A lowered grade
that nobody reviewed within the hour rings again. A report that nobody opened in time rings for
supervisors. A desk may silence itself for a while (that is kept in its browser); nothing here can be
switched off for all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa

from service import inbox
from service.desk import Desk
from service.inbox import OPEN, Item
from service.store.tables import ledger, reports, switches
from service.switches import RULES_ONLY
from service.users import User
from triage_model.types import Grade

Why = Literal["emergency", "review", "overdue"]
AT_MOST = 500


@dataclass(frozen=True, slots=True)
class Alarm:
    """A report that rings at this person's desk, and why."""

    item: Item
    why: Why


@dataclass(frozen=True, slots=True)
class AtHand:
    """What every page shows: alarms, the oldest unread report, and how many are unread and open."""

    alarms: tuple[Alarm, ...]
    oldest: Item | None
    unread: int
    by_grade: Mapping[int, int]

    @property
    def open(self) -> int:
        return sum(self.by_grade.values())


def at_hand(desk: Desk, user: User) -> AtHand:
    """What this person must know whichever page they are on."""
    counts = inbox.counts(desk, user)
    unread = sum(many for (state, _grade), many in counts.items() if state == "waiting")
    by_grade = dict.fromkeys(map(int, Grade), 0)
    for (_state, grade), many in counts.items():
        by_grade[grade] += many
    return AtHand(ringing(desk, user), inbox.oldest_unread(desk, user), unread, by_grade)


def ringing(desk: Desk, user: User) -> tuple[Alarm, ...]:
    """Every alarm for this person, in the order of the queue."""
    untaken = (reports.c.grade == int(Grade.EMERGENCY)) & reports.c.holder.is_(None)
    late = reports.c.escalated_at.is_not(None)
    unreviewed = late & reports.c.second_review_by.is_not(None)
    unread = late & (reports.c.state == "waiting") if user.may("supervise") else sa.false()
    where = [reports.c.state.in_(OPEN), untaken | unreviewed | unread]
    return tuple(Alarm(item, _why(item)) for item in inbox.items(desk, user, where, limit=AT_MOST))


def mark(desk: Desk) -> str:
    """Changes whenever what a queue shows may have changed, so that a poll costs nothing until then."""
    with desk.store.read() as sql:
        change = sql.execute(sa.select(ledger.c.change)).scalar_one()
        off = sql.execute(sa.select(switches.c.value).where(switches.c.name == RULES_ONLY)).scalar()
    return f"{change}{'' if desk.triage.classifier else 'r'}{'o' if off else ''}"


def _why(item: Item) -> Why:
    if item.grade == Grade.EMERGENCY and item.holder is None:
        return "emergency"
    return "review" if item.second_review_by is not None else "overdue"
