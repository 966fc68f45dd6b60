"""What `make demo` runs: the whole product on this machine, with sample reports, until Ctrl-C.

Everything goes through the product's own doors: `triage train`, the migrations, `triage serve` and
the HTTP API. It listens on 127.0.0.1 alone.
"""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import click

from service import keys, users
from service.client import Client, NoAnswer, Refused
from service.store import migrate
from service.store.store import Store, connect

VAR = Path("var")
SAMPLES = Path("data/samples")
REPORTS = 25
DEFAULT_PORT = 8000
START_SECONDS = 60.0
# Each is named by its role.
USERNAME, SUPERVISOR = "handler", "supervisor"
# Sent first, so that its clock runs out first and it heads the queue.
MACHETE = "theres a lad outside the shop on Narborough Road waving a machete about, people running"


@click.command()
@click.option("--port", default=DEFAULT_PORT, show_default=True)
@click.option("--reports", "count", default=REPORTS, show_default=True, help="Sample reports to send.")
def main(port: int, count: int) -> None:
    """Show the product with sample reports until Ctrl-C."""
    _refuse_taken(port)
    # A demo that is told to stop in any way takes its service with it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    VAR.mkdir(exist_ok=True)
    train_if_missing()
    # A store for each port, so that two demos do not change each other's key and password.
    name = "demo.db" if port == DEFAULT_PORT else f"demo-{port}.db"
    access = prepare(f"sqlite:///{VAR.absolute()}/{name}", port)
    server = start(access, port)
    try:
        fill(Client(access["url"], access["api_key"]), server, count)
        _write(VAR / "demo.json", access)
        _tell(access)
        server.wait()
    except KeyboardInterrupt:
        click.echo("Stopping.")
    finally:
        stop(server)


def train_if_missing() -> None:
    """Train the sample model if there is none; without one the rules answer, and say so."""
    labels = sorted(SAMPLES.glob("train*.jsonl"))
    if (VAR / "models" / "current").exists() or not labels:
        return
    click.echo("Training the sample model; this is done once.")
    options = [("--dev", SAMPLES / "dev.jsonl"), ("--gate", SAMPLES / "gate.yaml")]
    given = [part for name, path in options if path.exists() for part in (name, str(path))]
    done = subprocess.run([_triage(), "train", *map(str, labels), *given], check=False)
    if done.returncode != 0:
        click.echo("There is no model: the rules answer alone, and every answer says so.", err=True)


def prepare(database: str, port: int) -> dict[str, str]:
    """Make the store, a key and an account; answers with what is needed to use them."""
    store = connect(database)
    migrate.upgrade(store)
    for old in keys.listed(store):
        keys.revoke(store, old.id)
    _key, secret = keys.make(store, "demo")
    password = secrets.token_urlsafe(12)
    for name in (USERNAME, SUPERVISOR):
        _account(store, name, password)
    store.close()
    url = f"http://127.0.0.1:{port}"
    return {"url": url, "api_key": secret, "username": USERNAME, "password": password, "database": database}


def start(access: dict[str, str], port: int) -> "subprocess.Popen[bytes]":
    """Start the service as a child of this process."""
    settings = {
        "TRIAGE_DATABASE_URL": access.pop("database"),
        "TRIAGE_SECRET_KEY": secrets.token_hex(32),
        "TRIAGE_SECURE_COOKIES": "false",
        "TRIAGE_DEMO": "true",
        # Half rather than a twentieth, so that there is something to see.
        "TRIAGE_SECOND_READ_SHARE": "0.5",
    }
    command = [_triage(), "serve", "--host", "127.0.0.1", "--port", str(port)]
    log = (VAR / "demo.log").open("ab")
    # Its own session: Ctrl-C reaches this process alone, which then stops it in order.
    return subprocess.Popen(command, env=os.environ | settings, stderr=log, start_new_session=True)


def fill(client: Client, server: "subprocess.Popen[bytes]", count: int) -> None:
    """Send sample reports through the API once it is ready."""
    until = time.monotonic() + START_SECONDS
    while not _is_ready(client):
        if server.poll() is not None or time.monotonic() > until:
            raise click.ClickException(f"The service did not start; see {VAR}/demo.log")
        time.sleep(0.2)
    for ref, text in _samples(count):
        with suppress(Refused):  # an earlier demo sent another sample under this reference
            client.send(ref, text)


def stop(server: "subprocess.Popen[bytes]") -> None:
    """Stop the service and wait until it is gone."""
    if server.poll() is None:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(timeout=40)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _account(store: Store, name: str, password: str) -> None:
    if not users.change(store, name, role=name, password=password):
        users.add(store, name, name, password)


def _samples(count: int) -> list[tuple[str, str]]:
    path = SAMPLES / "dev.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    texts = [json.loads(line)["text"] for line in lines[:: max(1, len(lines) // count)]][: count - 1]
    return [(f"LP-{number:04}", text) for number, text in enumerate([MACHETE, *texts], start=1)]


def _is_ready(client: Client) -> bool:
    try:
        return bool(Client(client.url, client.key, deadline=1.0, timeout=1.0).ready())
    except NoAnswer:
        return False


def _refuse_taken(port: int) -> None:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            raise click.ClickException(f"Port {port} is taken: try `make demo PORT={port + 1}`") from None


def _write(path: Path, access: dict[str, str]) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(access, file, indent=2)


def _tell(access: dict[str, str]) -> None:
    click.echo(f"Ready at {access['url']} until Ctrl-C. The API is described at {access['url']}/docs")
    click.echo(f"  sign in as {access['username']} or {SUPERVISOR} with password {access['password']}")
    click.echo(f"  a form to report with: {access['url']}/demo/report")
    click.echo(f"  API key {access['api_key']}")
    click.echo(f"These are in {VAR}/demo.json too.")


def _triage() -> str:
    return str(Path(sys.executable).with_name("triage"))


if __name__ == "__main__":
    main()
