"""The store: migrations go up, down and up again, writes are whole, changes are in order of commit."""

import threading
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa

from service.store import migrate
from service.store.store import Store, Unavailable, connect
from service.store.tables import reports


def test_migrations_go_up_down_and_up_again(address: str) -> None:
    store = connect(address)
    migrate.upgrade(store)
    assert migrate.problems(store) == []
    migrate.downgrade(store, "base")
    assert "triage db upgrade" in migrate.problems(store)[0]
    migrate.upgrade(store)
    assert migrate.problems(store) == []
    store.close()


def test_two_processes_may_migrate_at_once(address: str) -> None:
    stores = [connect(address) for _ in range(3)]
    threads = [threading.Thread(target=migrate.upgrade, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert migrate.problems(stores[0]) == []
    for store in stores:
        store.close()


def test_a_write_that_fails_leaves_nothing(store: Store) -> None:
    with suppress(ZeroDivisionError), store.write() as work:
        work.audit("me", "collection", "r")
        raise ZeroDivisionError
    with store.read() as sql:
        assert sql.execute(sa.text("select count(*) from audit")).scalar() == 0


def test_what_cannot_be_reached_is_unavailable(tmp_path: object) -> None:
    store = connect("sqlite:////nowhere/at/all.db")
    with pytest.raises(Unavailable), store.read():
        pass


def test_a_failed_write_never_quotes_its_values(store: Store) -> None:
    with pytest.raises(sa.exc.IntegrityError) as told, store.write() as work:
        work.sql.execute(sa.insert(reports).values(ref="planted words of a reporter"))
    assert "planted" not in str(told.value).split("DETAIL")[0]


def test_many_writers_at_once_all_commit_in_one_chain(store: Store) -> None:
    def write() -> None:
        for _ in range(10):
            with store.write() as work:
                work.audit("me", "collection", None)

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as sql:
        assert sql.execute(sa.text("select count(*), max(number) from audit")).one() == (60, 60)


def test_threads_that_write_take_turns_and_none_is_turned_away(tmp_path: Path) -> None:
    """With SQLite's own waiting switched off, a writer that did not wait its turn would fail at once."""
    store = connect(f"sqlite:///{tmp_path}/triage.db")
    migrate.upgrade(store)
    sa.event.listen(store.engine, "checkout", lambda raw, *_: raw.execute("PRAGMA busy_timeout = 0"))
    refused: list[Unavailable] = []

    def write() -> None:
        for _ in range(10):
            try:
                with store.write() as work:
                    work.audit("me", "collection", None)
            except Unavailable as error:
                refused.append(error)

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == []
    store.close()
