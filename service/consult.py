"""Records that someone looked at a report, and lets them look even when that cannot be recorded.

Failing upwards: with the disk full, a handler must still be able to read. Then the log has the entry.
"""

import logging
from collections.abc import Iterable

from service.store.chain import What
from service.store.store import Store, Unavailable

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
