"""Alarms for what was not done in time: a report that nobody opened, a lowered grade nobody reviewed.

Each alarm is given once, whichever of several processes finds it first.
"""

import sqlalchemy as sa

from service import cases, outbox
from service.desk import Desk
from service.inbox import OPEN
from service.store.tables import reports

AT_A_TIME = 50


def overdue(desk: Desk) -> int:
    """Raise an alarm for every broken promise; answers how many."""
    raised = 0
    while found := _some(desk):
        raised += found
    return raised


def _some(desk: Desk) -> int:
    with desk.store.write() as work:
        unread = (reports.c.state == "waiting") & (reports.c.due_by < work.now)
        unreviewed = reports.c.second_review_by < work.now
        # What is closed can be neither; naming the open states spares a look at every closed report.
        is_open = reports.c.state.in_(OPEN)
        query = sa.select(reports).where(is_open, reports.c.escalated_at.is_(None), unread | unreviewed)
        rows = work.sql.execute(query.limit(AT_A_TIME).with_for_update(skip_locked=True)).all()
        for row in rows:
            cases.change(work, row, {"escalated_at": work.now}, same_version=True)
            outbox.put(work, desk.settings, row.ref, "overdue", grade=row.grade, team=row.team)
            work.audit("service", "alteration", row.ref, why="overdue")
    return len(rows)
