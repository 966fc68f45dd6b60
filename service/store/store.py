"""The one way to the database: transactions that are whole, audited and in a known order.

Law: what is accepted is committed. Whatever cannot be committed raises `Unavailable`, which HTTP
answers with 503. A write transaction ends by updating the one row of `ledger`, so that changes and
audit entries are numbered in the order in which they commit, also on PostgreSQL.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from service import clock
from service.store import chain
from service.store.tables import ledger, reports
from service.vault import Vault

BUSY_SECONDS = 5


class Unavailable(Exception):
    """Nothing can be committed or read now; the caller should try again."""


@dataclass
class Work:
    """One write transaction: its connection, and what to record of it when it commits."""

    sql: sa.Connection
    vault: Vault
    now: float
    entries: list[chain.Entry] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)

    def audit(
        self,
        who: str,
        what: chain.What,
        ref: str | None,
        *,
        why: str | None = None,
        content: str | None = None,
    ) -> None:
        """Record who did what; `content` is a digest of what it was done to, never the thing itself."""
        self.entries.append(chain.Entry(self.now, who, what, ref, why, content))

    def finish(self) -> None:
        """Number the changes and chain the audit, last of all: the ledger row orders all writers."""
        if not self.entries and not self.changed:
            return
        self.sql.execute(sa.update(ledger).values(change=ledger.c.change + 1))
        row = self.sql.execute(sa.select(ledger)).one()
        change = row.change
        for ref in sorted(self.changed):
            self.sql.execute(sa.update(reports).where(reports.c.ref == ref).values(change=change))
            change += 1
        number, digest = chain.append(self.sql, self.entries, row.audit_number, row.audit_digest)
        self.sql.execute(sa.update(ledger).values(change=change, audit_number=number, audit_digest=digest))


@dataclass(frozen=True)
class Store:
    """A database of reports, and the vault that seals what people wrote."""

    engine: sa.Engine
    vault: Vault
    turns: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    @contextmanager
    def write(self) -> Iterator[Work]:
        """A transaction that commits on leaving, or not at all. Raises Unavailable."""
        with _available(), self._turn(), self.engine.connect() as sql:
            sql = sql.execution_options(writes=True)
            with sql.begin():
                work = Work(sql, self.vault, clock.now())
                yield work
                work.finish()

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A consistent view of the database. Raises Unavailable."""
        with _available(), self.engine.connect() as sql, sql.begin():
            yield sql

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """SQLite has one writer, and lets those who wait try again and again, in no order: the threads of
        a process take turns instead, or under load some would try in vain until their time is up."""
        if self.engine.dialect.name != "sqlite":
            yield
            return
        if not self.turns.acquire(timeout=BUSY_SECONDS):
            raise Unavailable("too many writers")
        try:
            yield
        finally:
            self.turns.release()

    def close(self) -> None:
        self.engine.dispose()


@contextmanager
def _available() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise
    except (DBAPIError, PoolTimeout) as error:
        # The statement and its values are left out: they may hold what someone wrote.
        raise Unavailable(type(getattr(error, "orig", None) or error).__name__) from None


def connect(url: str, vault: Vault | None = None) -> Store:
    """A store at an address; nothing is opened until it is used."""
    return Store(_engine(sa.make_url(url)), vault or Vault())


def _engine(url: sa.URL) -> sa.Engine:
    options: dict[str, object] = {"hide_parameters": True}
    if url.get_backend_name() == "sqlite":
        options |= {"connect_args": {"timeout": BUSY_SECONDS, "check_same_thread": False}, "pool_size": 16}
    else:
        url = url.set(drivername="postgresql+psycopg")
        options |= {"pool_size": 10, "max_overflow": 10, "pool_timeout": BUSY_SECONDS, "pool_pre_ping": True}
        options["connect_args"] = {
            "connect_timeout": BUSY_SECONDS,
            "options": f"-c lock_timeout={BUSY_SECONDS}s",
        }
    engine = sa.create_engine(url, **options)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "do_connect", _make_for_the_owner_alone)
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_for_the_owner_alone(_dialect: object, _record: object, given: list[str], _named: object) -> None:
    """SQLite makes a file that all may read; its own side files then have the mode of the first."""
    if given[0] == ":memory:" or given[0].startswith("file:"):
        return
    with suppress(OSError):  # SQLite says itself what is wrong with the place
        os.close(os.open(given[0], os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _prepare_sqlite(connection: object, _record: object) -> None:
    connection.isolation_level = None  # type: ignore[attr-defined]  # we begin transactions ourselves
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]


def _begin_sqlite(connection: sa.Connection) -> None:
    # A writer takes its lock at once: one that began by reading could only fail when it came to write.
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
