"""The service as it is run: started by its command, reloaded and stopped without losing a request."""

import os
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest

from service.client import Client
from tests.service.server import TRIAGE, free_port, running, secret_for
from triage_model import rules

MACHETE = "theres a lad outside the shop on Narborough Road waving a machete about, people running"


@pytest.fixture
def address(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/triage.db"


def test_it_starts_answers_and_stops(address: str, tmp_path: Path) -> None:
    with running(address, tmp_path, secret_for(address)) as service:
        assert service.client.send("LP-1", MACHETE)["grade"] == 1
        assert service.client.standing("LP-1")["state"] == "waiting"
        assert service.client.ready()["degraded"] is True
        until = time.monotonic() + 20  # the first worker may answer before the second is there
        while len(service.workers()) < 2 and time.monotonic() < until:
            time.sleep(0.05)
        assert len(service.workers()) == 2
    assert service.process.returncode == 0
    told = [event for event in service.events() if "by rules alone" in str(event["event"])]
    assert {event["level"] for event in told} == {"warning"}
    assert "\nmodel not used" not in "\n" + service.log.read_text()
    assert "machete" not in service.log.read_text()


def test_a_reload_loses_no_request(address: str, tmp_path: Path) -> None:
    answers: list[int] = []
    with running(address, tmp_path, secret_for(address)) as service:
        before = service.workers()
        # A single try each: a refused or broken request would raise.
        once = Client(service.client.url, service.client.key, deadline=20.0, timeout=20.0)

        def send(part: int) -> None:
            for number in range(25):
                answers.append(once.send(f"LP-{part}-{number}", MACHETE)["grade"])

        threads = [threading.Thread(target=send, args=(part,)) for part in range(3)]
        for thread in threads:
            thread.start()
        service.process.send_signal(signal.SIGHUP)
        for thread in threads:
            thread.join()
        until = time.monotonic() + 20
        while set(service.workers()) & set(before) and time.monotonic() < until:
            time.sleep(0.1)
        assert not set(service.workers()) & set(before)
    assert answers == [1] * 75


def test_a_metrics_folder_that_is_swept_away_costs_no_answer(address: str, tmp_path: Path) -> None:
    folder = tmp_path / "metrics"
    secret = secret_for(address)
    with running(address, tmp_path, secret, metrics_dir=str(folder)) as service:
        shutil.rmtree(folder)
        for pid in service.workers():
            os.kill(pid, signal.SIGKILL)
        assert service.client.send("LP-1", MACHETE)["grade"] == 1
        assert service.client.ready()["degraded"] is True
    assert "a request was not measured" in service.log.read_text()


def test_a_killed_worker_is_replaced(address: str, tmp_path: Path) -> None:
    with running(address, tmp_path, secret_for(address)) as service:
        for pid in service.workers():
            os.kill(pid, signal.SIGKILL)
        assert service.client.send("LP-1", MACHETE)["grade"] == 1


def test_a_start_waits_for_a_database_that_comes_later(address: str, tmp_path: Path) -> None:
    secret = secret_for(address)
    late = f"sqlite:///{tmp_path}/there/triage.db"

    def appear() -> None:
        (tmp_path / "there").mkdir()
        (tmp_path / "triage.db").rename(tmp_path / "there" / "triage.db")

    timer = threading.Timer(4.0, appear)
    timer.start()
    with running(late, tmp_path, secret) as service:
        assert service.client.send("LP-1", MACHETE)["grade"] == 1
    timer.join()


def test_check_names_what_is_wrong(tmp_path: Path) -> None:
    environment = {**os.environ, "TRIAGE_DATABASE_URL": f"sqlite:///{tmp_path}/empty.db"}
    done = subprocess.run(
        [TRIAGE, "serve", "--check"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "triage db upgrade" in done.stderr


def test_broken_rules_stop_the_start_and_are_named(address: str, tmp_path: Path) -> None:
    secret_for(address)
    shutil.copytree(rules.DEFAULT, tmp_path / "rules")
    (tmp_path / "rules" / "bad.yaml").write_text("rules: [{id: R99")
    environment = {**os.environ, "TRIAGE_DATABASE_URL": address, "TRIAGE_RULEBOOK": str(tmp_path / "rules")}
    command = [TRIAGE, "serve", "--port", str(free_port())]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "bad.yaml" in done.stderr
