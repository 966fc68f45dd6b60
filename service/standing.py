"""Where reports stand, as the API tells it: references, grades and times, no text but the decision's own."""

from typing import Any

import sqlalchemy as sa

from service import verdicts
from service.cases import Row
from service.clock import written
from service.store.tables import handler_actions, parts, reports
from service.vault import Vault

Json = dict[str, Any]


def of(sql: sa.Connection, vault: Vault, row: Row) -> Json:
    """One report: the current decision, its history and the handler's answer."""
    named = sa.select(parts.c.message_ref).where(parts.c.ref == row.ref, parts.c.number > 0)
    return {
        "report_ref": row.ref,
        "state": row.state,
        "assessed": row.assessed,
        "grade": row.grade,
        "team": row.team,
        "due_by": written(row.due_by),
        "received_at": written(row.received_at),
        "version": row.version,
        "forgotten": row.forgotten_at is not None,
        "messages": list(sql.execute(named.order_by(parts.c.number)).scalars()),
        "decision": verdicts.document(sql, vault, row.decision_id),
        "handled": _handled(sql, row.ref),
        "history": [_past(found) for found in verdicts.history(sql, row.ref)],
    }


def feed(sql: sa.Connection, after: int, limit: int) -> Json:
    """Reports that changed after a cursor, in order of commit, so that none is skipped."""
    later = sa.select(reports).where(reports.c.change > after).order_by(reports.c.change).limit(limit)
    rows = sql.execute(later).all()
    return {"items": [_item(row) for row in rows], "next": str(rows[-1].change if rows else after)}


def _item(row: Row) -> Json:
    return {
        "report_ref": row.ref,
        "state": row.state,
        "assessed": row.assessed,
        "grade": row.grade,
        "suggested_grade": row.suggested_grade,
        "team": row.team,
        "version": row.version,
        "due_by": written(row.due_by),
    }


def _past(row: Row) -> Json:
    return {
        "at": written(row.at),
        "because": row.because,
        "parts": row.parts,
        "complete": row.complete,
        "grade": row.grade,
        "grade_source": row.grade_source,
        "team": row.team,
        "model_id": row.model_id,
        "rulebook_id": row.rulebook_id,
        "taxonomy_id": row.taxonomy_id,
    }


def _handled(sql: sa.Connection, ref: str) -> Json | None:
    mine = (handler_actions.c.ref == ref) & (handler_actions.c.kind == "decided")
    row = sql.execute(sa.select(handler_actions).where(mine).order_by(handler_actions.c.id.desc())).first()
    if row is None:
        return None
    return {
        "at": written(row.at),
        "by": row.username,
        "grade": row.grade,
        "team": row.team,
        "flags": row.details["flags"],
        "agrees": row.details["agrees"],
    }
