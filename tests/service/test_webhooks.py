"""The caller is told of emergencies and changes: signed, retried, once, and with no text."""

import threading
import time
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from service import desk as desks
from service import escalate, handling, inbox, webhooks
from service.cases import Sent
from service.desk import Desk
from service.handling import Answer
from service.store.store import Store, connect
from service.store.tables import outbox, reports
from service.users import User
from tests.service.conftest import desk_over
from tests.service.receiver import Receiver, receiving
from triage_model.triage import Triage
from triage_model.types import Grade

BOB = User("bob", "supervisor", "-")
SHED = "My bicycle was stolen from the shed last week."
MACHETE = "theres a lad outside the shop waving a machete about, people running"
SECRET = "shared secret"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@pytest.fixture
def desk(store: Store, rules: Triage, receiver: Receiver) -> Iterator[Desk]:
    yield from desk_over(store, rules, webhook_url=receiver.url, webhook_secret=SECRET)


def send(desk: Desk, ref: str, text: str) -> None:
    desks.receive(desk, ref, Sent(text, {}), by="key:1")


def all_due(store: Store) -> None:
    with store.write() as work:
        work.sql.execute(sa.update(outbox).where(outbox.c.sent_at.is_(None)).values(next_at=work.now - 1))


def test_an_emergency_is_told_signed_and_without_text(desk: Desk, receiver: Receiver) -> None:
    send(desk, "a", MACHETE)
    assert webhooks.deliver(desk) == 1
    assert (receiver.got[0]["event"], receiver.got[0]["report_ref"]) == ("emergency", "a")
    header, body = receiver.raw[0]
    assert webhooks.is_genuine(SECRET, header, body, time.time())
    assert not webhooks.is_genuine("another secret", header, body, time.time())
    assert not webhooks.is_genuine(SECRET, header, body + b" ", time.time())
    assert not webhooks.is_genuine(SECRET, header, body, time.time() + 600)
    assert b"machete" not in body


def test_what_handlers_do_is_told(desk: Desk, receiver: Receiver) -> None:
    send(desk, "a", SHED)
    item = inbox.look(desk, BOB, "a").item
    handling.decide(desk, BOB, "a", item.version, Answer(Grade(item.grade), item.team))
    handling.close(desk, BOB, "a", item.version + 1)
    webhooks.deliver(desk)
    assert [event["event"] for event in receiver.got] == ["decision", "handled", "closed"]


@pytest.mark.parametrize("status", [500, 404, 302])
def test_a_refused_event_is_sent_again_later(desk: Desk, receiver: Receiver, status: int) -> None:
    receiver.refuse, receiver.status = 1, status
    send(desk, "a", MACHETE)
    assert webhooks.deliver(desk) == 0
    assert webhooks.deliver(desk) == 0
    all_due(desk.store)
    assert webhooks.deliver(desk) == 1
    assert len(receiver.got) == 1


def test_a_dead_receiver_never_blocks_a_report(store: Store, rules: Triage) -> None:
    for desk in desk_over(store, rules, webhook_url="http://127.0.0.1:9/"):
        send(desk, "a", MACHETE)
        assert webhooks.deliver(desk) == 0


def test_a_hanging_receiver_leaves_the_keeper_free(desk: Desk, receiver: Receiver) -> None:
    """Of forty events, those of one claim are tried; emergencies are among them though they came last."""
    receiver.refuse = 1000
    for number in range(38):
        send(desk, f"r{number}", SHED)
    for number in range(2):
        send(desk, f"e{number}", MACHETE)
    assert webhooks.deliver(desk) == 0
    with desk.store.read() as sql:
        tried = sql.execute(sa.select(outbox.c.ref).where(outbox.c.attempts > 0)).scalars().all()
    assert len(tried) == webhooks.AT_A_TIME
    assert {"e0", "e1"} <= set(tried)
    assert webhooks.AT_A_TIME * webhooks.TIMEOUT < webhooks.LEASE_SECONDS


def test_two_processes_tell_each_event_once(
    address: str, store: Store, rules: Triage, receiver: Receiver
) -> None:
    given = {"webhook_url": receiver.url, "webhook_secret": SECRET}
    other = connect(address)
    for desk in desk_over(store, rules, **given):
        for number in range(30):
            send(desk, f"r{number}", SHED)
        for second in desk_over(other, rules, **given):
            threads = [threading.Thread(target=webhooks.deliver, args=(one,)) for one in (desk, second) * 2]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    other.close()
    assert sorted(event["report_ref"] for event in receiver.got) == sorted(f"r{n}" for n in range(30))


def test_an_unread_report_alarms_once(desk: Desk, receiver: Receiver) -> None:
    send(desk, "a", MACHETE)
    with desk.store.write() as work:
        work.sql.execute(sa.update(reports).values(due_by=work.now - 1))
    assert escalate.overdue(desk) == 1
    assert escalate.overdue(desk) == 0
    webhooks.deliver(desk)
    assert [event["event"] for event in receiver.got] == ["emergency", "overdue"]
    assert inbox.queue(desk, BOB)[0].escalated_at is not None


def test_an_unreviewed_lowering_alarms_again(desk: Desk) -> None:
    send(desk, "a", MACHETE)
    seen = inbox.look(desk, BOB, "a").item.version
    handling.decide(desk, BOB, "a", seen, Answer(Grade.SCHEDULED, "serious_crime", (), "over", "It is over"))
    assert escalate.overdue(desk) == 0
    with desk.store.write() as work:
        work.sql.execute(sa.update(reports).values(second_review_by=work.now - 1))
    assert escalate.overdue(desk) == 1
