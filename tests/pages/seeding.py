"""A store full of reports, put there without assessing each: for how long things take, not what they say."""

import sqlalchemy as sa

from service import clock
from service.digests import salt
from service.store.store import Store
from service.store.tables import handler_actions, ledger, parts, reports

TEAMS = ("volume_crime", "domestic_abuse", "serious_crime", "roads", "neighbourhood")
TEXT = "Someone has a blade now near the shops and people are running away from report"


def fill(store: Store, *, waiting: int, closed: int, seen_by: str = "hana") -> None:
    """So many reports that nobody has opened, and so many that were dealt with, each seen by someone."""
    with store.write() as work:
        rows = [_row(store, number, number < waiting, work.now) for number in range(waiting + closed)]
        for start in range(0, len(rows), 5_000):
            work.sql.execute(sa.insert(reports), rows[start : start + 5_000])
        done = [row for row in rows if row["state"] == "closed"]
        for start in range(0, len(done), 5_000):
            work.sql.execute(
                sa.insert(handler_actions), [_look(row, seen_by) for row in done[start:][:5_000]]
            )
        work.sql.execute(sa.insert(parts), [_part(store, row) for row in rows[: waiting + 500]])
        work.sql.execute(sa.update(ledger).values(change=len(rows)))


def _row(store: Store, number: int, waiting: bool, now: float) -> dict[str, object]:
    grade = 1 + number % 4
    ref = f"S-{number:06}"
    came = now - (number * 20 if waiting else 100_000 + number * 600)
    return {
        "ref": ref,
        "asked": {"answers": {"happening_now": "unknown"}},
        "received_at": came,
        "parts": 1,
        "state": "waiting" if waiting else "closed",
        "assessed": "complete",
        "high_water": grade,
        "suggested_grade": grade,
        "grade": grade,
        "team": TEAMS[number % len(TEAMS)],
        "flags": ["weapon", "domestic"] if number % 3 == 0 else [],
        "needs_review": number % 5 == 0,
        "restricted": False,
        "clock_from": came,
        "due_by": now + 3_600 + number,
        "headline": store.vault.seal(f"Someone has a blade now: “blade {number}”", ref),
        "holder": None if waiting else "hana",
        "opened_at": None if waiting else came + 60,
        "closed_at": None if waiting else came + 600,
        "retention": "operational",
        "version": 1,
        "change": number + 1,
    }


def _look(row: dict[str, object], username: str) -> dict[str, object]:
    return {
        "ref": row["ref"],
        "kind": "opened",
        "username": username,
        "version": 1,
        "details": {},
        "at": clock.now(),
    }


def _part(store: Store, row: dict[str, object]) -> dict[str, object]:
    ref = str(row["ref"])
    sealed = store.vault.seal(f"{TEXT} {ref}", ref)
    return {"ref": ref, "number": 0, "salt": salt(), "sealed": sealed, "received_at": row["received_at"]}
