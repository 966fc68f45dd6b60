"""A changed byte is found and named; a past decision comes out again bit for bit."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from service import archive, handling, inbox, live, replay, verify
from service import desk as desks
from service.assessor import Assessor
from service.cases import Sent
from service.desk import Desk
from service.handling import Answer
from service.settings import Settings
from service.store.store import Store
from service.store.tables import audit, decisions, handler_actions, parts
from service.users import User
from triage_model.types import Grade

BOB = User("bob", "supervisor", "-")
MACHETE = "theres a lad outside the shop waving a machete about, people running"


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Iterator[Desk]:
    """A desk over the shipped rules that keeps an archive."""
    settings = Settings(archive=tmp_path / "archive", model=tmp_path / "none", pages=False)
    answering = live.from_settings(settings)
    assessor = Assessor(answering, deadline=1.0)
    yield Desk(settings, store, answering, assessor)
    assessor.close()


def fill(desk: Desk) -> None:
    """Two reports, a message, and what a handler did."""
    for ref in ("a", "b"):
        desks.receive(desk, ref, Sent(MACHETE, {"answers": {"weapon": "yes"}}), by="key:1")
    desks.receive_message(desk, "a", "m1", "he has gone now", by="key:1")
    version = inbox.look(desk, BOB, "a").item.version
    handling.note(desk, BOB, "a", version, "rang back")
    handling.decide(desk, BOB, "a", version + 1, Answer(Grade.EMERGENCY, "serious_crime"))


def found(store: Store, **given: str) -> list[str]:
    return list(verify.problems(store, **given))


def alter(store: Store, table: sa.Table, where: sa.ColumnElement[bool], **values: object) -> None:
    with store.write() as work:
        work.sql.execute(sa.update(table).where(where).values(**values))


def test_what_nobody_touched_verifies(desk: Desk) -> None:
    fill(desk)
    assert found(desk.store) == []


@pytest.mark.parametrize("column", ["at", "who", "what", "ref", "why", "content_digest", "digest"])
def test_a_changed_entry_is_named(desk: Desk, column: str) -> None:
    fill(desk)
    alter(desk.store, audit, audit.c.number == 3, **{column: 1.5 if column == "at" else "x"})
    assert any("audit entry 3 is not what was written" in problem for problem in found(desk.store))


def test_a_missing_entry_is_named(desk: Desk) -> None:
    fill(desk)
    with desk.store.write() as work:
        work.sql.execute(sa.delete(audit).where(audit.c.number == 4))
    assert "audit entry 4 is missing" in found(desk.store)


def test_missing_last_entries_are_named(desk: Desk) -> None:
    fill(desk)
    with desk.store.write() as work:
        work.sql.execute(sa.delete(audit).where(audit.c.number > 6))
    assert any("entries after 6 are missing" in problem for problem in found(desk.store))


def test_reordered_entries_are_named(desk: Desk) -> None:
    fill(desk)
    for old, new in ((3, 99), (4, 3), (99, 4)):
        alter(desk.store, audit, audit.c.number == old, number=new)
    assert any("audit entry 3 is not what was written" in problem for problem in found(desk.store))


def test_a_history_written_anew_is_told_by_its_head(desk: Desk) -> None:
    fill(desk)
    head = verify.head(desk.store)
    assert found(desk.store, head=head) == []
    number = int(head.partition(":")[0])
    assert found(desk.store, head=f"{number}:{'0' * 64}") != []


@pytest.mark.parametrize(
    ("table", "name"), [(parts, "part"), (decisions, "decision"), (handler_actions, "act")], ids=str
)
def test_changed_content_is_named(desk: Desk, table: sa.Table, name: str) -> None:
    fill(desk)
    with desk.store.write() as work:
        query = sa.select(table.c.sealed).where(table.c.ref == "a", table.c.sealed.is_not(None))
        sealed = work.sql.execute(query.limit(1)).scalar_one()
        altered = sealed[:-4] + chr(ord(sealed[-4]) ^ 1) + sealed[-3:]
        work.sql.execute(
            sa.update(table).where(table.c.sealed == sealed, table.c.ref == "a").values(sealed=altered)
        )
    assert any(problem.startswith(name) and "report a" in problem for problem in found(desk.store))


def test_every_decision_comes_out_the_same(desk: Desk) -> None:
    fill(desk)
    replayed = list(replay.replay(desk.settings, desk.store, "a"))
    assert [(one.grade, one.problem) for one in replayed] == [(1, None), (1, None)]


def test_a_changed_archive_is_named(desk: Desk) -> None:
    fill(desk)
    book = desk.settings.archive / desk.triage.rulebook.id / "rulebook" / "real_words.txt"
    book.write_text(book.read_text() + "zzzzword\n")
    (one, *_) = replay.replay(desk.settings, desk.store, "a")
    assert one.problem is not None
    assert "was changed" in one.problem


@pytest.mark.parametrize("name", ["policy.yaml", "signposts.yaml"])
def test_a_changed_policy_or_signpost_in_the_archive_is_named(desk: Desk, name: str) -> None:
    fill(desk)
    (kept,) = desk.settings.archive.glob("r-*")
    with (kept / name).open("a", encoding="utf-8") as file:
        file.write("\n# one more line\n")
    (one, *_) = replay.replay(desk.settings, desk.store, "a")
    assert one.problem is not None
    assert "was changed" in one.problem


def test_a_missing_archive_is_named(desk: Desk) -> None:
    fill(desk)
    archive_of_rules = desk.settings.archive / desk.triage.rulebook.id
    archive_of_rules.rename(archive_of_rules.with_name("elsewhere"))
    (one, *_) = replay.replay(desk.settings, desk.store, "a")
    assert one.problem is not None
    assert "is not in" in one.problem


def test_an_archive_that_cannot_be_written_stops_nothing(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    archive.keep(Settings(archive=tmp_path / "file" / "archive"), desk.triage)
