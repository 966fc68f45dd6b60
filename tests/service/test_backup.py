"""A backup is restored whole into either kind of database, and a changed byte in it is found."""

import gzip
import hashlib
import json
import os
import stat
from pathlib import Path

import pytest

from service import backup, handling, inbox, verify
from service import desk as desks
from service.backup import BadBackup
from service.cases import Sent
from service.desk import Desk
from service.handling import Answer
from service.store import migrate
from service.store.store import Store, connect
from service.users import User
from tests.service.conftest import desk_over
from triage_model.triage import Triage
from triage_model.types import Grade

BOB = User("bob", "supervisor", "-")
MACHETE = "theres a lad outside the shop waving a machete about, people running"


@pytest.fixture
def made(desk: Desk, tmp_path: Path) -> Path:
    """A backup of two reports and what a handler did."""
    for ref in ("a", "b"):
        desks.receive(desk, ref, Sent(MACHETE, {}), by="key:1")
    version = inbox.look(desk, BOB, "a").item.version
    handling.decide(desk, BOB, "a", version, Answer(Grade.EMERGENCY, "serious_crime"))
    path = tmp_path / "triage.backup"
    assert backup.backup(desk.store, path, by="command") > 8
    return path


@pytest.fixture
def empty(tmp_path: Path) -> Store:
    store = connect(f"sqlite:///{tmp_path}/restored.db")
    migrate.upgrade(store)
    return store


def test_what_was_backed_up_is_restored_whole(made: Path, empty: Store, rules: Triage) -> None:
    backup.restore(empty, made)
    assert list(verify.problems(empty)) == []
    for desk in desk_over(empty, rules):
        assert inbox.look(desk, BOB, "a").parts[0].text == MACHETE
        assert inbox.look(desk, BOB, "a").item.state == "decided"
        desks.receive(desk, "c", Sent("one more", {}), by="key:1")
    empty.close()


def older(made: Path, revision: str) -> Path:
    """The backup as a release without counted words would have written it."""
    lines = gzip.decompress(made.read_bytes()).decode().splitlines()[:-1]
    rows = [json.loads(line.partition(" ")[2]) for line in lines]
    for row in rows[1:]:
        if row["table"] == "decisions":
            del row["row"]["words"], row["row"]["unknown"]
    text = "".join(map(backup._line, [{**rows[0], "revision": revision}, *rows[1:]]))
    end = {"end": len(rows), "sha256": hashlib.sha256(text.encode()).hexdigest()}
    path = made.with_name("older")
    path.write_bytes(gzip.compress((text + json.dumps(end) + "\n").encode()))
    return path


def test_a_backup_of_an_earlier_release_is_brought_up_to_this_one(
    made: Path, desk: Desk, empty: Store, rules: Triage
) -> None:
    with pytest.raises(BadBackup, match="revision 9999"):
        backup.restore(empty, older(made, "9999"))
    backup.restore(empty, older(made, "0003"))
    assert migrate.problems(empty) == []
    migrate.downgrade(desk.store, "base")
    migrate.upgrade(desk.store)
    backup.restore(desk.store, older(made, "0002"))
    for store in (empty, desk.store):
        assert list(verify.problems(store)) == []
        for other in desk_over(store, rules):
            assert inbox.look(other, BOB, "a").parts[0].text == MACHETE
            desks.receive(other, "c", Sent("one more", {}), by="key:1")
    empty.close()


def test_a_backup_goes_back_where_it_came_from(desk: Desk, made: Path) -> None:
    migrate.downgrade(desk.store, "base")
    migrate.upgrade(desk.store)
    backup.restore(desk.store, made)
    assert list(verify.problems(desk.store)) == []
    desks.receive(desk, "c", Sent("one more", {}), by="key:1")
    assert len(inbox.queue(desk, BOB)) == 3


def test_what_is_written_is_for_its_owner_alone(rules: Triage, tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        store = connect(f"sqlite:///{tmp_path}/triage.db")
        migrate.upgrade(store)
        (tmp_path / "b.part").touch(0o644)
        backup.backup(store, tmp_path / "b", by="command")
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
        store.close()
    finally:
        os.umask(before)
    assert {"triage.db", "triage.db-wal", "b"} <= set(modes)
    assert set(modes.values()) == {0o600}


def test_a_restore_never_overwrites(desk: Desk, made: Path) -> None:
    with pytest.raises(BadBackup, match="holds reports"):
        backup.restore(desk.store, made)


@pytest.mark.parametrize("line", [0, 3, -2, -1])
def test_a_changed_line_is_named(made: Path, empty: Store, line: int) -> None:
    lines = gzip.decompress(made.read_bytes()).decode().splitlines(keepends=True)
    lines[line] = lines[line][:30] + chr(ord(lines[line][30]) ^ 1) + lines[line][31:]
    made.write_bytes(gzip.compress("".join(lines).encode()))
    with pytest.raises(BadBackup, match="line" if line != -1 else "missing or changed|damaged"):
        backup.restore(empty, made)
    empty.close()


@pytest.mark.parametrize("cut", [0.3, 0.9, 0.999])
def test_a_cut_backup_is_refused(made: Path, empty: Store, cut: float) -> None:
    whole = made.read_bytes()
    made.write_bytes(whole[: int(len(whole) * cut)])
    with pytest.raises(BadBackup):
        backup.restore(empty, made)
    empty.close()


def test_a_flipped_byte_of_the_file_is_found(made: Path, empty: Store) -> None:
    whole = bytearray(made.read_bytes())
    whole[len(whole) // 2] ^= 0x10
    made.write_bytes(bytes(whole))
    with pytest.raises(BadBackup):
        backup.restore(empty, made)
    empty.close()


def test_migrations_keep_the_data(desk: Desk, made: Path) -> None:
    migrate.downgrade(desk.store, "0001")
    migrate.upgrade(desk.store)
    assert {item.ref for item in inbox.queue(desk, BOB)} == {"a", "b"}
