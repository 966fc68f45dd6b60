"""What handlers see: the queue in order of effective grade then clock, and one report in full.

Pages and API read through here. Restricted reports are shown to named roles alone, and every
report that is opened leaves its trace in the audit.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from service import cases, consult, ranking, verdicts
from service.cases import Row
from service.desk import Desk, UnknownReport
from service.store.tables import handler_actions, reports
from service.users import User

OPEN = ("waiting", "opened", "decided")


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the queue. `changed` says that something came since this person last looked."""

    ref: str
    state: str
    grade: int
    suggested_grade: int
    team: str
    flags: tuple[str, ...]
    headline: str
    assessed: str
    needs_review: bool
    restricted: bool
    received_at: float
    due_by: float
    opened_at: float | None
    holder: str | None
    handled_by: str | None
    second_review_by: float | None
    escalated_at: float | None
    messages: int
    version: int
    changed: bool


DAMAGED = "What is stored of this report cannot be read: it was altered, or its key is not set"
_DRAWN = {"messages", "changed", "headline"}
_COLUMNS = [reports.c[name] for name in Item.__slots__ if name not in _DRAWN]
_COLUMNS += [reports.c.headline, reports.c.parts]


@dataclass(frozen=True, slots=True)
class Part:
    """The report's text (number 0) or its nth message."""

    number: int
    text: str
    received_at: float


@dataclass(frozen=True, slots=True)
class Act:
    """What a handler did. `words` is what they wrote: a reason or a note."""

    kind: str
    username: str
    at: float
    grade: int | None
    team: str | None
    details: dict[str, Any]
    words: str | None


@dataclass(frozen=True, slots=True)
class Past:
    """A decision of the past, as JSON v1; `document` is None once the text is forgotten."""

    id: int
    at: float
    because: str
    complete: bool
    grade: int
    grade_source: str
    team: str
    document: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Opened:
    """One report in full. `asked` holds answers, category and prior contacts as they were sent."""

    item: Item
    parts: tuple[Part, ...]
    asked: dict[str, Any]
    decision: dict[str, Any] | None
    history: tuple[Past, ...]
    acts: tuple[Act, ...]
    high_water: int | None
    linked: tuple[str, ...]


def queue(
    desk: Desk,
    user: User,
    *,
    states: Collection[str] = OPEN,
    grades: Collection[int] = (),
    teams: Collection[str] = (),
    flag: str | None = None,
    ref_like: str | None = None,
    limit: int = 500,
) -> tuple[Item, ...]:
    """Reports in order of effective grade, then clock; closed ones alone, the newest first."""
    where: list[sa.ColumnElement[bool]] = [reports.c.state.in_(states)]
    if grades:
        where.append(reports.c.grade.in_(grades))
    if teams:
        where.append(reports.c.team.in_(teams))
    if flag:
        where.append(sa.cast(reports.c.flags, sa.String).contains(f'"{flag}"', autoescape=True))
    if ref_like:
        where.append(sa.func.lower(reports.c.ref).contains(ref_like.lower(), autoescape=True))
    by = ranking.newest() if set(states) == {"closed"} else ranking.order(desk.triage.policy)
    return items(desk, user, where, limit=limit, by=by)


def items(
    desk: Desk,
    user: User,
    where: Sequence[sa.ColumnElement[bool]],
    *,
    limit: int,
    by: ranking.Order | None = None,
) -> tuple[Item, ...]:
    """Lines of the queue that fit and that this person may see."""
    order = by or ranking.order(desk.triage.policy)
    query = sa.select(*_COLUMNS).where(*where, *_visible(desk, user)).order_by(*order).limit(limit)
    with desk.store.read() as sql:
        rows = sql.execute(query).all()
        seen = _seen(sql, user, [row.ref for row in rows])
    return tuple(_item(desk, row, seen.get(row.ref)) for row in rows)


