"""Handlers' answers as a label file for training: redacted, approved by a named person, and remembered.

An answer below the suggestion trains nothing until a second person has agreed with it: otherwise a
model would learn the queue's habits. Restricted reports are never exported.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from service import cases
from service.cases import Row
from service.clock import moment
from service.redact import redact
from service.store.store import Store
from service.store.tables import copied, copies, handler_actions, reports
from triage_model.types import Grade, most_urgent

DRAFT = ".draft"


class NotADraft(ValueError):
    """The file is not a draft of ours."""


def draft(store: Store, path: Path) -> int:
    """Write the redacted rows beside `path`, for a person to read; answers how many."""
    with store.read() as sql:
        rows = list(_rows(store, sql))
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
    path.with_name(path.name + DRAFT).write_text("".join(lines), encoding="utf-8")
    return len(rows)


def approve(store: Store, path: Path, *, by: str) -> int:
    """Make the draft the export, as it stands after its reader's changes. Raises NotADraft."""
    read = path.with_name(path.name + DRAFT)
    try:
        content = read.read_bytes()
        refs = [str(json.loads(line)["id"]) for line in content.splitlines()]
    except (OSError, ValueError, KeyError, TypeError):
        raise NotADraft(f"{read} is not a draft: write one first") from None
    _remember(store, path, hashlib.sha256(content).hexdigest(), refs, by)
    read.rename(path)
    return len(refs)


def _remember(store: Store, path: Path, digest: str, refs: list[str], by: str) -> None:
    with store.write() as work:
        kept = {"kind": "export", "name": str(path.absolute()), "digest": digest, "made_by": by}
        copy = work.sql.execute(
            sa.insert(copies).values(**kept, made_at=work.now).returning(copies.c.id)
        ).scalar_one()
        for ref in refs:
            work.sql.execute(sa.insert(copied).values(copy_id=copy, ref=ref))
            work.audit(f"user:{by}", "disclosure", ref, why="export for training")


def _rows(store: Store, sql: sa.Connection) -> Iterator[dict[str, Any]]:
    done = reports.c.state.in_(("decided", "closed")) & reports.c.forgotten_at.is_(None)
    query = sa.select(reports).where(done, reports.c.restricted.is_(False)).order_by(reports.c.ref)
    for row in sql.execute(query).all():
        answer = _answer(sql, row)
        if answer is not None and _may_train(sql, row, answer):
            yield _label(store, sql, row, answer)


def _answer(sql: sa.Connection, row: Row) -> Row | None:
    """The last decision of a handler, if it was on all there is."""
    mine = (handler_actions.c.ref == row.ref) & (handler_actions.c.kind == "decided")
    query = sa.select(handler_actions).where(mine).order_by(handler_actions.c.id.desc())
    found = sql.execute(query.limit(1)).first()
    return found if found is not None and found.decision_id == row.decision_id else None


def _may_train(sql: sa.Connection, row: Row, answer: Row) -> bool:
    if most_urgent([Grade(answer.grade), Grade(row.suggested_grade)]) == answer.grade:
        return True
    agreed = (handler_actions.c.ref == row.ref) & (handler_actions.c.kind == "reviewed")
    query = sa.select(handler_actions).where(agreed, handler_actions.c.id > answer.id)
    return any(act.details.get("agrees") and act.username != answer.username for act in sql.execute(query))


def _label(store: Store, sql: sa.Connection, row: Row, answer: Row) -> dict[str, Any]:
    texts = [text for _number, text, _at in cases.texts_of(sql, store.vault, row.ref)]
    return {
        "id": row.ref,
        "text": redact("\n\n".join(texts)),
        "grade": answer.grade,
        "team": answer.team,
        "flags": answer.details["flags"],
        "annotators": [{"by": answer.username, "grade": answer.grade, "team": answer.team}],
        "source": "handler",
        "incident": row.ref,
        "written_on": moment(row.received_at).date().isoformat(),
    }
