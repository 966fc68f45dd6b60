"""A load for a real service: callers at a steady rate, two desks that poll, a receiver of webhooks.

    python -m tests.service.load --seconds 600 --picture service/load.svg

Latency counts from the moment a report was due to be sent, so that a service that stalls cannot hide it.
"""

import http.client
import http.cookiejar
import json
import random
import re
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import click

from service import users
from service.store.store import connect
from tests.service.load_picture import draw, summary
from tests.service.receiver import receiving
from tests.service.server import Running, running, secret_for

MODEL, SAMPLES = Path("var/models/current"), Path("data/samples/dev.jsonl")
WORDS, CALLERS, DESKS, POLL_SECONDS = 100, 32, 2, 3.0
PASSWORD = "correct horse battery"


@dataclass
class Seen:
    """What was measured: moments in seconds since the start, latencies in seconds, memory in bytes."""

    reports: list[tuple[float, float]] = field(default_factory=list)
    polls: list[tuple[float, float]] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    degraded: int = 0
    told: int = 0
    machine: list[float] = field(default_factory=list)


class Lines:
    """One connection for each caller, kept open as a real caller keeps it."""

    def __init__(self, service: Running) -> None:
        self._at = urllib.parse.urlsplit(service.client.url).netloc
        self._headers = {
            "Authorization": f"Bearer {service.client.key}",
            "Content-Type": "application/json",
        }
        self._own, self._all = threading.local(), list[http.client.HTTPConnection]()

    def post(self, body: dict[str, str]) -> tuple[int, dict[str, object]]:
        if not hasattr(self._own, "line"):
            self._own.line = http.client.HTTPConnection(self._at, timeout=30)
            self._all.append(self._own.line)
        try:
            return self._sent(body)
        except (
            ConnectionError
        ):  # a line that was idle is closed; a caller opens it again, with the same reference
            self._own.line.close()
            return self._sent(body)

    def _sent(self, body: dict[str, str]) -> tuple[int, dict[str, object]]:
        self._own.line.request("POST", "/v1/reports", json.dumps(body), self._headers)
        response = self._own.line.getresponse()
        return response.status, json.loads(response.read())

    def close(self) -> None:
        for line in self._all:
            line.close()


def texts(chance: random.Random) -> Iterator[str]:
    """Reports of a hundred words, put together from the samples."""
    words = " ".join(
        json.loads(line)["text"] for line in SAMPLES.read_text(encoding="utf-8").splitlines()
    ).split()
    while True:
        at = chance.randrange(len(words) - WORDS)
        yield " ".join(words[at : at + WORDS])


def run(folder: Path, *, seconds: float, rate: float, database: str | None = None) -> Seen:
    """Put a load on a service of two workers and say what was seen."""
    address = database or f"sqlite:///{folder}/triage.db"
    secret, seen = secret_for(address), Seen()
    _accounts(address)
    with receiving() as receiver:
        given = {"webhook_url": receiver.url, "webhook_secret": "s", "pages": "true", "model": str(MODEL)}
        given |= {"secure_cookies": "false", "secret_key": "k" * 32}
        with running(address, folder, secret, **given) as service, _beside(service, seen):
            _send(service, seen, seconds=seconds, rate=rate)
            _wait_until_told(receiver.got, len(seen.reports))
        seen.told = len({event["report_ref"] for event in receiver.got})
    return seen


def _send(service: Running, seen: Seen, *, seconds: float, rate: float) -> None:
    each, own, began = texts(random.Random(1)), Lines(service), time.monotonic()

    def one(number: int, text: str) -> None:
        due = began + number / rate
        time.sleep(max(0.0, due - time.monotonic()))
        try:
            status, answer = own.post({"report_ref": f"r{number}", "text": text})
        except (OSError, http.client.HTTPException) as error:
            seen.errors.append(type(error).__name__)
            return
        seen.reports.append((due - began, time.monotonic() - due))
        seen.degraded += bool(answer.get("degraded"))
        if status != 201:
            seen.errors.append(str(status))

    with ThreadPoolExecutor(CALLERS) as callers:
        list(callers.map(one, range(int(seconds * rate)), (next(each) for _ in range(int(seconds * rate)))))
    own.close()


@contextmanager
def _beside(service: Running, seen: Seen) -> Iterator[None]:
    """Desks that poll and a measure of memory, until the block ends."""
    stop, began = threading.Event(), time.monotonic()
    work = [threading.Thread(target=_poll, args=(service, seen, stop, began, n)) for n in range(DESKS)]
    work.append(threading.Thread(target=_weigh, args=(service, seen, stop, began)))
    for thread in work:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in work:
            thread.join()


def _poll(service: Running, seen: Seen, stop: threading.Event, began: float, number: int) -> None:
    jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    opener, url = urllib.request.build_opener(jar), service.client.url
    page = opener.open(f"{url}/sign-in").read().decode()
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page)
    form = {"username": f"desk{number}", "password": PASSWORD, "csrf_token": token[0] if token else ""}
    opener.open(f"{url}/sign-in", urllib.parse.urlencode(form).encode()).read()
    while not stop.wait(POLL_SECONDS):
        asked = time.monotonic()
        try:
            answer = opener.open(f"{url}/rows", timeout=30)
            answer.read()
            if not answer.url.endswith("/rows"):
                seen.errors.append("a desk is signed out")
        except OSError as error:
            seen.errors.append(f"poll: {type(error).__name__}")
        seen.polls.append((asked - began, time.monotonic() - asked))


def _weigh(service: Running, seen: Seen, stop: threading.Event, began: float) -> None:
    """Memory of master and workers, what they share counted once."""
    while not stop.wait(1.0):
        pids = [service.process.pid, *service.workers()]
        seen.memory.append((time.monotonic() - began, float(sum(map(_weight, pids)))))
        seen.machine.append(float(Path("/proc/loadavg").read_text().split()[0]))


def _weight(pid: int) -> int:
    try:
        found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    except OSError:
        return 0
    return int(found[1]) * 1024 if found else 0


def _accounts(address: str) -> None:
    store = connect(address)
    for number in range(DESKS):
        users.add(store, f"desk{number}", "handler", PASSWORD)
    store.close()


def _wait_until_told(got: list[dict[str, object]], count: int, seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while len({event["report_ref"] for event in list(got)}) < count and time.monotonic() < until:
        time.sleep(0.2)


@click.command()
@click.option("--seconds", default=600.0, show_default=True)
@click.option("--rate", default=20.0, show_default=True, help="Reports a second.")
@click.option("--database", help="Default: an SQLite file of its own.")
@click.option("--picture", type=click.Path(path_type=Path))
def main(seconds: float, rate: float, database: str | None, picture: Path | None) -> None:
    """Put a load on a service and tell its latency, its errors and its memory."""
    with tempfile.TemporaryDirectory() as folder:
        seen = run(Path(folder), seconds=seconds, rate=rate, database=database)
    for line in summary(seen.reports, seen.polls, seen.memory):
        click.echo(line)
    click.echo(f"{seen.told} told by webhook, {seen.degraded} degraded, errors: {seen.errors or 'none'}")
    click.echo(f"load of the machine: {min(seen.machine):.1f} to {max(seen.machine):.1f}")
    if picture is not None:
        draw(picture, seen.reports, seen.polls, seen.memory)


if __name__ == "__main__":
    main()
