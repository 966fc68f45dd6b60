"""Takes reports in and has them assessed: the steps from a sent report to a stored decision.

Law: journalled and committed first, assessed after. A crash between the two leaves a report that
waits in the queue and is picked up by `recover`; nothing is decided twice, because a decision is
stored only on a locked report that lacks it.
"""

import logging
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from service import cases, outbox, switches, verdicts, words
from service.assessor import Assessor
from service.cases import Row, Sent
from service.live import Live
from service.settings import Settings
from service.store.store import Store, Unavailable, Work
from service.store.tables import reports
from service.verdicts import Json, Made
from triage_model.triage import Triage
from triage_model.types import Decision, Grade, Report

log = logging.getLogger(__name__)

TRIES = 5
CLAIM_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Desk:
    """What every request needs."""

    settings: Settings
    store: Store
    live: Live
    assessor: Assessor

    @property
    def triage(self) -> Triage:
        return self.live.triage


class UnknownReport(Exception):
    """No report was accepted under this reference."""


def receive(desk: Desk, ref: str, sent: Sent, *, by: str) -> tuple[Json, bool]:
    """Accept a report and answer with its decision, and whether it is new. Raises RefTaken, Unavailable."""
    with desk.store.write() as work:
        new = cases.accept(work, ref, sent, by=by, triage=desk.triage)
    return assess(desk, ref, because="received"), new


def receive_message(desk: Desk, ref: str, message_ref: str, text: str, *, by: str) -> tuple[Json, bool]:
    """Accept a follow-up. Raises UnknownReport, RefTaken, Unavailable, SealBroken."""
    with desk.store.write() as work:
        row = cases.locked(work, ref)
        if row is None:
            raise UnknownReport
        _must_open(work, row)
        new = cases.accept_message(work, row, message_ref, text, by=by, triage=desk.triage)
    return assess(desk, ref, because="message"), new


def _must_open(work: Work, row: Row) -> None:
    """What cannot be opened could not be assessed: better nothing is accepted. Raises SealBroken."""
    cases.texts_of(work.sql, work.vault, row.ref)
    for decision_id in {row.decision_id, row.handled_decision_id}:
        verdicts.document(work.sql, work.vault, decision_id)


def assess(desk: Desk, ref: str, *, because: str) -> Json:
    """The decision on everything a report holds now, made and stored if it is not yet.

    A more urgent assessment may be completed meanwhile: then the question is asked again with the
    new high-water mark.
    """
    for _ in range(TRIES):
        with desk.store.read() as sql:
            row = sql.execute(sa.select(reports).where(reports.c.ref == ref)).one()
            if row.assessed != "pending":
                return _stored(desk, sql, row)
            report = cases.report(sql, desk.store.vault, row)
        made = _decide(desk, row, report, because)
        with desk.store.write() as work:
            held = cases.locked(work, ref)
            if held is not None:
                _record(desk, work, held, made)
    with desk.store.read() as sql:
        return _stored(desk, sql, sql.execute(sa.select(reports).where(reports.c.ref == ref)).one())


def complete(desk: Desk, ref: str) -> None:
    """Give a report that has a degraded answer, or none, its full assessment, however long it takes."""
    with desk.store.read() as sql:
        row = sql.execute(sa.select(reports).where(reports.c.ref == ref)).one()
        report = cases.report(sql, desk.store.vault, row)
    decision = desk.triage.decide(
        report, high_water=_mark(row), with_model=not switches.rules_only(desk.store)
    )
    _store_late(desk, row, report, decision)


def recover(desk: Desk, *, older_than: float = CLAIM_SECONDS) -> int:
    """Assess what a crash or a lack of a model left behind; several processes share the work."""
    found = _claim(desk, older_than)
    for ref in found:
        complete(desk, ref)
    return len(found)


def _decide(desk: Desk, row: Row, report: Report, because: str) -> Made:
    decision = desk.assessor.decide(
        report,
        high_water=_mark(row),
        rules_only=switches.rules_only(desk.store),
        late=lambda full: _try_to_store_late(desk, row, report, full),
    )
    return _made(desk, row, report, decision, because)


def _made(desk: Desk, row: Row, report: Report, decision: Decision, because: str) -> Made:
    line = verdicts.headline(decision, report.parts)
    counted = words.counted(report.parts, desk.triage.rulebook)
    return Made(decision, row.parts, because, line, counted, _raised(desk, row, report, decision))


def _try_to_store_late(desk: Desk, row: Row, report: Report, decision: Decision) -> None:
    try:
        _store_late(desk, row, report, decision)
    except Unavailable:
        log.warning("full assessment of report %s not stored; recovery will", row.ref)


def _store_late(desk: Desk, row: Row, report: Report, decision: Decision) -> None:
    made = _made(desk, row, report, decision, "completed")
    with desk.store.write() as work:
        held = cases.locked(work, row.ref)
        if held is not None:
            _record(desk, work, held, made)


def _record(desk: Desk, work: Work, held: Row, made: Made) -> None:
    """Store a decision unless it is stale or adds nothing, and tell the caller of it."""
    if verdicts.is_stale(held, made.decision) or verdicts.record(work, held, made, desk.triage) is None:
        return
    decision = made.decision
    told = {"grade": int(decision.grade), "team": decision.team, "degraded": decision.degraded}
    emergency = decision.grade == Grade.EMERGENCY and held.suggested_grade != Grade.EMERGENCY
    outbox.put(work, desk.settings, held.ref, "emergency" if emergency else "decision", **told)


def _raised(desk: Desk, row: Row, report: Report, decision: Decision) -> Grade | None:
    """What evidence new to the handler asks for, once there is a handler."""
    if row.handled_decision_id is None:
        return None
    with desk.store.read() as sql:
        shown = verdicts.document(sql, desk.store.vault, row.handled_decision_id)
        then = verdicts.stored(sql, row.handled_decision_id)
    if shown is None:
        return decision.grade
    earlier = Report(text=report.text, messages=report.messages[: then.parts - 1])
    now = verdicts.model_opinion(desk.triage, report) if not decision.degraded else None
    before = verdicts.model_opinion(desk.triage, earlier) if then.complete else None
    return verdicts.asks_for(verdicts.as_json(decision), shown, model_now=now, model_then=before)


def _claim(desk: Desk, older_than: float) -> list[str]:
    """References of reports that lack a full assessment and that no other process is at."""
    modelled = desk.triage.classifier is not None and not switches.rules_only(desk.store)
    kinds = ["pending", "degraded"] if modelled else ["pending"]
    with desk.store.write() as work:
        claim = reports.c.claimed_until
        # Beyond what a claim or the present can be: written before the clock was set back.
        free = claim.is_(None) | (claim < work.now) | (claim > work.now + CLAIM_SECONDS)
        received = reports.c.received_at
        old = (received <= work.now - older_than) | (received > work.now + CLAIM_SECONDS)
        query = sa.select(reports.c.ref).where(reports.c.assessed.in_(kinds), free, old)
        query = query.where(reports.c.forgotten_at.is_(None))
        found = list(work.sql.execute(query.limit(20).with_for_update(skip_locked=True)).scalars())
        claimed = sa.update(reports).where(reports.c.ref.in_(found))
        work.sql.execute(claimed.values(claimed_until=work.now + CLAIM_SECONDS))
    return found


def _stored(desk: Desk, sql: sa.Connection, row: Row) -> dict[str, Any]:
    found = verdicts.document(sql, desk.store.vault, row.decision_id)
    if found is None:
        raise UnknownReport
    return found


def _mark(row: Row) -> Grade | None:
    return Grade(row.high_water) if row.high_water else None
