"""Switches that people turn while the service runs, each with who turned it and when."""

from typing import Any

import sqlalchemy as sa

from service.store.store import Store
from service.store.tables import switches

RULES_ONLY = "rules_only"


def read(store: Store, name: str, default: Any = None) -> Any:
    with store.read() as sql:
        row = sql.execute(sa.select(switches.c.value).where(switches.c.name == name)).first()
    return default if row is None else row.value


def turn(store: Store, name: str, value: Any, *, by: str) -> None:
    """Set a switch, and record who did."""
    with store.write() as work:
        work.sql.execute(sa.delete(switches).where(switches.c.name == name))
        row = {"name": name, "value": value, "set_by": by, "set_at": work.now}
        work.sql.execute(sa.insert(switches).values(row))
        work.audit(by, "administration", None, why=f"set {name} to {value}"[:200])


def note(store: Store, name: str, value: Any) -> None:
    """Note something of the service's own; nobody turned it, so nobody is recorded."""
    with store.write() as work:
        work.sql.execute(sa.delete(switches).where(switches.c.name == name))
        row = {"name": name, "value": value, "set_by": "service", "set_at": work.now}
        work.sql.execute(sa.insert(switches).values(row))


def rules_only(store: Store) -> bool:
    """Whether a supervisor has told the service to do without the model."""
    return bool(read(store, RULES_ONLY, False))
