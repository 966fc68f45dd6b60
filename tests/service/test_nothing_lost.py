"""Law 5 under violence: workers, master and all are killed at random moments while reports come in.

Whatever was accepted is there afterwards, decided once or in front of a person; nothing is doubled.
"""

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa

from service import desk as desks
from service.client import Client, NoAnswer
from service.store.store import connect
from service.store.tables import decisions, outbox, parts, reports
from tests.service.conftest import desk_over, new_database
from tests.service.receiver import receiving
from tests.service.server import Running, free_port, launch, secret_for, stop, wait_until_ready
from triage_model.triage import Triage

TEXTS = (
    "theres a lad outside the shop waving a machete about, people running",
    "My bicycle was stolen from the shed last week.",
    "he is hitting her again next door, I can hear screaming",
)


@dataclass
class Senders:
    """Callers that send reports without pause and remember what was accepted."""

    client: Client
    accepted: list[str] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def send(self, name: str) -> None:
        number = 0
        while not self.stopped.is_set():
            ref = f"{name}-{number}"
            try:
                self.client.send(ref, TEXTS[number % len(TEXTS)])
                if number % 5 == 0:
                    self.client.add_message(ref, "m1", "it is still going on")
                self.accepted.append(ref)
            except NoAnswer:
                pass
            number += 1


@contextmanager
def sending(client: Client, count: int) -> Iterator[Senders]:
    senders = Senders(client)
    threads = [threading.Thread(target=senders.send, args=(f"s{n}",)) for n in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield senders
    finally:
        senders.stopped.set()
        for thread in threads:
            thread.join()


def wait_until_accepted(senders: Senders, more: int, seconds: float = 120.0) -> None:
    enough, until = len(senders.accepted) + more, time.monotonic() + seconds
    while len(senders.accepted) < enough:
        assert time.monotonic() < until, "nothing is accepted any more"
        time.sleep(0.05)


def kill_something(service: Running, chance: random.Random) -> bool:
    """Kill a worker, the master, or all at once. True when the service has to be started again."""
    what = chance.choice(("worker", "worker", "master", "all"))
    if what == "worker":
        workers = service.workers()
        if workers:
            os.kill(chance.choice(workers), signal.SIGKILL)
        return False
    if what == "all":
        os.killpg(service.process.pid, signal.SIGKILL)
    else:
        service.process.kill()
    service.process.wait()
    return True


@pytest.mark.parametrize("kills", [4, pytest.param(200, marks=pytest.mark.soak)])
def test_killing_loses_and_doubles_nothing(address: str, tmp_path: Path, rules: Triage, kills: int) -> None:
    secret, port, chance = secret_for(address), free_port(), random.Random(kills)
    service = launch(address, tmp_path, secret, port=port, keeper_seconds="0.5")
    try:
        wait_until_ready(service)
        with sending(Client(service.client.url, secret, deadline=60.0, timeout=10.0), 3) as senders:
            for _ in range(kills):
                if chance.random() < 0.9:  # else it is killed while it starts
                    wait_until_accepted(senders, 1)
                time.sleep(chance.uniform(0.0, 0.4))
                if kill_something(service, chance):
                    service = launch(address, tmp_path, secret, port=port, keeper_seconds="0.5")
            wait_until_ready(service)
    finally:
        stop(service)
    assert len(senders.accepted) > kills / 2
    check(address, rules, senders.accepted)


def check(address: str, rules: Triage, accepted: list[str]) -> None:
    """Every accepted report is decided once or waits; what waits is recovered."""
    store = connect(address)
    with store.read() as sql:
        rows = {row.ref: row for row in sql.execute(sa.select(reports))}
        assert set(accepted) <= set(rows)
        assert all(row.decision_id is not None or row.state == "waiting" for row in rows.values())
    for desk in desk_over(store, rules):
        while desks.recover(desk, older_than=0.0):
            pass
    with store.read() as sql:
        assert sql.execute(sa.select(sa.func.count()).where(reports.c.assessed == "pending")).scalar() == 0
        made = sa.select(decisions.c.ref, decisions.c.parts).group_by(decisions.c.ref, decisions.c.parts)
        assert sql.execute(made.having(sa.func.count() > 1)).all() == []
        counted = sa.select(parts.c.ref, sa.func.count()).group_by(parts.c.ref)
        assert {row[0]: row[1] for row in sql.execute(counted)} == {
            ref: row.parts for ref, row in rows.items()
        }
    store.close()


@pytest.mark.postgres
@pytest.mark.parametrize("count", [40, pytest.param(1000, marks=pytest.mark.soak)])
def test_two_machines_tell_each_event_though_one_dies(postgres: str, tmp_path: Path, count: int) -> None:
    address = new_database(postgres, f"t{os.urandom(6).hex()}")
    secret = secret_for(address)
    with receiving() as receiver:
        told = {"webhook_url": receiver.url, "webhook_secret": "s", "keeper_seconds": "0.3", "workers": "1"}
        machines = [launch(address, tmp_path, secret, port=free_port(), **told) for _ in range(2)]
        try:
            for machine in machines:
                wait_until_ready(machine)
            for number in range(count):
                machines[number % 2 if number < count // 2 else 1].client.send(
                    f"r{number}", TEXTS[number % 3]
                )
                if number == count // 2:
                    os.killpg(machines[0].process.pid, signal.SIGKILL)
                    machines[0].process.wait()
            wait_until_told(address, seconds=60)
        finally:
            for machine in machines:
                stop(machine)
    ids = [event["id"] for event in receiver.got]
    refs = {event["report_ref"] for event in receiver.got}
    assert refs == {f"r{number}" for number in range(count)}
    assert len(ids) - len(set(ids)) <= 20, "only what the dead machine had in hand may come again"
    assert len(set(ids)) == count


def wait_until_told(address: str, seconds: float) -> None:
    store = connect(address)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with store.read() as sql:
            if sql.execute(sa.select(sa.func.count()).where(outbox.c.sent_at.is_(None))).scalar() == 0:
                break
        time.sleep(0.2)
    store.close()
