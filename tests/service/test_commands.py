"""The commands of operators, as they are typed."""

import os
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service import desk as desks
from service.cases import Sent
from service.commands import COMMANDS
from service.demo import _write
from service.store.store import connect
from tests.service.conftest import desk_over
from tests.service.server import free_port
from triage_model.triage import Triage


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    address = f"sqlite:///{tmp_path}/triage.db"
    monkeypatch.setenv("TRIAGE_DATABASE_URL", address)
    monkeypatch.setenv("TRIAGE_ARCHIVE", str(tmp_path / "archive"))
    return address


def triage(*words: str, typed: str | None = None) -> Result:
    command = next(command for command in COMMANDS if command.name == words[0])
    return CliRunner().invoke(command, list(words[1:]), input=typed, standalone_mode=True)


def test_a_new_database_is_made_and_checked(database: str) -> None:
    assert triage("db", "check").exit_code == 1
    assert triage("db", "upgrade").exit_code == 0
    assert triage("db", "check").exit_code == 0


def test_check_tells_every_problem_and_what_should_not_stay(
    database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "keep.yaml").write_text("kinds: [{name: a, days: 1, why: x, teams: [nobody]}, {name: b}]")
    for name, value in (("WEBHOOK_URL", "ftp://x"), ("RETENTION", str(tmp_path / "keep.yaml"))):
        monkeypatch.setenv(f"TRIAGE_{name}", value)
    told = triage("serve", "--check")
    assert told.exit_code == 1
    for said in ("triage db upgrade", "a kind needs name, days and why", "http://", "TRIAGE_WEBHOOK_SECRET"):
        assert said in told.stderr


def test_check_notes_what_does_not_stop_the_service(
    database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TRIAGE_MODEL", str(tmp_path / "none"))
    triage("db", "upgrade")
    told = triage("serve", "--check")
    assert (told.exit_code, "Ready to serve." in told.stderr) == (0, True)
    for said in ("no model, the rules answer alone", "no encryption key", "TRIAGE_SECRET_KEY"):
        assert f"Note: {said}" in told.stderr


def test_a_schedule_that_names_a_stranger_is_a_problem(
    database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = "kinds: [{name: a, days: 1, why: x, teams: [nobody]}, {name: b, days: 1, why: x}]"
    (tmp_path / "keep.yaml").write_text(text)
    monkeypatch.setenv("TRIAGE_RETENTION", str(tmp_path / "keep.yaml"))
    triage("db", "upgrade")
    assert "kind a names nobody" in triage("serve", "--check").stderr


def test_keys_are_made_listed_and_revoked(database: str) -> None:
    triage("db", "upgrade")
    made = triage("keys", "make", "forms", "--scope", "assess")
    secret = made.stdout.strip()
    assert secret.startswith("tk_")
    listed = triage("keys", "list").stdout
    assert "forms\tassess" in listed
    assert secret not in listed
    assert triage("keys", "revoke", "1").exit_code == 0
    assert triage("keys", "revoke", "1").exit_code == 1


def test_users_are_added_and_changed(database: str) -> None:
    triage("db", "upgrade")
    typed = "correct horse battery\n" * 2
    assert triage("users", "add", "amy", typed=typed).exit_code == 0
    again = triage("users", "add", "amy", typed=typed)
    assert (again.exit_code, "already" in again.stderr) == (1, True)
    assert triage("users", "add", "bob", typed="short\nshort\n").exit_code == 1
    assert triage("users", "change", "amy", "--disable").exit_code == 0
    assert "disabled" in triage("users", "list").stdout
    assert triage("users", "change", "zoe", "--disable").exit_code == 1


def test_records_are_kept_by_commands(database: str, rules: Triage, tmp_path: Path) -> None:
    triage("db", "upgrade")
    store = connect(database)
    for desk in desk_over(store, rules):
        desks.receive(desk, "a", Sent("hello", {}), by="key:1")
    head = triage("audit", "head").stdout.strip()
    assert triage("audit", "verify", "--head", head).exit_code == 0
    assert triage("audit", "verify", "--head", "1:0").exit_code == 1
    assert "is not in" in triage("replay", "a").stdout
    backup = str(tmp_path / "b")
    assert triage("db", "backup", backup).exit_code == 0
    assert "holds reports" in triage("db", "restore", backup).stderr
    told = triage("forget", "--ref", "a", "--why", "retention", "--open-too").stdout
    assert "a is forgotten." in told
    assert f"a is still in backup {backup}." in told
    assert triage("forget").exit_code == 2
    assert triage("labels", "export", str(tmp_path / "l")).exit_code == 0
    assert triage("labels", "export", str(tmp_path / "l"), "--approve").exit_code == 2
    assert triage("labels", "export", str(tmp_path / "l"), "--approve", "--by", "bob").exit_code == 0
    assert triage("audit", "verify").exit_code == 0
    store.close()


def test_a_taken_port_is_said(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "service.demo", "--port", port]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ})
    assert done.returncode == 1
    assert f"Port {port} is taken" in done.stderr


def test_a_demo_that_is_stopped_takes_its_service_with_it(tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "service.demo", "--port", str(port), "--reports", "1"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as demo:
        until = time.monotonic() + 90
        while not (tmp_path / "var" / "demo.json").exists():
            assert demo.poll() is None
            assert time.monotonic() < until
            time.sleep(0.1)
        demo.terminate()
        demo.communicate(timeout=60)
    with socket.socket() as tried:
        assert tried.connect_ex(("127.0.0.1", port)) != 0


def test_what_the_demo_writes_is_for_its_owner_alone(tmp_path: Path) -> None:
    _write(tmp_path / "demo.json", {"url": "x"})
    assert stat.S_IMODE((tmp_path / "demo.json").stat().st_mode) == 0o600
