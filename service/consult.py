"""Records that someone looked at a report, and lets them look even when that cannot be recorded.

Failing upwards: with the disk full, a handler must still be able to read. Then the log has the entry.
"""

import logging
from collections.abc import Iterable

import sqlalchemy as sa

from service.store.chain import What
from service.store.store import Store, Unavailable, Work
from service.store.tables import handler_actions, reports

log = logging.getLogger(__name__)


def record(store: Store, who: str, what: What, *refs: str, why: str | None = None) -> None:
    """Who saw what, in the audit if it can be written, else in the log."""
    try:
        _write(store, who, what, refs, why)
    except Unavailable:
        for ref in refs:
            log.error("not in the audit: %s %s report %s", who, what, ref)


def _write(store: Store, who: str, what: What, refs: Iterable[str], why: str | None) -> None:
    with store.write() as work:
        for ref in refs:
            work.audit(who, what, ref, why=why)


def opened(store: Store, username: str, ref: str, version: int) -> None:
    """A handler opened a report: the first look stops the clock, and each look is audited."""
    try:
        with store.write() as work:
            _open(work, username, ref, version)
    except Unavailable:
        log.error("not in the audit: user:%s consultation report %s", username, ref)


def _open(work: Work, username: str, ref: str, version: int) -> None:
    waiting = (reports.c.ref == ref) & (reports.c.state == "waiting")
    first = sa.update(reports).where(waiting).values(state="opened", opened_at=work.now)
    if work.sql.execute(first).rowcount:
        work.changed.add(ref)
    seen = {"ref": ref, "kind": "opened", "username": username, "version": version, "details": {}}
    work.sql.execute(sa.insert(handler_actions).values(**seen, at=work.now))
    work.audit(f"user:{username}", "consultation", ref)
