"""A report as it is stored: journalled when it comes, decided when it is assessed.

Laws: a report is accepted when it is committed, before it is assessed; until then it waits in the
queue at the provisional grade. Decisions are added and never changed. The suggested grade never falls:
the high-water mark is that of completed assessments. The effective grade is the suggestion until a
named handler decides; after that it rises only through what was not shown at that decision.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from service import clocks
from service.clock import moment
from service.digests import digest, salt
from service.store.store import Work
from service.store.tables import parts, reports
from service.vault import Vault
from triage_model.triage import Triage
from triage_model.types import Grade, Report

PROVISIONAL = Grade.PRIORITY
Row = sa.Row[Any]


@dataclass(frozen=True, slots=True)
class Sent:
    """What a caller sent, checked. `asked` holds answers, category and prior_contacts_90d."""

    text: str
    asked: Mapping[str, Any]
    reporter_key: str | None = None
    submitted_at: float | None = None


class RefTaken(Exception):
    """Another report, or another message, came under this reference before."""


def accept(work: Work, ref: str, sent: Sent, *, by: str, triage: Triage) -> bool:
    """Journal a new report. False when it was accepted before. Raises RefTaken."""
    row = work.sql.execute(sa.select(reports).where(reports.c.ref == ref)).first()
    if row is not None:
        _must_be_the_same(sent, _as_sent(work, row))
        return False
    work.sql.execute(sa.insert(reports).values(_new_report(work, ref, sent, triage)))
    _add_part(work, ref, 0, None, sent.text, by=by)
    work.changed.add(ref)
    return True


def accept_message(work: Work, row: Row, message_ref: str, text: str, *, by: str, triage: Triage) -> bool:
    """Journal a follow-up to a locked report. False when it was accepted before. Raises RefTaken."""
    named = (parts.c.ref == row.ref) & (parts.c.message_ref == message_ref)
    before = work.sql.execute(sa.select(parts.c.sealed).where(named)).first()
    if before is not None:
        _must_be_the_same(text, before.sealed and work.vault.open(before.sealed, row.ref))
        return False
    _add_part(work, row.ref, row.parts, message_ref, text, by=by)
    values: dict[str, Any] = {"parts": row.parts + 1, "assessed": "pending", "claimed_until": None}
    if row.state in ("decided", "closed"):
        values |= {"state": "waiting", "opened_at": None, "closed_at": None, "escalated_at": None}
        values |= {"clock_from": work.now, "due_by": clocks.due(triage.policy, Grade(row.grade), work.now)}
    change(work, row, values)
    return True


def locked(work: Work, ref: str) -> Row | None:
    """A report's row, held until the transaction ends."""
    return work.sql.execute(sa.select(reports).where(reports.c.ref == ref).with_for_update()).first()


def change(work: Work, row: Row, values: Mapping[str, Any], *, same_version: bool = False) -> None:
    """Change where a locked report stands, and put it in the feed of changes.

    `same_version` is for what no handler decides on, so that it stops none of them from writing.
    """
    version = {"version": row.version if same_version else row.version + 1}
    work.sql.execute(sa.update(reports).where(reports.c.ref == row.ref).values(**values, **version))
    work.changed.add(row.ref)


def report(sql: sa.Connection, vault: Vault, row: Row) -> Report:
    """The report as triage takes it. Raises SealBroken."""
    texts = [part for _number, part, _ in texts_of(sql, vault, row.ref)]
    return Report(
        text=texts[0],
        ref=row.ref,
        messages=tuple(texts[1:]),
        answers=row.asked.get("answers") or {},
        category=row.asked.get("category"),
        prior_contacts_90d=row.asked.get("prior_contacts_90d"),
        received_at=moment(row.received_at),
    )


def texts_of(sql: sa.Connection, vault: Vault, ref: str) -> Sequence[tuple[int, str, float]]:
    """Number, text and time of every part; a forgotten part is empty."""
    query = sa.select(parts).where(parts.c.ref == ref).order_by(parts.c.number)
    return [
        (row.number, vault.open(row.sealed, ref) if row.sealed is not None else "", row.received_at)
        for row in sql.execute(query)
    ]


def _new_report(work: Work, ref: str, sent: Sent, triage: Triage) -> dict[str, Any]:
    return {
        "ref": ref,
        "asked": dict(sent.asked),
        "reporter_key": sent.reporter_key,
        "submitted_at": sent.submitted_at,
        "received_at": work.now,
        "parts": 1,
        "state": "waiting",
        "assessed": "pending",
        "suggested_grade": int(PROVISIONAL),
        "grade": int(PROVISIONAL),
        "team": triage.taxonomy.default_team,
        "flags": [],
        "needs_review": True,
        "restricted": False,
        "clock_from": work.now,
        "due_by": clocks.due(triage.policy, PROVISIONAL, work.now),
        "retention": "operational",
        "version": 1,
    }


def _add_part(work: Work, ref: str, number: int, message_ref: str | None, text: str, *, by: str) -> None:
    grain = salt()
    values = {
        "ref": ref,
        "number": number,
        "message_ref": message_ref,
        "salt": grain,
        "sealed": work.vault.seal(text, ref),
        "received_at": work.now,
    }
    work.sql.execute(sa.insert(parts).values(values))
    why = "report" if message_ref is None else "message"
    work.audit(by, "collection", ref, why=why, content=digest([number, text], grain))


def _as_sent(work: Work, row: Row) -> Sent | None:
    """What came under a reference before, or nothing if it was forgotten."""
    first = (parts.c.ref == row.ref) & (parts.c.number == 0)
    sealed = work.sql.execute(sa.select(parts.c.sealed).where(first)).scalar()
    if sealed is None:
        return None
    return Sent(work.vault.open(sealed, row.ref), row.asked, row.reporter_key, row.submitted_at)


def _must_be_the_same(now: object, before: object) -> None:
    if now != before:
        raise RefTaken
