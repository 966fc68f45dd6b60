"""Brings a database to the tables of this release, and says when it is not there."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from service.store.store import Store
from service.store.tables import metadata

FOLDER = Path(__file__).with_name("migrations")
LOCK = 4_711_001


def upgrade(store: Store, revision: str = "head") -> None:
    """Apply every migration up to a revision; two processes that try at once take turns."""
    _move(store, command.upgrade, revision)


def downgrade(store: Store, revision: str) -> None:
    _move(store, command.downgrade, revision)


def problems(store: Store) -> list[str]:
    """How the database differs from the tables of this release."""
    with store.read() as sql:
        context = MigrationContext.configure(sql, opts={"compare_type": True})
        at, head = context.get_current_revision(), head_revision()
        if at != head:
            return [
                f"the database is at {at or 'no revision'} and should be at {head}: run `triage db upgrade`"
            ]
        return [
            f"the database differs from revision {head}: {difference}"
            for difference in compare_metadata(context, metadata)
        ]


def revisions() -> list[str]:
    """Every revision there is, newest first."""
    return [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()]


def head_revision() -> str:
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def _move(store: Store, step: object, revision: str) -> None:
    if store.engine.dialect.name == "sqlite":
        name = store.engine.url.database
        if name and name != ":memory:":
            Path(name).parent.mkdir(parents=True, exist_ok=True)
    with store.engine.connect().execution_options(writes=True) as sql, sql.begin():
        if sql.dialect.name == "postgresql":
            sql.execute(sa.text(f"select pg_advisory_xact_lock({LOCK})"))
        config = _config()
        config.attributes["connection"] = sql
        step(config, revision)  # type: ignore[operator]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return config
