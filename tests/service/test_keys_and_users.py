"""Who may call and who may sign in."""

import time

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from service import keys, users
from service.store.store import Store
from service.store.tables import users as table
from tests.service.conftest import caller

PASSWORD = "correct horse battery"


def test_a_key_is_nowhere_in_the_store(store: Store) -> None:
    _key, secret = keys.make(store, "forms")
    with store.read() as sql:
        assert secret not in str(sql.execute(sa.text("select * from api_keys")).all())
    assert keys.find(store, secret) is not None
    assert keys.find(store, secret + "x") is None


def test_an_expired_key_and_a_revoked_one_open_nothing(app: APIFlask, store: Store) -> None:
    for end in ("expired", "revoked"):
        key, secret = keys.make(store, end, days=0 if end == "expired" else 1)
        if end == "revoked":
            assert keys.revoke(store, key.id)
            assert not keys.revoke(store, key.id)
        answer = app.test_client().get("/v1/reports", headers={"Authorization": f"Bearer {secret}"})
        assert answer.status_code == 401


def test_old_and_new_key_overlap(app: APIFlask, store: Store) -> None:
    callers = [caller(app, store), caller(app, store)]
    assert [one.get("/v1/reports").status_code for one in callers] == [200, 200]


def test_an_unknown_scope_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="everything is not a scope"):
        keys.make(store, "x", ["everything"])


def test_every_v1_route_asks_for_a_key(app: APIFlask) -> None:
    routes = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/v1")]
    assert len(routes) >= 6
    for rule in routes:
        assert app.view_functions[rule.endpoint].__dict__["scope"] in keys.SCOPES, rule.rule
        for method in rule.methods - {"OPTIONS", "HEAD"}:
            answer = app.test_client().open(rule.rule.replace("<ref>", "x"), method=method)
            assert answer.status_code == 401, rule.rule


def test_a_right_password_signs_in(store: Store) -> None:
    users.add(store, "amy", "handler", PASSWORD)
    user = users.verify(store, "amy", PASSWORD)
    assert user is not None
    assert users.current(store, "amy", user.session) == user
    assert users.verify(store, "amy", PASSWORD + "!") is None
    assert users.verify(store, "nobody", PASSWORD) is None


def test_wrong_passwords_lock_the_account(store: Store) -> None:
    users.add(store, "amy", "handler", PASSWORD)
    for _ in range(users.LOCK_AFTER):
        assert users.verify(store, "amy", "wrong password!") is None
    assert users.verify(store, "amy", PASSWORD) is None
    with store.write() as work:
        work.sql.execute(sa.update(table).values(locked_until=time.time() - 1))
    assert users.verify(store, "amy", PASSWORD) is not None


@pytest.mark.parametrize(
    "change", [{"role": "analyst"}, {"password": "another password"}, {"disabled": True}, {}]
)
def test_a_change_ends_the_sessions(store: Store, change: dict[str, object]) -> None:
    user = users.add(store, "amy", "handler", PASSWORD)
    assert users.change(store, "amy", **change)
    assert users.current(store, "amy", user.session) is None


@pytest.mark.parametrize(
    ("name", "role", "password"),
    [
        ("", "handler", PASSWORD),
        ("a b", "handler", PASSWORD),
        ("amy", "boss", PASSWORD),
        ("amy", "handler", "short"),
    ],
)
def test_a_bad_account_is_refused(store: Store, name: str, role: str, password: str) -> None:
    with pytest.raises(ValueError, match=r"username|role|password"):
        users.add(store, name, role, password)


def test_a_name_is_taken_once(store: Store, client: FlaskClient) -> None:
    users.add(store, "amy", "handler", PASSWORD)
    with pytest.raises(ValueError, match="already"):
        users.add(store, "amy", "admin", PASSWORD)


def test_another_role_ends_the_sessions_of_the_old_one(store: Store) -> None:
    first = users.admit(store, "issuer u-9", "quinn", "supervisor")
    second = users.admit(store, "issuer u-9", "another-name", "handler")
    assert (second.username, second.role) == ("quinn", "handler")
    assert users.current(store, "quinn", first.session) is None
    assert users.current(store, "quinn", second.session) == second


def test_a_disabled_account_stays_out(store: Store) -> None:
    users.admit(store, "issuer u-9", "quinn", "handler")
    users.change(store, "quinn", disabled=True)
    with pytest.raises(ValueError, match="disabled"):
        users.admit(store, "issuer u-9", "quinn", "handler")
