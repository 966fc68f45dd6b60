"""A real service with its pages, a handler's account, and a real Chromium to look with."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from service import users
from service.client import Client
from service.store.store import connect
from tests import browser as chromium
from tests.service.server import running, secret_for

PASSWORD = "correct horse battery"


@dataclass
class Desk:
    """A service with pages: its address, a client of its API, and how to sign in."""

    url: str
    api: Client
    database: str


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("pages")
    address = f"sqlite:///{folder}/triage.db"
    secret = secret_for(address)
    for username, role in (("hana", "handler"), ("hugo", "handler"), ("sam", "supervisor")):
        add(address, username, role)
    with running(
        address, Path(folder), secret, pages="true", secure_cookies="false", secret_key="tests only"
    ) as service:
        yield Desk(service.client.url, service.client, address)


def add(address: str, username: str, role: str) -> None:
    store = connect(address)
    users.add(store, username, role, PASSWORD)
    store.close()


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = chromium.path()
        opened = playwright.chromium.launch(executable_path=path, args=list(chromium.FLAGS))
        yield opened
        opened.close()


@pytest.fixture
def page(chrome: Browser, desk: Desk) -> Iterator[Page]:
    """A browser window of its own, signed in as a handler."""
    context = chrome.new_context()
    yield signed_in(context.new_page(), desk, "hana")
    context.close()


def signed_in(page: Page, desk: Desk, username: str) -> Page:
    page.goto(f"{desk.url}/sign-in")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    return page
