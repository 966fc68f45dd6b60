"""Finds what was changed, removed or moved: in the audit itself, and in what the audit speaks of.

Each part, decision and act was digested with a salt of its own when it was written, and the digest
went into the chain. What was forgotten is no longer there to compare; its digests still chain.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from service import draws, labels, verdicts
from service.digests import digest
from service.store import chain
from service.store.review_tables import draws as drawn
from service.store.review_tables import label_reviews
from service.store.store import Store
from service.store.tables import audit, decisions, handler_actions, parts
from service.vault import SealBroken


def problems(store: Store, *, head: str | None = None) -> Iterator[str]:
    """Everything that is not as it was written. `head` is what `head()` gave some time before."""
    with store.read() as sql:
        yield from chain.problems(sql)
        if head is not None and not _holds(sql, head):
            yield f"the audit does not continue from {head}: it was written anew"
        told = _told(sql)
        yield from _wrong(store, sql, told)


def head(store: Store) -> str:
    """The last entry as NUMBER:DIGEST. Kept elsewhere, it shows later that nothing was written anew."""
    with store.read() as sql:
        row = sql.execute(sa.select(audit).order_by(audit.c.number.desc()).limit(1)).first()
    return f"{row.number}:{row.digest}" if row else f"0:{chain.START}"


def _holds(sql: sa.Connection, head: str) -> bool:
    number, _, expected = head.partition(":")
    if not number.isdecimal():
        return False
    found = sql.execute(sa.select(audit.c.digest).where(audit.c.number == int(number))).scalar()
    return (found or chain.START) == expected


def _told(sql: sa.Connection) -> set[tuple[str, str]]:
    query = sa.select(audit.c.ref, audit.c.content_digest).where(audit.c.content_digest.is_not(None))
    return {(ref, content) for ref, content in sql.execute(query)}


def _wrong(store: Store, sql: sa.Connection, told: set[tuple[str, str]]) -> Iterator[str]:
    for name, ref, content in _contents(store, sql):
        if content is None:
            yield f"{name} of report {ref} cannot be opened: it was altered, moved, or its key is missing"
        elif (ref, content) not in told:
            yield f"{name} of report {ref} is not what was written"


def _contents(store: Store, sql: sa.Connection) -> Iterator[tuple[str, str, str | None]]:
    """Everything that is sealed, with its digest as it is now; none if it cannot be opened."""
    for row in sql.execute(sa.select(parts).where(parts.c.sealed.is_not(None), parts.c.salt.is_not(None))):
        yield f"part {row.number}", row.ref, _digest(store, row, lambda row, text: [row.number, text])
    for row in sql.execute(sa.select(decisions).where(decisions.c.sealed.is_not(None))):
        yield f"decision {row.id}", row.ref, _decision_digest(store, row)
    acts = sa.select(handler_actions).where(handler_actions.c.salt.is_not(None))
    for row in sql.execute(acts.where(handler_actions.c.sealed.is_not(None))):
        yield f"act {row.id}", row.ref, _digest(store, row, _act)
    for row in sql.execute(sa.select(label_reviews).where(label_reviews.c.sealed.is_not(None))):
        yield f"label review {row.id}", row.ref, _digest(store, row, labels.content)
    for row in sql.execute(sa.select(drawn)):
        yield f"draw {row.id}", row.ref, draws.content(row)


def _act(row: Any, text: str) -> list[Any]:
    return [row.kind, row.grade, row.team, row.details, text]


def _digest(store: Store, row: Any, form: Any) -> str | None:
    try:
        return digest(form(row, store.vault.open(row.sealed, row.ref)), row.salt)
    except SealBroken:
        return None


def _decision_digest(store: Store, row: Any) -> str | None:
    try:
        return digest(verdicts.opened(store.vault, row), row.salt)
    except (SealBroken, ValueError):
        return None
