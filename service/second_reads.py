"""Blind second reads: a random share of reports closed at a low grade is read again by someone else.

Laws: the reader (of what `service.draws` drew) sees what the public wrote and nothing of what was
suggested or answered. A reader who finds more urgency brings the report back into the queue at once.
"""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from service import cases, clocks, consult, outbox
from service.cases import Row
from service.desk import Desk
from service.digests import digest, salt
from service.draws import LOW
from service.handling import Incomplete, NotAllowed
from service.store.review_tables import draws, second_reads
from service.store.store import Work
from service.store.tables import handler_actions, reports
from service.users import User
from triage_model.types import Grade, most_urgent

KIND = "second_read"


@dataclass(frozen=True, slots=True)
class Blind:
    """What a second reader is shown of a report: what the public wrote, and when."""

    draw_id: int
    received_at: float
    texts: tuple[str, ...]
    asked: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a second reader says."""

    grade: Grade
    team: str
    words: str = ""


def waiting(desk: Desk, user: User) -> list[int]:
    """The draws that this person may read, oldest first: none of a report they ever looked at."""
    if not user.may("decide"):
        return []
    with desk.store.read() as sql:
        return list(sql.execute(_waiting(desk, user).order_by(draws.c.at, draws.c.id)).scalars())


def unread(sql: sa.Connection) -> int:
    """How many draws nobody has read yet."""
    query = sa.select(sa.func.count()).select_from(draws.outerjoin(second_reads))
    return int(sql.execute(query.where(draws.c.drawn, second_reads.c.draw_id.is_(None))).scalar_one())


def show(desk: Desk, user: User, draw_id: int) -> Blind:
    """A report as its second reader sees it. The look is audited. Raises NotAllowed."""
    with desk.store.read() as sql:
        found = sql.execute(_waiting(desk, user).where(draws.c.id == draw_id)).scalar()
        if found is None:
            raise NotAllowed("this one is not for you to read, or was read meanwhile")
        drawn = sql.execute(sa.select(draws).where(draws.c.id == draw_id)).one()
        row = sql.execute(sa.select(reports).where(reports.c.ref == drawn.ref)).one()
        texts = [text for _n, text, _at in cases.texts_of(sql, desk.store.vault, row.ref)]
    consult.record(desk.store, f"user:{user.username}", "consultation", row.ref, why="second read")
    return Blind(draw_id, row.received_at, tuple(texts[: drawn.parts]), dict(row.asked))


def answer(desk: Desk, user: User, draw_id: int, reading: Reading) -> bool:
    """Keep a reading; True if it brought the report back. Raises NotAllowed, Incomplete."""
    if desk.triage.taxonomy.team(reading.team) is None:
        raise Incomplete("team", "Choose a team")
    with desk.store.write() as work:
        drawn = work.sql.execute(sa.select(draws).where(draws.c.id == draw_id)).first()
        row = cases.locked(work, drawn.ref) if drawn else None
        # Asked again under the lock: of two who read at once, the first to save is the reader.
        free = work.sql.execute(_waiting(desk, user).where(draws.c.id == draw_id)).scalar()
        if row is None or free is None:
            raise NotAllowed("this one is not for you to read, or was read meanwhile")
        back = _is_more_urgent(reading.grade, row)
        _keep(work, row, user, draw_id, reading)
        cases.change(work, row, _brought_back(desk, work, reading.grade) if back else {})
        if back and reading.grade == Grade.EMERGENCY:
            outbox.put(work, desk.settings, row.ref, "emergency", grade=1, team=row.team)
    return back


def _waiting(desk: Desk, user: User) -> sa.Select[Any]:
    touched = sa.exists().where(
        handler_actions.c.ref == draws.c.ref, handler_actions.c.username == user.username
    )
    joined = draws.join(reports).outerjoin(second_reads)
    query = sa.select(draws.c.id).select_from(joined).where(draws.c.drawn, second_reads.c.draw_id.is_(None))
    query = query.where(~touched, reports.c.forgotten_at.is_(None))
    seen = user.role in desk.settings.restricted_roles
    return query if seen else query.where(reports.c.restricted.is_(False))


def _is_more_urgent(grade: Grade, row: Row) -> bool:
    return grade != row.grade and most_urgent([grade, Grade(row.grade)]) == grade and grade not in LOW


def _keep(work: Work, row: Row, user: User, draw_id: int, reading: Reading) -> None:
    grain, details = salt(), {"draw": draw_id}
    given = {"kind": KIND, "grade": int(reading.grade), "team": reading.team, "details": details}
    values = given | {"ref": row.ref, "username": user.username, "version": row.version + 1, "salt": grain}
    values |= {"sealed": work.vault.seal(reading.words, row.ref), "at": work.now}
    act = work.sql.execute(
        sa.insert(handler_actions)
        .values(**values, decision_id=row.decision_id)
        .returning(handler_actions.c.id)
    ).scalar_one()
    work.sql.execute(sa.insert(second_reads).values(draw_id=draw_id, action_id=act))
    told = digest([KIND, given["grade"], reading.team, details, reading.words], grain)
    work.audit(f"user:{user.username}", "alteration", row.ref, why="second read", content=told)


def _brought_back(desk: Desk, work: Work, grade: Grade) -> dict[str, Any]:
    """Where a report stands that a second reader found more urgent: unread, with a clock of its own."""
    return {
        "state": "waiting",
        "grade": int(grade),
        "opened_at": None,
        "closed_at": None,
        "holder": None,
        "clock_from": work.now,
        "due_by": clocks.due(desk.triage.policy, grade, work.now),
        "escalated_at": None,
    }
