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
    remember(store, str(path.absolute()), hashlib.sha256(content).hexdigest(), refs, by=by)
    read.rename(path)
    return len(refs)


def remember(store: Store, name: str, digest: str, refs: list[str], *, by: str) -> None:
    """Keep which reports went into a label file, so that forgetting can name it."""
    with store.write() as work:
        kept = {"kind": "export", "name": name, "digest": digest, "made_by": by}
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
            yield label(row, answer, redacted(store, sql, row.ref))


def _answer(sql: sa.Connection, row: Row) -> Row | None:
    """The last decision of a handler, if it was on all there is."""
    mine = (handler_actions.c.ref == row.ref) & (handler_actions.c.kind == "decided")
    query = sa.select(handler_actions).where(mine).order_by(handler_actions.c.id.desc())
    found = sql.execute(query.limit(1)).first()
    return found if found is not None and found.decision_id == row.decision_id else None


def goes_down(answer: Row, suggested: int) -> bool:
    """Whether an answer is less urgent than what was suggested."""
    return bool(most_urgent([Grade(answer.grade), Grade(suggested)]) != answer.grade)


def seconded(sql: sa.Connection, answer: Row) -> bool:
    """Whether a second person came to the same: in a review of the answer, or in a blind reading."""
    others = (handler_actions.c.ref == answer.ref) & (handler_actions.c.username != answer.username)
    later = sa.select(handler_actions).where(others, handler_actions.c.id > answer.id)
    acts = sql.execute(later.where(handler_actions.c.kind.in_(("reviewed", "second_read")))).all()
    return any(_agrees(act, answer) for act in acts)


def _agrees(act: Row, answer: Row) -> bool:
    if act.kind == "reviewed":
        return bool(act.details.get("agrees"))
    return bool(act.grade == answer.grade)


def label(row: Row, answer: Row, text: str) -> dict[str, Any]:
    """One row of a label file."""
    return {
        "id": row.ref,
        "text": text,
        "grade": answer.grade,
        "team": answer.team,
        "flags": answer.details["flags"],
        "annotators": [{"by": answer.username, "grade": answer.grade, "team": answer.team}],
        "source": "handler",
        "incident": row.ref,
        "written_on": moment(row.received_at).date().isoformat(),
    }


def redacted(store: Store, sql: sa.Connection, ref: str) -> str:
    """All that was written in a report, without the personal details that are found."""
    return redact("\n\n".join(text for _number, text, _at in cases.texts_of(sql, store.vault, ref)))


def _may_train(sql: sa.Connection, row: Row, answer: Row) -> bool:
    return not goes_down(answer, row.suggested_grade) or seconded(sql, answer)
