"""The clock is set back an hour: what was claimed, put off or noted before must not wait an hour for it."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from service import cases, clock, health, switches, webhooks
from service import desk as desks
from service.cases import Sent
from service.desk import Desk
from service.store.store import Store
from service.store.tables import outbox, reports
from tests.service.conftest import desk_over
from tests.service.receiver import Receiver, receiving
from triage_model.triage import Triage

HOUR = 3600.0
SHED = "My bicycle was stolen from the shed last week."


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@pytest.fixture
def desk(store: Store, rules: Triage, receiver: Receiver) -> Iterator[Desk]:
    yield from desk_over(store, rules, webhook_url=receiver.url, webhook_secret="s")


def test_what_was_accepted_and_claimed_is_recovered_at_once(desk: Desk) -> None:
    with desk.store.write() as work:
        cases.accept(work, "a", Sent(SHED, {}), by="key:1", triage=desk.triage)
    later = {"received_at": clock.now() + HOUR, "claimed_until": clock.now() + HOUR}
    with desk.store.write() as work:
        work.sql.execute(sa.update(reports).values(**later))
    assert desks.recover(desk) == 1


def test_a_claim_that_is_live_is_left_alone(desk: Desk) -> None:
    with desk.store.write() as work:
        cases.accept(work, "a", Sent(SHED, {}), by="key:1", triage=desk.triage)
        work.sql.execute(sa.update(reports).values(claimed_until=work.now + desks.CLAIM_SECONDS / 2))
    assert desks.recover(desk, older_than=0.0) == 0


def test_what_was_put_off_is_told_at_once(desk: Desk, receiver: Receiver) -> None:
    desks.receive(desk, "a", Sent(SHED, {}), by="key:1")
    for ahead, taken in ((webhooks.LONGEST_PAUSE / 2, 0), (HOUR + webhooks.LONGEST_PAUSE, 1)):
        with desk.store.write() as work:
            work.sql.execute(sa.update(outbox).values(next_at=work.now + ahead))
        assert webhooks.deliver(desk) == taken
    assert [event["report_ref"] for event in receiver.got] == ["a"]


def test_the_canary_goes_on(desk: Desk) -> None:
    switches.note(desk.store, health.CANARY_PASSED, clock.now() + HOUR)
    health.keep_canary(desk)
    assert switches.read(desk.store, health.CANARY_PASSED) <= clock.now()
