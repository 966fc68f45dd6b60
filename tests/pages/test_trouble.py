"""When a page cannot be shown: a calm page says what is so and what to do, and nothing typed is lost."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect
from werkzeug.test import TestResponse

from service import users
from service.store.store import Unavailable
from tests.pages.conftest import PASSWORD
from tests.pages.served import Served, served, window
from tests.pages.test_doors import signed_in

NOTE = "I rang the shop, <b>3</b> staff are safe"


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("trouble")) as shown:
        yield shown


@pytest.fixture
def stranger(at: Served) -> FlaskClient:
    return at.app.test_client()


@pytest.fixture
def cut(at: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store is away, for every read and every write."""

    def away(*_given: object) -> None:
        raise Unavailable("gone")

    monkeypatch.setattr("service.store.store.Store.read", away)
    monkeypatch.setattr("service.store.store.Store.write", away)


def is_page(answer: TestResponse, status: int, title: str) -> bool:
    assert (answer.status_code, answer.mimetype) == (status, "text/html"), answer.text
    assert answer.text.startswith("<!DOCTYPE html>")
    assert f"<title>{title}" in answer.text
    assert "about:blank" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    return "script-src 'self'" in answer.headers["Content-Security-Policy"]


def is_problem(answer: TestResponse, status: int) -> bool:
    return (answer.status_code, answer.mimetype) == (status, "application/problem+json")


@pytest.mark.parametrize(
    "path", ["/nothing", "/reports", "/reports/x/y/z", "/second-reads/x", "/figures/none.svg"]
)
def test_a_bad_address_says_so(at: Served, path: str) -> None:
    who = signed_in(at, "sam")
    answer = who.get(path)
    assert is_page(answer, 404, "There is nothing at this address")
    assert "sam, supervisor" in answer.text
    assert "Alarms and oldest unread" in answer.text


def test_a_stranger_at_a_bad_address_is_told_no_more(stranger: FlaskClient) -> None:
    assert is_page(stranger.get("/nothing"), 404, "There is nothing at this address")


def test_an_address_that_only_takes_forms_says_so(at: Served) -> None:
    answer = signed_in(at, "hana").get("/reports/x/take")
    assert is_page(answer, 405, "There is nothing to show at this address")
    assert "POST" in answer.headers["Allow"]


def test_what_was_typed_into_a_worn_out_form_is_given_back(stranger: FlaskClient) -> None:
    answer = stranger.post("/reports/x/note", data={"note": NOTE, "version": "1"})
    assert is_page(answer, 400, "Nothing was saved")
    assert "&lt;b&gt;3&lt;/b&gt;" in answer.text
    assert 'href="/reports/x"' in answer.text


def test_a_worn_out_sign_in_is_shown_anew_without_the_password(stranger: FlaskClient) -> None:
    answer = stranger.post("/sign-in", data={"username": "hana", "password": PASSWORD})
    assert is_page(answer, 400, "Error: Sign in")
    assert "open for too long" in answer.text
    assert PASSWORD not in answer.text


def test_forms_are_taken_over_tls_though_no_page_sends_a_referrer(at: Served) -> None:
    who = at.app.test_client()
    secure = {"base_url": "https://triage.example"}
    token = re.search(r'name="csrf_token" value="([^"]+)"', who.get("/sign-in", **secure).text)
    assert token
    data = {"username": "sue", "password": PASSWORD, "csrf_token": token[1]}
    assert who.post("/sign-in", data=data, **secure).headers["Location"] == "/"


def test_who_signs_out_twice_is_where_one_signs_in(stranger: FlaskClient) -> None:
    assert stranger.post("/sign-out").headers["Location"] == "/sign-in"


def test_what_was_typed_is_given_back_to_who_was_signed_out_meanwhile(at: Served) -> None:
    who = signed_in(at, "hugo")
    token = re.search(r'name="csrf_token" value="([^"]+)"', who.get("/").text)
    assert token
    users.sign_out(at.desk.store, "hugo")
    answer = who.post("/reports/x/note", data={"note": NOTE, "csrf_token": token[1]})
    assert is_page(answer, 401, "Nothing was saved")
    assert "&lt;b&gt;3&lt;/b&gt;" in answer.text
    assert 'href="/reports/x"' in answer.text


