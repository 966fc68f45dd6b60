"""Every route asks for something, and every role goes only where it may."""

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from service import switches
from service.pages import doors
from tests.pages.conftest import PASSWORD
from tests.pages.served import PEOPLE, Served, served

# What a stranger may reach, and why: nothing of these shows a report.
OPEN = {
    *("static", "openapi.spec", "docs.page", "docs.asset", "health.livez", "health.readyz"),
    *("session.sign_in", "session.check"),
}
MAY = {
    "/": {"hana", "sam"},
    "/second-reads": {"hana", "sam"},
    "/figures": {"sam", "ana"},
    "/figures/times.svg": {"sam", "ana"},
    "/supervisor": {"sam"},
    "/labels": {"sam"},
}


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("doors")) as shown:
        yield shown


@pytest.fixture
def unforged(at: Served) -> Iterator[None]:
    """Without the token of forms, so that what is tried is who may, not whether a form was forged."""
    at.app.config["WTF_CSRF_ENABLED"] = False
    yield
    at.app.config["WTF_CSRF_ENABLED"] = True


def address(rule: Rule) -> str:
    """A route with something in each of its places."""
    values = {name: 1 if "int:" + name in rule.rule else "x" for name in rule.arguments}
    return str(rule.build(values, append_unknown=False)[1])  # type: ignore[index]


def test_every_route_asks_for_something(at: Served, unforged: None) -> None:
    """A key for the API, a sign-in for the pages: nothing that is not listed as open answers without."""
    asked = 0
    for rule in at.app.url_map.iter_rules():
        if rule.endpoint in OPEN or rule.endpoint.startswith("demo."):
            continue
        for method in rule.methods - {"OPTIONS", "HEAD"}:  # type: ignore[operator]
            answer = at.app.test_client().open(address(rule), method=method)
            sent_away = answer.status_code == 302 and "/sign-in" in answer.headers["Location"]
            assert sent_away or answer.status_code == 401, (method, rule.rule, answer.status)
            asked += 1
    assert asked > 25


def test_no_page_is_without_a_place_in_the_table(at: Served) -> None:
    pages = {rule.endpoint.split(".")[0] for rule in at.app.url_map.iter_rules()}
    api = {"static", "openapi", "docs", "health", "reports", "assess"}
    assert pages - api - {"session", "demo"} == set(doors.NEEDS)


def test_what_is_open_is_still_there(at: Served) -> None:
    assert {rule.endpoint for rule in at.app.url_map.iter_rules()} >= OPEN


def test_each_role_goes_only_where_it_may(at: Served) -> None:
    for name in ("hana", "sam", "ana", "adam"):
        client = signed_in(at, name)
        for path, allowed in MAY.items():
            status = client.get(path).status_code
            shut = 302 if path == "/" and name == "ana" else 403
            assert status == (200 if name in allowed else shut), (name, path)


def test_the_wrong_role_changes_nothing(at: Served, unforged: None) -> None:
    for name in ("hana", "ana", "adam"):
        client = signed_in(at, name)
        for path in ("/supervisor/rules-only", "/labels/1", "/labels/file"):
            assert client.post(path, data={"turn": "on", "sure": "yes"}).status_code == 403, (name, path)
    assert not switches.rules_only(at.desk.store)


def test_every_role_has_somewhere_to_begin(at: Served) -> None:
    for name in PEOPLE:
        body = signed_in(at, name).get("/", follow_redirects=True).text
        begins = {"ana": "Figures", "adam": "There are no pages for your role"}.get(name, "Queue")
        assert begins in body, name


@pytest.mark.parametrize(
    "given", ["//evil.example", "/\\evil.example", "/\t/evil.example", "/\n/evil.example"]
)
def test_a_sign_in_leads_to_no_other_address(at: Served, unforged: None, given: str) -> None:
    """Browsers, and what writes the header, leave tabs and line ends out of an address."""
    data = {"username": "hana", "password": PASSWORD}
    answer = at.app.test_client().post("/sign-in", query_string={"next": given}, data=data)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def signed_in(at: Served, name: str) -> FlaskClient:
    client = at.app.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text)
    data = {"username": name, "password": PASSWORD, "csrf_token": token[1] if token else ""}
    assert client.post("/sign-in", data=data).status_code == 302
    return client
