"""One bit is turned over somewhere in what is kept: it is found, and what it belongs to is named.

For the model folder the same is in `tests/model/test_broken_models.py`.
"""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from service import backup, live, replay, verify
from service import desk as desks
from service.assessor import Assessor
from service.backup import BadBackup
from service.cases import Sent
from service.desk import Desk
from service.settings import Settings
from service.store import migrate
from service.store.store import Store, connect
from service.store.tables import audit
from triage_model import rulefiles

MACHETE = "theres a lad outside the shop waving a machete about, people running"


@pytest.fixture
def address(tmp_path: Path) -> str:
    """A flipped bit is found in the same way on either kind of database."""
    return f"sqlite:///{tmp_path}/triage.db"


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Iterator[Desk]:
    settings = Settings(archive=tmp_path / "archive", model=tmp_path / "none", pages=False)
    answering = live.from_settings(settings)
    assessor = Assessor(answering, deadline=5.0)
    found = Desk(settings, store, answering, assessor)
    desks.receive(found, "a", Sent(MACHETE, {}), by="key:1")
    yield found
    assessor.close()


def flip(file: Path, chance: random.Random) -> None:
    content = bytearray(file.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    file.write_bytes(bytes(content))


@pytest.mark.parametrize("seed", range(12))
def test_in_the_audit(desk: Desk, seed: int) -> None:
    chance = random.Random(seed)
    with desk.store.write() as work:
        row = chance.choice(work.sql.execute(sa.select(audit)).all())
        name = chance.choice([name for name in ("who", "what", "ref", "why", "digest") if row._mapping[name]])
        was = row._mapping[name]
        place = chance.randrange(len(was))
        changed = was[:place] + chr(ord(was[place]) ^ 1 << chance.randrange(5)) + was[place + 1 :]
        work.sql.execute(sa.update(audit).where(audit.c.number == row.number).values({name: changed}))
    assert any(f"audit entry {row.number} " in problem for problem in verify.problems(desk.store))


@pytest.mark.parametrize("seed", range(12))
def test_in_an_archived_rulebook(desk: Desk, seed: int) -> None:
    chance = random.Random(seed)
    kept = desk.settings.archive / desk.triage.rulebook.id
    shared = [
        kept / "rulebook" / name for name in (*rulefiles.SHARED, *rulefiles.WORD_LISTS, rulefiles.TOPICS)
    ]
    flip(chance.choice([*rulefiles.rule_files(kept / "rulebook"), *sorted(shared)]), chance)
    (one,) = replay.replay(desk.settings, desk.store, "a")
    assert one.problem is not None
    assert desk.triage.rulebook.id in one.problem or str(kept) in one.problem


@pytest.mark.parametrize("seed", range(12))
def test_in_a_backup(desk: Desk, tmp_path: Path, seed: int) -> None:
    path = tmp_path / "triage.backup"
    backup.backup(desk.store, path, by="command")
    flip(path, random.Random(seed))
    empty = connect(f"sqlite:///{tmp_path}/restored.db")
    migrate.upgrade(empty)
    try:
        backup.restore(empty, path)
        found: BadBackup | None = None
    except BadBackup as error:
        found = error
    with empty.read() as sql:
        parts = sql.execute(sa.text("select count(*) from parts")).scalar()
    # The header of gzip holds a time and a name: those are no part of what is kept.
    assert (str(path) in str(found), parts) == (True, 0) if found else not list(verify.problems(empty))
    empty.close()
