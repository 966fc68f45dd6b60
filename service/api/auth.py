"""Which program is calling, and whether its key lets it.

Every route under /v1 names a scope with `needs`, and a test walks all routes to see that it does.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import current_app, g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized, UnsupportedMediaType

from service import clock, keys
from service.desk import Desk
from service.recent import Recent

View = TypeVar("View", bound=Callable[..., Any])


def desk() -> Desk:
    """What this application was made with."""
    found: Desk = current_app.extensions["desk"]
    return found


def recent() -> Recent:
    """What the store said a moment ago, in this application."""
    found: Recent = current_app.extensions["recent"]
    return found


class LacksScope(Forbidden):
    """A live key has not the scope that a call needs."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope


def needs(scope: str, *, max_body: int | None = None) -> Callable[[View], View]:
    """Let a view be called only with a live key that has a scope."""

    def mark(view: View) -> View:
        @wraps(view)
        def checked(*args: Any, **given: Any) -> Any:
            g.key = _key(scope)
            current_app.extensions["allowance"].spend(g.key.id)
            request.max_content_length = max_body or request.max_content_length
            if request.method == "POST" and request.mimetype != "application/json":
                raise UnsupportedMediaType
            return view(*args, **given)

        checked.__dict__["scope"] = scope
        return checked  # type: ignore[return-value]

    return mark


def _key(scope: str) -> keys.Key:
    given = request.authorization
    key = _found(given.token) if given and given.type == "bearer" and given.token else None
    if key is None or not key.is_live(clock.now()):
        raise Unauthorized(www_authenticate=WWWAuthenticate("bearer", {"realm": "triage"}))
    if scope not in key.scopes:
        raise LacksScope(scope)
    return key


def _found(secret: str) -> keys.Key | None:
    return recent().get(keys.digest(secret), lambda: keys.find(desk().store, secret))
