"""A real service with its pages, a handler's account, and a real Chromium to look with."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from service import users
from service.client import Client
from service.store.store import connect
from tests.service.server import running, secret_for

PASSWORD = "correct horse battery"
Window = Callable[..., Page]


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
def opened() -> list[BrowserContext]:
    """The windows that the test at hand opened."""
    return []


@pytest.fixture(autouse=True)
def _tidy(opened: list[BrowserContext]) -> Iterator[None]:
    """Closes them after each test: a window that is left open goes on polling all the while."""
    yield
    while opened:
        opened.pop().close()


@pytest.fixture(scope="session")
def window(chrome: Browser, desk: Desk, opened: list[BrowserContext]) -> Window:
    """Opens browser windows of their own, signed in; people sign in once, as that takes time on purpose."""
    states: dict[str, Any] = {}

    def open_for(username: str = "hana", **given: Any) -> Page:
        if username not in states:
            first = chrome.new_context()
            signed_in(first.new_page(), desk, username)
            states[username] = first.storage_state()
            first.close()
        opened.append(chrome.new_context(storage_state=states[username], base_url=desk.url, **given))
        return opened[-1].new_page()

    return open_for


@pytest.fixture
def page(window: Window) -> Iterator[Page]:
    """A handler's window, at the queue."""
    page = window("hana")
    page.goto("/")
    yield page
    page.context.close()


def signed_in(page: Page, desk: Desk, username: str) -> Page:
    page.goto(f"{desk.url}/sign-in")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    return page


def press(page: Page, key: str) -> None:
    """Press a key once the page listens to keys: one pressed before that is lost, as in any browser."""
    expect(page.locator("#help-open")).to_be_visible()
    page.keyboard.press(key)