def counts(desk: Desk, user: User, *, states: Collection[str] = OPEN) -> dict[tuple[str, int], int]:
    """How many reports are in each state and grade."""
    query = sa.select(reports.c.state, reports.c.grade, sa.func.count())
    query = query.where(reports.c.state.in_(states), *_visible(desk, user))
    with desk.store.read() as sql:
        found = sql.execute(query.group_by(reports.c.state, reports.c.grade)).all()
    return {(state, grade): count for state, grade, count in found}


def oldest_unread(desk: Desk, user: User) -> Item | None:
    """The report that has waited longest for anyone to open it."""
    found = items(desk, user, [reports.c.state == "waiting"], limit=1, by=[reports.c.clock_from])
    return found[0] if found else None


def look(desk: Desk, user: User, ref: str) -> Opened:
    """Open a report: the clock of its first reader stops and the look is audited. Raises UnknownReport."""
    opened = _in_full(desk, user, ref)
    consult.opened(desk.store, user.username, ref, opened.item.version)
    return opened


def _in_full(desk: Desk, user: User, ref: str) -> Opened:
    vault = desk.store.vault
    with desk.store.read() as sql:
        query = sa.select(reports).where(reports.c.ref == ref, *_visible(desk, user))
        row = sql.execute(query).first()
        if row is None:
            raise UnknownReport
        return Opened(
            item=_item(desk, row, _seen(sql, user, [ref]).get(ref)),
            parts=tuple(Part(*part) for part in cases.texts_of(sql, vault, ref)),
            asked=dict(row.asked),
            decision=verdicts.document(sql, vault, row.decision_id),
            history=tuple(_past(desk, past) for past in verdicts.history(sql, ref)),
            acts=_acts(desk, sql, ref),
            high_water=row.high_water,
            linked=_linked(desk, sql, user, row),
        )


def _visible(desk: Desk, user: User) -> Sequence[sa.ColumnElement[bool]]:
    """Restricted reports are for named roles; nothing is for those who may not read."""
    if not user.may("read"):
        return [sa.false()]
    return [] if user.role in desk.settings.restricted_roles else [reports.c.restricted.is_(False)]


def _item(desk: Desk, row: Row, seen: int | None) -> Item:
    columns = {name: getattr(row, name) for name in Item.__slots__ if name not in _DRAWN}
    columns["flags"] = tuple(row.flags)
    sealed = row.headline
    columns["headline"] = desk.store.vault.readable(sealed, row.ref, instead=DAMAGED) if sealed else ""
    return Item(**columns, messages=row.parts - 1, changed=seen is not None and seen < row.version)


def _seen(sql: sa.Connection, user: User, refs: Sequence[str]) -> dict[str, int]:
    """The version of each report that this person last looked at."""
    mine = (handler_actions.c.username == user.username) & handler_actions.c.ref.in_(refs)
    latest = sa.select(handler_actions.c.ref, sa.func.max(handler_actions.c.version)).where(mine)
    return {row[0]: row[1] for row in sql.execute(latest.group_by(handler_actions.c.ref))}


def _past(desk: Desk, row: Row) -> Past:
    document = verdicts.opened(desk.store.vault, row)
    return Past(row.id, row.at, row.because, row.complete, row.grade, row.grade_source, row.team, document)


def _acts(desk: Desk, sql: sa.Connection, ref: str) -> tuple[Act, ...]:
    rows = sql.execute(
        sa.select(handler_actions).where(handler_actions.c.ref == ref).order_by(handler_actions.c.id)
    )
    return tuple(
        Act(row.kind, row.username, row.at, row.grade, row.team, dict(row.details), _words(desk, row))
        for row in rows
    )


def _words(desk: Desk, row: Row) -> str | None:
    return desk.store.vault.open(row.sealed, row.ref) if row.sealed is not None else None


def _linked(desk: Desk, sql: sa.Connection, user: User, row: Row) -> tuple[str, ...]:
    """Other reports of the same reporter: linked, never merged."""
    if row.reporter_key is None:
        return ()
    same = (reports.c.reporter_key == row.reporter_key) & (reports.c.ref != row.ref)
    query = sa.select(reports.c.ref).where(same, *_visible(desk, user)).order_by(reports.c.received_at.desc())
    return tuple(sql.execute(query.limit(20)).scalars())
