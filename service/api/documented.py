"""What a route may answer besides success, for the OpenAPI document."""

from typing import Any

from service.api.problems import MEDIA_TYPE

WHY = {
    400: "The body is not JSON",
    401: "No live key was given",
    403: "The key lacks the scope",
    404: "No such report",
    409: "Something else was accepted under this reference",
    413: "The body is too large",
    415: "The body is not said to be JSON",
    422: "A field is wrong; `errors` points at it",
    429: "Too many requests; try again after `Retry-After` seconds",
    503: "Nothing was accepted; try again after `Retry-After` seconds",
}
SENDING = (400, 401, 403, 413, 415, 422, 429)


def problems(*statuses: int) -> dict[int | str, Any]:
    """The problem answers of a route."""
    return {status: _problem(status) for status in statuses}


def _problem(status: int) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": WHY[status], "content": {MEDIA_TYPE: {"schema": schema}}}
