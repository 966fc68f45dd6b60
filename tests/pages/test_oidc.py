"""Signing in through an identity provider: a real provider in its own process, a real browser."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, Response

from service import users
from service.settings import Settings
from service.store.store import connect
from tests.pages.conftest import PASSWORD, add
from tests.service.server import Running, free_port, running, secret_for

PEOPLE = (
    {"sub": "u-1", "preferred_username": "olive", "roles": ["staff", "control-room"]},
    {"sub": "u-2", "preferred_username": "percy", "roles": ["canteen"]},
    {"sub": "u-3", "preferred_username": "local", "roles": ["control-room"]},
)
ROLES = json.dumps({"control-room-lead": "supervisor", "control-room": "handler"})


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    port = free_port()
    people = [part for one in PEOPLE for part in ("--user-claims", json.dumps(one))]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), *people]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    issuer = f"http://127.0.0.1:{port}"
    _wait(f"{issuer}/.well-known/openid-configuration")
    yield issuer
    process.terminate()
    process.wait(10)


@pytest.fixture(scope="module")
def service(provider: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("oidc")
    address = f"sqlite:///{folder}/triage.db"
    secret = secret_for(address)
    add(address, "local", "handler")
    settings = {
        "oidc_issuer": provider,
        "oidc_client_secret": "shared",
        "oidc_roles": ROLES,
        "secret_key": "tests only",
    }
    with running(address, Path(folder), secret, pages="true", secure_cookies="false", **settings) as found:
        yield found


@pytest.fixture
def window(chrome: Browser) -> Iterator[Page]:
    context = chrome.new_context()
    yield context.new_page()
    context.close()


def test_someone_the_provider_knows_comes_to_where_they_were_going(window: Page, service: Running) -> None:
    asked: list[str] = []
    window.on("request", lambda request: asked.append(request.url))
    window.goto(f"{service.client.url}/?grade=2")
    _sign_in(window, "u-1")
    assert window.url == f"{service.client.url}/?grade=2"
    assert "olive" in window.inner_text("body")
    query = parse_qs(urlsplit(next(url for url in asked if "code_challenge" in url)).query)
    assert query["code_challenge_method"] == ["S256"]
    assert query["state"]
    assert query["nonce"]


def test_signing_in_twice_is_one_account(window: Page, service: Running) -> None:
    for _ in range(2):
        window.goto(f"{service.client.url}/sign-in")
        _sign_in(window, "u-1")
        window.get_by_role("button", name="Sign out").click()
    store = connect(f"sqlite:///{service.log.parent}/triage.db")
    assert [row.username for row in users.listed(store)].count("olive") == 1
    store.close()


@pytest.mark.parametrize(
    ("subject", "told"), [("u-2", "has no role here"), ("u-3", "belongs to another account")]
)
def test_who_may_not_come_in_is_told_why(window: Page, service: Running, subject: str, told: str) -> None:
    window.goto(f"{service.client.url}/sign-in")
    _sign_in(window, subject)
    assert told in window.inner_text("main")
    assert "/sign-in" in str(_status(window, f"{service.client.url}/").url)


def test_who_says_no_at_the_provider_starts_again(window: Page, service: Running) -> None:
    window.goto(f"{service.client.url}/sign-in")
    window.get_by_role("button", name="Sign in with your force account").click()
    window.get_by_role("button", name="Deny").click()
    assert "did not confirm who you are" in window.inner_text("main")


def test_a_code_that_this_browser_did_not_ask_for_opens_nothing(window: Page, service: Running) -> None:
    answer = _status(window, f"{service.client.url}/sign-in/provider/back?code=stolen&state=made-up")
    assert answer.status == 422


def test_a_password_opens_nothing_beside_a_provider(window: Page, service: Running) -> None:
    window.goto(f"{service.client.url}/sign-in")
    assert window.get_by_label("Password", exact=True).count() == 0
    answer = window.request.post(
        f"{service.client.url}/sign-in", form={"username": "local", "password": PASSWORD}
    )
    assert answer.status in (400, 404)


def test_a_role_that_there_is_not_is_refused_before_serving() -> None:
    with pytest.raises(ValueError, match="chief is not a role"):
        Settings(oidc_issuer="https://id.example.org", oidc_roles={"gold": "chief"})
    with pytest.raises(ValueError, match="oidc_roles names nobody"):
        Settings(oidc_issuer="https://id.example.org")


def _sign_in(window: Page, subject: str) -> None:
    window.get_by_role("button", name="Sign in with your force account").click()
    window.get_by_role("button", name=subject, exact=True).first.click()


def _status(window: Page, address: str) -> Response:
    answer = window.goto(address)
    assert answer is not None
    return answer


def _wait(address: str) -> None:
    for _ in range(100):
        try:
            urlopen(address, timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the provider did not start")