def test_an_outage_says_what_is_safe_and_what_cannot_ring(at: Served, request: pytest.FixtureRequest) -> None:
    who = signed_in(at, "hana")
    request.getfixturevalue("cut")
    for path in ("/", "/reports/x", "/second-looks"):
        answer = who.get(path)
        assert is_page(answer, 503, "The records cannot be reached")
        assert "no alarm can ring" in answer.text
        assert answer.headers["Retry-After"] == "5"
    assert is_page(who.get("/nothing"), 404, "There is nothing at this address")


def test_what_was_typed_in_an_outage_is_given_back(at: Served, request: pytest.FixtureRequest) -> None:
    who = signed_in(at, "hana")
    token = re.search(r'name="csrf_token" value="([^"]+)"', who.get("/").text)
    assert token
    request.getfixturevalue("cut")
    answer = who.post("/reports/x/note", data={"note": NOTE, "csrf_token": token[1]})
    assert is_page(answer, 503, "The records cannot be reached")
    assert "&lt;b&gt;3&lt;/b&gt;" in answer.text


def test_a_mistake_of_ours_says_nothing_of_its_insides(at: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    who = signed_in(at, "hana")

    def broken(*_given: object, **_named: object) -> None:
        raise RuntimeError("secret words of a report")

    monkeypatch.setattr("service.inbox.queue", broken)
    answer = who.get("/")
    assert is_page(answer, 500, "Something went wrong")
    assert "secret words" not in answer.text


def test_the_api_and_what_asks_for_json_keep_problems(
    stranger: FlaskClient, request: pytest.FixtureRequest
) -> None:
    asks = {"Accept": "application/json"}
    assert is_problem(stranger.get("/v1/nothing", headers={"Accept": "text/html"}), 404)
    assert is_problem(stranger.get("/v1/reports", headers={"Accept": "text/html"}), 401)
    assert is_problem(stranger.post("/livez", headers={"Accept": "text/html"}), 405)
    assert is_problem(stranger.get("/nothing", headers=asks), 404)
    assert is_problem(stranger.get("/rows", headers={"HX-Request": "true"}), 401)
    request.getfixturevalue("cut")
    assert is_problem(stranger.get("/readyz", headers={"Accept": "text/html"}), 503)


@pytest.mark.parametrize("path", ["/demo/report/none", "/demo/nothing"])
def test_the_public_form_has_a_page_of_its_own(stranger: FlaskClient, path: str) -> None:
    answer = stranger.get(path)
    assert is_page(answer, 404, "This page is not here - Report online")
    assert "Report triage" not in answer.text
    assert "ring 999" in answer.text
    assert "Set-Cookie" not in answer.headers


def test_a_report_that_meets_a_mistake_of_ours_is_given_back(
    stranger: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: object, **_named: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("service.desk.receive", broken)
    answer = stranger.post("/demo/report/send", data={"text": "my <b>bike</b> was stolen"})
    assert is_page(answer, 500, "This did not work - Report online")
    assert "my &lt;b&gt;bike&lt;/b&gt; was stolen" in answer.text


@pytest.mark.browser
def test_axe_finds_nothing_on_pages_of_trouble(
    chrome: Browser, at: Served, request: pytest.FixtureRequest
) -> None:
    page = window(chrome, at, "hana", color_scheme="dark", viewport={"width": 320, "height": 600})
    for path in ("/nothing", "/demo/nothing"):
        page.goto(at.url + path)
        _clean(page)
    page.goto(f"{at.url}/second-looks")
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.get_by_role("button", name="Training off").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing was saved")
    _clean(page)
    page.context.add_cookies(cookies)  # type: ignore[arg-type]
    request.getfixturevalue("cut")
    page.goto(f"{at.url}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("The records cannot be reached")
    _clean(page)
    page.context.close()


def _clean(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
