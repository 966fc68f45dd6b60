"""Models change hands while reports come in: a real service, no request lost, back within five seconds."""

import resource
import signal
import subprocess
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from service.client import Client
from tests.service.server import TRIAGE, Running, running, secret_for
from training import promotion, promotion_policy, registry
from training.promotion import Asked
from triage_model import artefact, classifier
from triage_model.classifier import Classifier, Thresholds

TEXT = "kids gather at the park every weekend and leave rubbish and shout"
FASTEST = 5.0


@pytest.fixture
def models(fitted: Classifier, tmp_path: Path) -> Path:
    for prevalence in (0.03, 0.05):
        made = replace(fitted, prevalence=prevalence, thresholds=Thresholds(0.99, 0.99, 0.99))
        name = artefact.save(tmp_path / "models" / "new", classifier.content_of(made), {})
        (tmp_path / "models" / "new").rename(tmp_path / "models" / name)
    nothing_asked = "signatures: 0\npeople: {}\nmust_catch: []\n"
    (tmp_path / "models" / promotion_policy.NAME).write_text(nothing_asked)
    return tmp_path / "models"


def triage(*words: str) -> float:
    """Run a command; answers how long it was at work, which other work on the machine does not change."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([TRIAGE, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def answers_with(service: Running, model_id: str) -> None:
    """Tell the service to read its model again, and wait until that is what answers."""
    service.process.send_signal(signal.SIGHUP)
    until = time.monotonic() + 90
    while service.client.assess(TEXT)["model_id"] != model_id:
        assert time.monotonic() < until, "the service did not change its model"
        time.sleep(0.1)


@pytest.mark.parametrize("senders", [2, pytest.param(8, marks=pytest.mark.soak)])
def test_rollback_under_load_loses_no_report(models: Path, tmp_path: Path, senders: int) -> None:
    first, second = (folder.name for folder in registry.model_folders(models))
    address = f"sqlite:///{tmp_path}/triage.db"
    promotion.promote(models, first, Asked("x"))
    answers: list[str] = []
    failures: list[Exception] = []
    over = threading.Event()

    with running(address, tmp_path, secret_for(address), model=str(models / "current")) as service:
        # One try each, so that a single refused or broken request shows.
        once = Client(service.client.url, service.client.key, deadline=30.0, timeout=30.0)

        def send(part: int) -> None:
            number = 0
            while not over.is_set():
                number += 1
                try:
                    answers.append(once.send(f"LP-{part}-{number}", TEXT)["model_id"])
                except Exception as error:  # every failure counts, whatever it is
                    failures.append(error)
                time.sleep(0.02)

        threads = [threading.Thread(target=send, args=(part,)) for part in range(senders)]
        for thread in threads:
            thread.start()
        try:
            answers_with(service, first)
            promotion.promote(models, second, Asked("x"))
            answers_with(service, second)
            taken = triage("rollback", "--by", "x", "--models", str(models))
            answers_with(service, first)
        finally:
            over.set()
            for thread in threads:
                thread.join()
    assert not failures
    # On a busy machine the rules may answer for a late model (None): that is an answer, not an error.
    assert {first, second} <= set(answers)
    assert taken < FASTEST
