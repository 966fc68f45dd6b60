"""What each call asks of the store is remembered for a moment, and no longer."""

import time

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from service import keys, recent, switches
from service.api import assess
from service.recent import Recent
from service.store.store import Store
from tests.service.conftest import caller

BODY = {"text": "someone keeps parking across my drive"}


def status(client: FlaskClient) -> int:
    return client.post("/v1/assess", json=BODY).status_code


def test_a_call_that_stores_nothing_asks_the_store_once_a_second(client: FlaskClient, store: Store) -> None:
    assert status(client) == 200
    asked: list[str] = []
    sa.event.listen(store.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    assert status(client) == 200
    assert asked == []


def test_a_key_revoked_elsewhere_stops_when_its_moment_is_over(app: APIFlask, store: Store) -> None:
    app.extensions["recent"] = Recent(0.3)
    client = caller(app, store)
    assert status(client) == 200
    assert keys.revoke(store, next(iter(keys.listed(store))).id)
    time.sleep(0.35)
    assert status(client) == 401


def test_a_remembered_key_expires_on_time(app: APIFlask, store: Store) -> None:
    app.extensions["recent"] = Recent(60)
    _key, secret = keys.make(store, "short", days=0.5 / keys.DAY)
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    assert status(client) == 200
    time.sleep(0.6)
    assert status(client) == 401


def test_a_turned_switch_is_heeded_when_its_moment_is_over(
    app: APIFlask, client: FlaskClient, store: Store
) -> None:
    app.extensions["recent"] = Recent(0.3)
    with app.app_context():
        assert not assess.model_is_off()
        switches.turn(store, switches.RULES_ONLY, True, by="user:bob")
        time.sleep(0.35)
        assert assess.model_is_off()


def test_what_was_not_found_is_asked_for_again() -> None:
    known = Recent()
    assert known.get("key", lambda: None) is None
    assert known.get("key", lambda: "live") == "live"
    assert known.get("key", lambda: "another") == "live"


def test_a_slow_answer_is_as_old_as_its_question() -> None:
    known = Recent(0.2)
    assert known.get("key", lambda: time.sleep(0.25) or "old") == "old"
    assert known.get("key", lambda: "new") == "new"


def test_memory_stays_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "MOST", 3)
    known = Recent()
    for number in range(10):
        known.get(str(number), lambda: True)
    assert len(known._known) <= 3
