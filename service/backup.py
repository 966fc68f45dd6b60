"""A backup that any database of this product can be restored from, whichever kind it came from.

One line of JSON for each row, read in one consistent view, ending with a count and a SHA-256 of all
before it. Each line has a digest of its own, so that a changed byte is found and its line named.
Sealed text stays sealed: the backup needs the same keys as the database did.
"""

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from service.store import migrate
from service.store.store import Store
from service.store.tables import copies, metadata

FORMAT = 1


class BadBackup(ValueError):
    """The file is not a whole, unchanged backup, or the database is not an empty one for it."""


def backup(store: Store, path: Path, *, by: str) -> int:
    """Write everything to a file, whole or not at all; answers how many rows."""
    half = path.with_name(path.name + ".part")
    count, whole = 0, hashlib.sha256()
    half.unlink(missing_ok=True)
    half.touch(mode=0o600)
    with gzip.open(half, "wt", encoding="utf-8") as file, _snapshot(store) as sql:
        for line in _lines(sql):
            file.write(line)
            whole.update(line.encode())
            count += 1
        file.write(json.dumps({"end": count, "sha256": whole.hexdigest()}) + "\n")
    half.rename(path)
    _remember(store, path, by)
    return count - 1


def restore(store: Store, path: Path) -> int:
    """Fill an empty, upgraded database from a backup of this release or of an earlier one.

    Raises BadBackup before anything is written.
    """
    lines = list(_checked(path))
    revision = lines[0].get("revision")
    if lines[0].get("format") != FORMAT or revision not in migrate.revisions():
        raise BadBackup(f"{path} is of revision {revision}, this release knows {migrate.head_revision()}")
    _empty(store)
    if revision != migrate.head_revision():
        migrate.downgrade(store, revision)
    with store.write() as work:
        for line in lines[1:]:
            work.sql.execute(sa.insert(metadata.tables[line["table"]]).values(line["row"]))
    migrate.upgrade(store)
    with store.write() as work:
        _go_on_counting(work.sql)
    return len(lines) - 1


def _empty(store: Store) -> None:
    """Take out what a new database begins with. Raises BadBackup if it holds more."""
    with store.write() as work:
        if work.sql.execute(sa.text("select count(*) from reports")).scalar():
            raise BadBackup("the database holds reports: restore into an empty one")
        for table in reversed(metadata.sorted_tables):
            work.sql.execute(sa.delete(table))


def _snapshot(store: Store) -> Any:
    """One view of everything: on PostgreSQL a reader's view moves on unless it is told not to."""
    sql = store.engine.connect()
    return (
        sql.execution_options(isolation_level="REPEATABLE READ") if sql.dialect.name == "postgresql" else sql
    )


def _lines(sql: sa.Connection) -> Iterator[str]:
    yield _line({"format": FORMAT, "revision": migrate.head_revision()})
    for table in metadata.sorted_tables:
        for row in sql.execute(sa.select(table)):
            yield _line({"table": table.name, "row": dict(row._mapping)})


def _line(document: dict[str, Any]) -> str:
    text = json.dumps(document, ensure_ascii=False, sort_keys=True)
    return f"{hashlib.sha256(text.encode()).hexdigest()[:16]} {text}\n"


def _checked(path: Path) -> Iterator[dict[str, Any]]:
    whole, count = hashlib.sha256(), 0
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="\n") as file:
            for line in file:
                if line.startswith("{"):
                    _check_end(path, json.loads(line), count, whole.hexdigest(), rest=file.read())
                    return
                whole.update(line.encode())
                count += 1
                yield _row(path, count, line)
    except (OSError, EOFError, UnicodeDecodeError, json.JSONDecodeError, zlib.error) as error:
        raise BadBackup(f"{path}: damaged after line {count} ({type(error).__name__})") from None
    raise BadBackup(f"{path}: ends after line {count} without its last line")


def _row(path: Path, number: int, line: str) -> dict[str, Any]:
    mark, _, text = line.rstrip("\n").partition(" ")
    if hashlib.sha256(text.encode()).hexdigest()[:16] != mark:
        raise BadBackup(f"{path}: line {number} is not what was written")
    found: dict[str, Any] = json.loads(text)
    return found


def _check_end(path: Path, end: dict[str, Any], count: int, digest: str, *, rest: str) -> None:
    if rest or end != {"end": count, "sha256": digest}:
        raise BadBackup(f"{path}: lines are missing or changed")


def _remember(store: Store, path: Path, by: str) -> None:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    with store.write() as work:
        row = {"kind": "backup", "name": str(path.absolute()), "digest": digest, "made_by": by}
        work.sql.execute(sa.insert(copies).values(**row, made_at=work.now))
        work.audit(by, "combination", None, why="backup")


def _go_on_counting(sql: sa.Connection) -> None:
    """PostgreSQL numbers rows by sequences, which an insert with its own number does not move."""
    if sql.dialect.name != "postgresql":
        return
    for table in metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None and column.name == "id":
            top = sa.select(sa.func.coalesce(sa.func.max(column), 0) + 1).scalar_subquery()
            sequence = sa.func.pg_get_serial_sequence(table.name, "id")
            sql.execute(sa.select(sa.func.setval(sequence, top, sa.false())))
