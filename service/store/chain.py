"""The audit: who did what to which report, each entry chained to the one before it.

An entry holds digests of content, never the content, so that the chain still verifies after a
report is forgotten. A changed, missing or reordered entry breaks the chain where it happened.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from typing import Literal

import sqlalchemy as sa

from service.store.tables import audit, ledger

What = Literal[
    "collection", "alteration", "consultation", "disclosure", "combination", "erasure", "administration"
]
START = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One act upon a report. `content` digests what it was done to, with the salt kept beside that."""

    at: float
    who: str
    what: What
    ref: str | None
    why: str | None
    content: str | None

    def digest(self, number: int, previous: str) -> str:
        return hashlib.sha256(json.dumps([number, previous, *astuple(self)]).encode()).hexdigest()


def append(sql: sa.Connection, entries: Sequence[Entry], number: int, digest: str) -> tuple[int, str]:
    """Add entries after the last one; answers its new number and digest."""
    rows = []
    for entry in entries:
        number += 1
        digest = entry.digest(number, digest)
        rows.append({**_columns(entry), "number": number, "digest": digest})
    if rows:
        sql.execute(sa.insert(audit), rows)
    return number, digest


def problems(sql: sa.Connection) -> Iterator[str]:
    """Every entry that was changed, removed or moved, named by its number."""
    number, digest = 0, START
    for row in sql.execute(sa.select(audit).order_by(audit.c.number)):
        if row.number != number + 1:
            yield f"audit entry {number + 1} is missing"
        entry = Entry(row.at, row.who, row.what, row.ref, row.why, row.content_digest)
        if entry.digest(row.number, digest) != row.digest:
            yield f"audit entry {row.number} is not what was written, or the one before it is not"
        number, digest = row.number, row.digest
    last = sql.execute(sa.select(ledger)).one()
    if (last.audit_number, last.audit_digest) != (number, digest):
        yield f"the last audit entry should be {last.audit_number}: entries after {number} are missing"


def _columns(entry: Entry) -> dict[str, object]:
    return {
        "at": entry.at,
        "who": entry.who,
        "what": entry.what,
        "ref": entry.ref,
        "why": entry.why,
        "content_digest": entry.content,
    }
