"""Errors as RFC 9457 problem+json, with a JSON pointer to each wrong field, and nothing that was sent."""

import json
import logging
import traceback
from typing import Any

from apiflask import APIFlask
from apiflask.exceptions import HTTPError
from flask import Response, request
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

from service.api.auth import LacksScope
from service.cases import RefTaken
from service.desk import UnknownReport
from service.health import WRONG_KEY, CanaryMissed, WrongKey
from service.store.store import Unavailable
from service.vault import SealBroken

log = logging.getLogger(__name__)

RETRY = {"Retry-After": "5"}
MEDIA_TYPE = "application/problem+json"
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}


def problem(status: int, detail: str, errors: list[dict[str, str]] | None = None) -> dict[str, Any]:
    """A problem as RFC 9457 writes it."""
    document = {"type": "about:blank", "title": HTTP_STATUS_CODES[status], "status": status, "detail": detail}
    return document | {"errors": errors} if errors else document


def answer(status: int, detail: str, **more: Any) -> Response:
    body = json.dumps(problem(status, detail, more.get("errors")))
    return Response(body, status, headers=more.get("headers"), mimetype=MEDIA_TYPE)


def pointers(error: ValidationError) -> list[dict[str, str]]:
    """Every wrong field and what is wrong with it, without what was in it."""
    found = error.errors(include_input=False, include_url=False, include_context=False)
    return [{"pointer": _pointer(item["loc"]), "detail": item["msg"]} for item in found[:50]]


def register(app: APIFlask) -> None:
    """Turn every exception into an answer, in this one place."""
    app.register_error_handler(HTTPError, _invalid)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(LacksScope, _lacks_scope)
    app.register_error_handler(RefTaken, lambda _: answer(409, TAKEN))
    app.register_error_handler(
        UnknownReport, lambda _: answer(404, "No report was accepted under this reference.")
    )
    app.register_error_handler(Unavailable, _unavailable)
    app.register_error_handler(SealBroken, _sealed)
    app.register_error_handler(WrongKey, _wrong_key)
    app.register_error_handler(CanaryMissed, _missed)
    app.register_error_handler(Exception, _bug)


TAKEN = "Something else was accepted under this reference before. Nothing was changed."


def _invalid(error: HTTPError) -> Response:
    cause = error.__cause__
    if isinstance(cause, ValidationError):
        return answer(422, "Some fields are not as they should be.", errors=pointers(cause))
    return answer(error.status_code, error.message or HTTP_STATUS_CODES[error.status_code])


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    headers = [(name, value) for name, value in error.get_headers() if name.lower() not in ("content-type",)]
    return answer(status, DETAILS.get(status, HTTP_STATUS_CODES.get(status, "Error")), headers=headers)


DETAILS = {
    400: "The body could not be read as JSON.",
    401: "Send a live key in the header Authorization: Bearer KEY. This one is missing, unknown or over.",
    404: "There is nothing at this address.",
    405: "This address does not take this method.",
    413: "The body is too large.",
    429: "Too many requests with this key.",
    415: "Send JSON, with the header Content-Type: application/json.",
}


def _lacks_scope(error: LacksScope) -> Response:
    return answer(403, f"This key is live but lacks the scope {error.scope}.")


def _unavailable(_error: Unavailable) -> Response:
    log.error("store unavailable: %s", _error)
    return answer(503, "Nothing was accepted. Try again.", headers=RETRY)


def _sealed(error: SealBroken) -> Response:
    log.error("what is stored cannot be opened: %s", error)
    return answer(503, "What is stored of this report cannot be opened. Nothing was accepted.", headers=RETRY)


def _wrong_key(_error: WrongKey) -> Response:
    log.critical(WRONG_KEY)
    return answer(503, f"Nothing should be sent: {WRONG_KEY}.", headers=RETRY)


def _missed(_error: CanaryMissed) -> Response:
    log.critical("the canary report was missed")
    return answer(503, "The canary report was missed.", headers=RETRY)


def _bug(error: Exception) -> Response:
    """A mistake of ours. The log gets its kind and place, never its message: that may quote a report."""
    places = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
    log.error("%s in %s at %s", type(error).__name__, request.endpoint, " > ".join(places[-8:]))
    return answer(500, "Something went wrong on our side. It is in the log.")


def _pointer(loc: tuple[int | str, ...]) -> str:
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in loc)
