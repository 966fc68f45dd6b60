"""A desk with its pages on a free port of 127.0.0.1, in this process: quick to start, and its store is at hand."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from apiflask import APIFlask
from playwright.sync_api import Browser, Page
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wsgi import ClosingIterator

from service import app as apps
from service import desk as desks
from service import handling, inbox, users
from service.cases import Sent
from service.desk import Desk
from service.handling import Answer
from service.store import migrate
from service.store.store import connect
from service.users import User
from tests.pages.conftest import PASSWORD
from tests.service.conftest import desk_over
from triage_model import triage
from triage_model.triage import Triage
from triage_model.types import Grade

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PEOPLE = {
    "hana": "handler",
    "hugo": "handler",
    "sam": "supervisor",
    "sue": "supervisor",
    "ana": "analyst",
    "adam": "admin",
}
WHY = ("other", "It is over and nobody is exposed")


@dataclass
class Served:
    """Where the pages are, and what is behind them."""

    url: str
    desk: Desk
    app: APIFlask
    people: dict[str, User]


class Quiet(WSGIRequestHandler):
    """Keeps addresses out of the output of the tests."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        return


def whole(app: "WSGIApplication") -> "WSGIApplication":
    """Answers read to their end and closed at once: this server leaves a file open when a window goes early."""

    def answered(environ: "WSGIEnvironment", start: "StartResponse") -> list[bytes]:
        with closing(ClosingIterator(app(environ, start))) as parts:
            return list(parts)

    return answered


@cache
def rules() -> Triage:
    """The shipped rules without a model, read once."""
    return triage.load(None)


@contextmanager
def served(folder: Path, **settings: object) -> Iterator[Served]:
    """Pages over a new store, until the block ends."""
    store = connect(f"sqlite:///{folder}/triage.db")
    migrate.upgrade(store)
    people = {name: users.add(store, name, role, PASSWORD) for name, role in PEOPLE.items()}
    chosen = {
        "pages": True,
        "demo": True,
        "secure_cookies": False,
        "second_read_share": 1.0,
        "secret_key": "tests",
    }
    for desk in desk_over(store, rules(), **(chosen | settings)):
        app = apps.serve(desk)
        server = make_server("127.0.0.1", 0, whole(app), threaded=True, request_handler=Quiet)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield Served(f"http://127.0.0.1:{server.port}", desk, app, people)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
    store.close()


def window(chrome: Browser, at: Served, username: str, **given: object) -> Page:
    """A browser window of its own, signed in; whoever calls closes its context."""
    page = chrome.new_context(**given).new_page()  # type: ignore[arg-type]
    page.goto(f"{at.url}/sign-in")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    return page


def decided(at: Served, ref: str, text: str, grade: int, *, by: str = "hana", closes: bool = False) -> None:
    """A report that came in and was decided, and closed if asked."""
    who = at.people[by]
    desks.receive(at.desk, ref, Sent(text, {}), by="key:1")
    handling.decide(at.desk, who, ref, seen(at, who, ref), Answer(Grade(grade), "volume_crime", (), *WHY))
    if not closes:
        return
    if inbox.look(at.desk, who, ref).item.second_review_by is not None:
        handling.review(at.desk, at.people["sam"], ref, seen(at, who, ref), agrees=True)
    handling.close(at.desk, who, ref, seen(at, who, ref))


def seen(at: Served, who: User, ref: str) -> int:
    return inbox.look(at.desk, who, ref).item.version
