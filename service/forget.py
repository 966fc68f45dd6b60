"""The one way in which anything is removed: what people wrote goes, what was done stays.

Text, decisions' words, notes, answers and keys of the reporter are taken out of the store; grades,
teams, times, digests and the audit remain, and the audit still verifies. The places where copies
went are named: backups and exports made since, and the models that were trained on those exports.

Law: whether a report may go is asked again under the lock under which it goes. One that was reopened or
put on hold since it was chosen is kept, and said to be.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from service import cases, retention
from service.desk import UnknownReport
from service.retention import Due, Kind
from service.store.review_tables import label_reviews
from service.store.store import Store, Work
from service.store.tables import copied, copies, decisions, handler_actions, parts, reports, shadows


class OnHold(ValueError):
    """A report must be kept until its hold is taken off."""


class Changed(ValueError):
    """A report is no longer what it was when it was chosen to be forgotten."""


class StillOpen(ValueError):
    """A report is not closed, and nobody said that it may go all the same."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was forgotten, and where copies of it still are, for a person to see to. `left` says why
    one that had been chosen was kept after all."""

    ref: str
    copies: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    left: str | None = None


# Whether a report, now locked, may still go at a moment.
Still = Callable[[cases.Row, float], bool]


def forget(
    store: Store,
    ref: str,
    *,
    by: str,
    why: str | None = None,
    models: Path | None = None,
    still: Still = lambda _row, _now: True,
) -> Forgotten:
    """Forget one report. Raises UnknownReport, OnHold, Changed."""
    with store.write() as work:
        row = cases.locked(work, ref)
        if row is None:
            raise UnknownReport
        if row.retention == retention.HOLD:
            raise OnHold(f"report {ref} is on hold: see `triage hold`")
        if not still(row, work.now):
            raise Changed(f"report {ref} is no longer closed and due")
        if row.forgotten_at is None:
            _wipe(work, row)
            work.audit(by, "erasure", ref, why=why)
        places = _copies(work.sql, ref, row.received_at)
    exports = {digest for kind, _name, digest in places if kind == "export"}
    trained = tuple(_models_from(models, exports)) if models is not None else ()
    return Forgotten(ref, tuple(f"{kind} {name}" for kind, name, _digest in places), trained)


def closed_or_gone(row: cases.Row, _now: float) -> bool:
    """For a report that is asked for by name. Raises StillOpen."""
    if row.state != "closed" and row.forgotten_at is None:
        raise StillOpen(f"report {row.ref} is {row.state}, not closed: close it, or say --open-too")
    return True


def before(store: Store, moment: float, **given: Any) -> list[Forgotten]:
    """Forget every closed report that was received before a moment and is not on hold."""
    with store.read() as sql:
        old = (reports.c.received_at < moment) & (reports.c.state == "closed")
        old &= reports.c.forgotten_at.is_(None) & (reports.c.retention != retention.HOLD)
        refs = list(sql.execute(sa.select(reports.c.ref).where(old).order_by(reports.c.ref)).scalars())
    return [_if_still(store, ref, still=lambda row, _now: row.state == "closed", **given) for ref in refs]


def those_due(
    store: Store, found: Iterable[Due], kinds: tuple[Kind, ...], *, why: str | None = None, **given: Any
) -> Iterator[Forgotten]:
    """Forget reports that were found due, each if it still is; without a reason, for its kind."""
    for one in found:
        yield _if_still(store, one.ref, still=retention.may_go(kinds), why=why or one.kind, **given)


def _if_still(store: Store, ref: str, **given: Any) -> Forgotten:
    try:
        return forget(store, ref, **given)
    except (OnHold, Changed) as error:
        return Forgotten(ref, left=str(error))


def _wipe(work: Work, row: cases.Row) -> None:
    for table in (parts, decisions, handler_actions, label_reviews):
        work.sql.execute(sa.update(table).where(table.c.ref == row.ref).values(sealed=None))
    work.sql.execute(sa.delete(shadows).where(shadows.c.ref == row.ref))
    gone: dict[str, object] = {"asked": {}, "reporter_key": None, "submitted_at": None, "headline": None}
    cases.change(work, row, {**gone, "assessed": "complete", "forgotten_at": work.now})


def _copies(sql: sa.Connection, ref: str, received_at: float) -> Sequence[tuple[str, str, str]]:
    held = sa.select(copied.c.copy_id).where(copied.c.ref == ref)
    backup = (copies.c.kind == "backup") & (copies.c.made_at >= received_at)
    query = sa.select(copies.c.kind, copies.c.name, copies.c.digest).where(backup | copies.c.id.in_(held))
    return [(kind, name, digest) for kind, name, digest in sql.execute(query.order_by(copies.c.id))]


def _models_from(folder: Path, exports: set[str]) -> list[str]:
    """Models whose manifest names the digest of one of these exports."""
    found = []
    for path in sorted(folder.glob("*/manifest.json")):
        text = path.read_text(encoding="utf-8")
        if any(digest in text for digest in exports):
            found.append(str(json.loads(text).get("model_id", path.parent.name)))
    return found
