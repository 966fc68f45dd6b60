"""Tells the caller what changed: signed, retried with growing pauses, never holding up a request.

Each event is claimed before it is sent, so any number of processes share the outbox. Delivery is at
least once: a process that dies between sending and noting it leaves the event to be sent again, with
the same `Triage-Event-Id`, by which a receiver knows it. Redirects are not followed: only the address
in the settings is called.
"""

import hashlib
import hmac
import http.client
import logging
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

import sqlalchemy as sa

from service import clock
from service.desk import Desk
from service.digests import canonical
from service.store.tables import outbox

log = logging.getLogger(__name__)

TIMEOUT = 5.0
# Longer than it takes to be refused by a receiver that hangs, for all that are claimed at a time.
LEASE_SECONDS = 30.0
AT_A_TIME = 5
FIRST_PAUSE = 5.0
LONGEST_PAUSE = 3600.0
MOST_ATTEMPTS = 80
OLDEST_SIGNATURE = 300.0


@dataclass(frozen=True, slots=True)
class Event:
    """Something to tell, as it was claimed."""

    id: int
    document: dict[str, Any]
    attempts: int


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_given: Any) -> None:
        return None


_opener = build_opener(ProxyHandler({}), _NoRedirects())


def deliver(desk: Desk) -> int:
    """Send what is due; answers how many events were taken by the receiver.

    It ends with the first few that were all refused: a receiver that hangs must not keep the keeper
    from its other work.
    """
    if desk.settings.webhook_url is None:
        return 0
    sent = 0
    while taken := _deliver_some(desk):
        sent += taken
    return sent


def _deliver_some(desk: Desk) -> int:
    tried = [(event, _send(desk, event)) for event in _claim(desk)]
    if tried:
        _note(desk, tried)
    return sum(problem is None for _event, problem in tried)


def signature(secret: str, at: float, body: bytes) -> str:
    """What `Triage-Signature` holds: the time, and an HMAC of time and body."""
    mac = hmac.new(secret.encode(), f"{at:.0f}.".encode() + body, hashlib.sha256)
    return f"t={at:.0f},v1={mac.hexdigest()}"


def is_genuine(secret: str, header: str, body: bytes, now: float) -> bool:
    """For receivers: whether a body came from us, and lately."""
    at = header.partition(",")[0].removeprefix("t=")
    if not at.isdecimal() or abs(now - float(at)) > OLDEST_SIGNATURE:
        return False
    return hmac.compare_digest(signature(secret, float(at), body), header)


def _claim(desk: Desk) -> list[Event]:
    with desk.store.write() as work:
        # Later than any pause: it was set before the clock was set back.
        now = (outbox.c.next_at <= work.now) | (outbox.c.next_at > work.now + LONGEST_PAUSE)
        due = sa.select(outbox).where(outbox.c.sent_at.is_(None), now)
        first = due.order_by(outbox.c.event != "emergency", outbox.c.id).limit(AT_A_TIME)
        rows = work.sql.execute(first.with_for_update(skip_locked=True)).all()
        mine = sa.update(outbox).where(outbox.c.id.in_([row.id for row in rows]))
        work.sql.execute(mine.values(next_at=work.now + LEASE_SECONDS, attempts=outbox.c.attempts + 1))
    return [Event(row.id, row.document, row.attempts + 1) for row in rows]


def _send(desk: Desk, event: Event) -> str | None:
    """Nothing when the receiver took it, else the kind of problem."""
    body = canonical({"id": event.id, **event.document}).encode()
    headers = {
        "Content-Type": "application/json",
        "Triage-Event-Id": str(event.id),
        "Triage-Signature": signature(desk.settings.webhook_secret, clock.now(), body),
    }
    try:
        with _opener.open(Request(str(desk.settings.webhook_url), body, headers), timeout=TIMEOUT):
            return None
    except HTTPError as error:
        error.close()
        return f"status {error.code}"
    except (URLError, http.client.HTTPException, OSError) as error:
        return type(error).__name__


def _note(desk: Desk, tried: list[tuple[Event, str | None]]) -> None:
    """In one transaction: a write for each event would cost as much as taking in a report."""
    with desk.store.write() as work:
        for event, problem in tried:
            values: dict[str, Any] = {"sent_at": work.now, "next_at": None, "problem": None}
            if problem is not None:
                log.warning("event %s not delivered: %s", event.id, problem)
                pause = min(FIRST_PAUSE * 2 ** (event.attempts - 1), LONGEST_PAUSE)
                again = work.now + pause if event.attempts < MOST_ATTEMPTS else None
                values = {"next_at": again, "problem": problem}
            work.sql.execute(sa.update(outbox).where(outbox.c.id == event.id).values(**values))
