"""The model's folder is removed under a running service: it answers on, says so after a reload, loses nothing."""

import shutil
import signal
import time
from pathlib import Path

import pytest

from service.client import Client
from tests.model.test_broken_models import whole
from tests.service.server import running, secret_for
from tests.service.test_nothing_lost import check, sending, wait_until_accepted
from triage_model.triage import Triage

__all__ = ["whole"]


@pytest.mark.parametrize("more", [3, pytest.param(300, marks=pytest.mark.soak)])
def test_a_model_removed_under_load_loses_nothing(
    tmp_path: Path, whole: Path, rules: Triage, more: int
) -> None:
    folder = shutil.copytree(whole, tmp_path / "model")
    address = f"sqlite:///{tmp_path}/triage.db"
    secret = secret_for(address)
    with (
        running(address, tmp_path, secret, model=str(folder)) as service,
        sending(Client(service.client.url, secret, deadline=60.0, timeout=10.0), 2) as senders,
    ):
        wait_until_accepted(senders, more)
        assert service.client.ready()["degraded"] is False
        shutil.rmtree(folder)
        wait_until_accepted(senders, more)
        assert service.client.ready()["degraded"] is False, "what is loaded answers on"
        service.process.send_signal(signal.SIGHUP)
        until = time.monotonic() + 60
        while not service.client.ready()["degraded"]:
            assert time.monotonic() < until
            time.sleep(0.2)
        wait_until_accepted(senders, more)
    check(address, rules, senders.accepted)
