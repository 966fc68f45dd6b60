"""What stands open now, by grade, and what is past its promise."""

import sqlalchemy as sa

from service import inbox
from service.desk import Desk
from service.figures import Row, Table
from service.inbox import Item
from service.store.tables import reports
from service.users import User

OPEN = ("waiting", "opened", "decided")
HEAD = (
    "In effect",
    "Unread",
    "Being read",
    "Decided, not closed",
    "Past its promise",
    "Awaits a second look",
)


def table(sql: sa.Connection, now: float) -> Table:
    """Open reports by the grade in effect."""
    rows = tuple(_row(sql, grade, now) for grade in range(1, 5))
    return Table("Open reports", HEAD, rows)


def late(desk: Desk, user: User, now: float) -> list[Item]:
    """Open reports that nobody opened in time, and lowered grades nobody looked at again in time."""
    return [
        item
        for item in inbox.queue(desk, user)
        if (item.state == "waiting" and item.due_by < now)
        or (item.second_review_by is not None and item.second_review_by < now)
    ]


def _row(sql: sa.Connection, grade: int, now: float) -> Row:
    mine = reports.c.grade == grade
    states = dict.fromkeys(OPEN, 0)
    grouped = sa.select(reports.c.state, sa.func.count()).where(mine, reports.c.state.in_(OPEN))
    for state, count in sql.execute(grouped.group_by(reports.c.state)):
        states[state] = count
    overdue = mine & (reports.c.state == "waiting") & (reports.c.due_by < now)
    unsure = mine & (reports.c.state != "closed") & reports.c.second_review_by.is_not(None)
    return (f"Grade\u00a0{grade}", *states.values(), _count(sql, overdue), _count(sql, unsure))


def _count(sql: sa.Connection, which: sa.ColumnElement[bool]) -> int:
    return int(sql.execute(sa.select(sa.func.count()).select_from(reports).where(which)).scalar_one())
