"""Puts the service together. Nothing is opened, read or connected before `create_app` is called."""

import json
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from apiflask import APIFlask
from flask import Flask, Response, request
from flask.json.provider import DefaultJSONProvider

from service import live, vault
from service.api import assess, docs, health, problems, reports
from service.api.forms import MAX_BODY
from service.api.limits import Allowance
from service.assessor import Assessor
from service.bodies import Bounded
from service.desk import Desk
from service.recent import Recent
from service.settings import Settings
from service.store import store


class StrictJson(DefaultJSONProvider):
    """JSON as RFC 8259 has it: no NaN, no name twice, and too deep is malformed, not a crash."""

    sort_keys = False

    def loads(self, s: str | bytes, **given: Any) -> Any:
        try:
            return json.loads(s, parse_constant=_refuse, object_pairs_hook=_once, **given)
        except RecursionError:
            raise ValueError("too deep") from None


def create_app(settings: Settings) -> APIFlask:
    """The application. Raises SettingsError, RulebookError."""
    return serve(_desk(settings))


def serve(desk: Desk) -> APIFlask:
    """The application over a desk that is already there."""
    app = APIFlask(__name__, title="Report triage", version="1", docs_path=None, json_errors=False)
    app.request_class = Bounded
    app.json = StrictJson(app)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.extensions["desk"] = desk
    app.extensions["allowance"] = Allowance(desk.settings.rate_per_minute / desk.settings.workers)
    app.extensions["recent"] = Recent()
    app.after_request(_guarded)
    docs.describe(app)
    problems.register(app)
    for part in (reports, assess, health, docs):
        app.register_blueprint(part.bp)
    if desk.settings.pages:
        _add_pages(app)
    return app


def _desk(settings: Settings) -> Desk:
    answering = live.from_settings(settings)
    assessor = Assessor(answering, deadline=settings.deadline_ms / 1000, threads=settings.threads)
    return Desk(
        settings, store.connect(settings.database_url, vault.from_settings(settings)), answering, assessor
    )


def _add_pages(app: Flask) -> None:
    """The pages come by themselves if they are installed: `service.pages.register(app)`."""
    if find_spec("service.pages") is not None:
        import_module("service.pages").register(app)


def _guarded(response: Response) -> Response:
    """What every answer of the API says to a browser that should never see it."""
    if request.path.startswith("/v1/"):
        response.headers["Cache-Control"] = "no-store"
        response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    return response


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("a name is given twice")
    return document
