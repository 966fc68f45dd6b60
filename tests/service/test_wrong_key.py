"""A key that does not open what is stored is seen before anything is sealed with it."""

import base64
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from service import app as apps
from service import check, health
from service import desk as desks
from service.cases import Sent
from service.settings import Settings
from service.store import migrate
from service.store.store import Store, connect
from service.vault import SealBroken, Vault
from tests.service.conftest import caller, desk_over
from triage_model.triage import Triage

MACHETE = "theres a lad outside the shop waving a machete about, people running"
OLD, NEW = os.urandom(32), os.urandom(32)


@pytest.fixture
def sealed(address: str, rules: Triage) -> Iterator[Store]:
    """A store with one report, sealed with the old key."""
    store = connect(address, Vault((OLD,)))
    migrate.upgrade(store)
    for desk in desk_over(store, rules):
        desks.receive(desk, "a", Sent(MACHETE, {}), by="key:1")
    yield store
    store.close()


def audited(store: Store) -> object:
    with store.read() as sql:
        return sql.execute(sa.text("select audit_number, change from ledger")).one()


@pytest.mark.parametrize("keys", [(NEW,), ()])
def test_check_names_it(sealed: Store, address: str, tmp_path: Path, keys: tuple[bytes, ...]) -> None:
    written = tuple(base64.b64encode(key).decode() for key in keys)
    for given, found in ((written, (health.WRONG_KEY,)), ((base64.b64encode(OLD).decode(),), ())):
        settings = Settings(database_url=address, archive=tmp_path, encryption_keys=given)
        assert check.examine(settings).problems == found


def test_nothing_is_committed_with_it(sealed: Store, rules: Triage) -> None:
    for desk in desk_over(Store(sealed.engine, Vault((NEW,))), rules):
        client = caller(apps.serve(desk), desk.store)
        before = audited(sealed)
        ready = client.get("/readyz")
        assert (ready.status_code, health.WRONG_KEY in ready.json["detail"]) == (503, True)
        sent = client.post("/v1/reports/a/messages", json={"message_ref": "m", "text": "more"})
        assert (sent.status_code, sent.headers["Retry-After"]) == (503, "5")
        assert client.get("/v1/reports/a").status_code == 503
        assert audited(sealed) == before


def test_a_message_to_a_report_whose_decision_is_damaged_is_not_taken(sealed: Store, rules: Triage) -> None:
    with sealed.write() as work:
        work.sql.execute(sa.text("update decisions set sealed = 'x:broken'"))
    before = audited(sealed)
    for desk in desk_over(sealed, rules):
        with pytest.raises(SealBroken):
            desks.receive_message(desk, "a", "m", "more", by="key:1")
    assert audited(sealed) == before


def test_one_altered_text_does_not_keep_the_service_from_starting(sealed: Store) -> None:
    with sealed.write() as work:
        work.sql.execute(sa.text("update parts set sealed = substr(sealed, 1, 20)"))
    with sealed.read() as sql:
        assert not health.is_wrong_key(sql, sealed.vault)
        assert health.is_wrong_key(sql, Vault((NEW,)))
