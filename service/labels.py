"""Handlers' answers on their way to training: each is read by a named person before it may leave.

Laws: what leaves is the redacted text as that person mended it; nobody approves an answer of their own;
an answer below the suggestion leaves only once a second person agrees with it; an answer that was changed
later is read again.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from service import export
from service.cases import Row
from service.desk import Desk
from service.digests import digest, salt
from service.handling import Incomplete, NotAllowed
from service.store.review_tables import label_reviews
from service.store.store import Store, Work
from service.store.tables import handler_actions, reports
from service.users import User

AT_A_TIME = 10
VERDICTS = ("approved", "withheld")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An answer that waits to be read. `down` says it is below the suggestion; `seconded`, that a
    second person came to the same already."""

    answer_id: int
    ref: str
    text: str
    grade: int
    suggested: int
    team: str
    by: str
    down: bool
    seconded: bool


def candidates(desk: Desk, limit: int = AT_A_TIME) -> list[Candidate]:
    """The oldest answers that nobody has read for training yet."""
    with desk.store.read() as sql:
        rows = sql.execute(_answers().where(~_reviewed()).order_by(handler_actions.c.id).limit(limit)).all()
        return [_candidate(desk.store, sql, row) for row in rows]


def counts(sql: sa.Connection) -> dict[str, int]:
    """How many answers wait to be read, were approved, and were withheld."""
    waits = sql.execute(_count(_answers().where(~_reviewed()))).scalar_one()
    said = {verdict: sql.execute(_count(_with_verdict(verdict))).scalar_one() for verdict in VERDICTS}
    return {"waiting": waits, **said}


def review(desk: Desk, user: User, answer_id: int, verdict: str, *, text: str, agrees: bool) -> None:
    """Keep what a person says of an answer. Raises NotAllowed, Incomplete."""
    if not user.may("supervise"):
        raise NotAllowed(f"the role {user.role} may not supervise")
    with desk.store.write() as work:
        mine = _answers().where(handler_actions.c.id == answer_id, ~_reviewed())
        _hold(work, answer_id)
        # Asked under the lock: of two who read at once, the first to save is the reader.
        row = work.sql.execute(mine).first()
        if row is None:
            raise NotAllowed("this answer was read by someone else, or changed meanwhile")
        if verdict == "approved":
            _check(work.sql, user, row, text, agrees)
        _keep(work, user, row, (verdict, text, agrees))


def file(desk: Desk, user: User) -> tuple[str, bytes]:
    """The approved labels as JSON Lines for `triage train`, remembered as an export; and its name."""
    with desk.store.read() as sql:
        found = [_label(desk.store, row) for row in sql.execute(_with_verdict("approved")).all()]
    body = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in found).encode()
    mark = hashlib.sha256(body).hexdigest()
    name = f"labels-{mark[:12]}.jsonl"
    refs = [one["id"] for one in found]
    export.remember(desk.store, f"{name}, downloaded", mark, refs, by=user.username)
    return name, body


def content(row: Any, text: str) -> list[Any]:
    """What the audit's digest of a review is made of."""
    return [row.answer_id, row.verdict, row.agrees, text]


def _hold(work: Work, answer_id: int) -> None:
    """Lock the report of an answer. A query that waits for a lock does not see what was added meanwhile."""
    ref = sa.select(handler_actions.c.ref).where(handler_actions.c.id == answer_id).scalar_subquery()
    work.sql.execute(sa.select(reports.c.ref).where(reports.c.ref == ref).with_for_update())


def _check(sql: sa.Connection, user: User, row: Row, text: str, agrees: bool) -> None:
    if not text.strip():
        raise Incomplete("text", "A label needs its text; withhold the row instead")
    if row.username == user.username:
        raise Incomplete("agrees", "You gave this answer, so another person must read it")
    if export.goes_down(row, row.suggested_grade) and not export.seconded(sql, row) and not agrees:
        raise Incomplete("agrees", "Say that you agree with the lower grade, or withhold the row")


def _keep(work: Work, user: User, row: Row, said: tuple[str, str, bool]) -> None:
    verdict, text, says_so = said
    # What a form says of its sender's own answer is no agreement, however it was sent.
    agrees = says_so and user.username != row.username
    grain = salt()
    values = {"answer_id": row.id, "verdict": verdict, "agrees": agrees, "username": user.username}
    sealed = work.vault.seal(text, row.ref)
    kept = values | {"ref": row.ref, "salt": grain, "sealed": sealed, "at": work.now}
    work.sql.execute(sa.insert(label_reviews).values(kept))
    told = digest([row.id, verdict, agrees, text], grain)
    work.audit(f"user:{user.username}", "consultation", row.ref, why=f"label {verdict}", content=told)


def _answers(*more: Any) -> sa.Select[Any]:
    """The last answer to each report that may leave, if it was given on all there is."""
    last = sa.select(sa.func.max(handler_actions.c.id)).where(handler_actions.c.kind == "decided")
    columns = (reports.c.suggested_grade, reports.c.received_at, *more)
    query = sa.select(handler_actions, *columns).join(reports, reports.c.ref == handler_actions.c.ref)
    query = query.where(handler_actions.c.id.in_(last.group_by(handler_actions.c.ref)))
    done = reports.c.state.in_(("decided", "closed")) & reports.c.restricted.is_(False)
    on_all = handler_actions.c.decision_id == reports.c.decision_id
    return query.where(done, on_all, reports.c.forgotten_at.is_(None))


def _reviewed() -> Any:
    return sa.exists().where(label_reviews.c.answer_id == handler_actions.c.id)


def _with_verdict(verdict: str) -> sa.Select[Any]:
    columns = (label_reviews.c.sealed.label("text"), label_reviews.c.username.label("reviewer"))
    query = _answers(*columns, label_reviews.c.agrees)
    query = query.join(label_reviews, label_reviews.c.answer_id == handler_actions.c.id)
    return query.where(label_reviews.c.verdict == verdict).order_by(handler_actions.c.id)


def _count(query: sa.Select[Any]) -> sa.Select[Any]:
    return sa.select(sa.func.count()).select_from(query.order_by(None).subquery())


def _candidate(store: Store, sql: sa.Connection, row: Row) -> Candidate:
    return Candidate(
        answer_id=row.id,
        ref=row.ref,
        text=export.redacted(store, sql, row.ref),
        grade=row.grade,
        suggested=row.suggested_grade,
        team=row.team,
        by=row.username,
        down=export.goes_down(row, row.suggested_grade),
        seconded=export.seconded(sql, row),
    )


def _label(store: Store, row: Row) -> dict[str, Any]:
    """A label file's row, with the second person beside the first where there was one."""
    found = export.label(row, row, store.vault.open(row.text, row.ref))
    seconded = row.agrees and row.reviewer != row.username
    second: Sequence[dict[str, Any]] = (
        [{"by": row.reviewer, "grade": row.grade, "team": row.team}] if seconded else []
    )
    return found | {"annotators": [*found["annotators"], *second]}
