"""A real service for tests: gunicorn on a free port of 127.0.0.1, always stopped."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from service import keys
from service.client import Client, NoAnswer
from service.store import migrate
from service.store.store import connect

TRIAGE = str(Path(sys.executable).with_name("triage"))


@dataclass
class Running:
    """A service and how to reach it."""

    process: "subprocess.Popen[bytes]"
    client: Client
    log: Path

    def workers(self) -> list[int]:
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in found.split()]

    def events(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def secret_for(address: str) -> str:
    """A migrated database and a key to it."""
    store = connect(address)
    migrate.upgrade(store)
    _key, secret = keys.make(store, "test")
    store.close()
    return secret


def launch(
    address: str, folder: Path, secret: str, *, port: int, before: Sequence[str] = (), **settings: str
) -> Running:
    """Start a service over a database that is there; whoever calls must stop it."""
    named = {f"TRIAGE_{name.upper()}": value for name, value in settings.items()}
    environment = {
        **os.environ,
        "TRIAGE_DATABASE_URL": address,
        "TRIAGE_MODEL": str(folder / "no-model"),
        "TRIAGE_ARCHIVE": str(folder / "archive"),
        "TRIAGE_PAGES": "false",
        **named,
    }
    log = folder / f"service-{port}.log"
    with log.open("ab") as stream:
        command = [*before, TRIAGE, "serve", "--port", str(port)]
        process = subprocess.Popen(
            command, env=environment, stderr=stream, stdout=stream, start_new_session=True
        )
    return Running(process, Client(f"http://127.0.0.1:{port}", secret), log)


def stop(service: Running) -> None:
    """Stop a service, in order if it will, and wait until it is gone."""
    service.process.terminate()
    try:
        service.process.wait(timeout=40)
    except subprocess.TimeoutExpired:
        service.process.kill()
        service.process.wait()


@contextmanager
def running(address: str, folder: Path, secret: str, **settings: str) -> Iterator[Running]:
    """A service over a database that is there, until the block ends."""
    service = launch(address, folder, secret, port=free_port(), **settings)
    try:
        wait_until_ready(service)
        yield service
    finally:
        stop(service)


def wait_until_ready(service: Running, seconds: float = 60.0) -> None:
    asked = Client(service.client.url, service.client.key, deadline=1.0, timeout=1.0)
    until = time.monotonic() + seconds
    while time.monotonic() < until and service.process.poll() is None:
        try:
            asked.ready()
        except NoAnswer:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"the service did not start: {service.log.read_text()[-2000:]}")
