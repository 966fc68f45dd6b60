"""The API described: `/openapi.json` (3.1) and a page that shows it, with no outside assets."""

from importlib.metadata import version
from pathlib import Path
from typing import Any

from apiflask import APIBlueprint, APIFlask
from flask import Response

from service.api.documented import WHY
from service.api.problems import SCHEMA

bp = APIBlueprint("docs", __name__, enable_openapi=False)
ASSETS = Path(__file__).with_name("assets")
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'"


@bp.get("/docs")
def page() -> Response:
    """The page that shows the API."""
    response = _file("docs.html", "text/html")
    response.headers["Content-Security-Policy"] = POLICY
    return response


@bp.get("/docs/<any('docs.css', 'docs.js'):name>")
def asset(name: str) -> Response:
    """What the page needs."""
    return _file(name, "text/css" if name.endswith(".css") else "text/javascript")


def _file(name: str, kind: str) -> Response:
    return Response((ASSETS / name).read_bytes(), mimetype=kind)


def describe(app: APIFlask) -> None:
    """What the document says of the API as a whole."""
    app.config["OPENAPI_VERSION"] = "3.1.0"
    app.config["AUTO_SERVERS"] = False
    app.config["AUTO_AUTH_ERROR_RESPONSE"] = False
    app.config["AUTO_VALIDATION_ERROR_RESPONSE"] = False
    app.config["AUTO_404_RESPONSE"] = False
    app.config["AUTO_OPERATION_ID"] = True
    app.config["INFO"] = {
        "description": "Suggests how soon, and by whom, a written report should be read. It closes none.",
        "license": {"name": "MIT", "identifier": "MIT"},
        "version": version("report-triage"),
    }
    app.config["SECURITY_SCHEMES"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "An API key"}
    }
    app.spec_processor(_finish)


def _finish(document: dict[Any, Any] | str) -> dict[Any, Any] | str:
    """Add what the layer leaves out: the form of problems, of path parameters, of a repeated answer."""
    if isinstance(document, str):
        return document
    document["components"].setdefault("schemas", {})["Problem"] = SCHEMA
    for path, operations in document["paths"].items():
        for operation in operations.values():
            _finish_operation(path, operation)
    return document


def _finish_operation(path: str, operation: dict[str, Any]) -> None:
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "path":
            parameter["description"] = "The reference that the caller gave"
    if "requestBody" in operation:
        operation["requestBody"]["required"] = True
    answers = operation["responses"]
    if "201" in answers:
        answers["200"] = answers["201"] | {"description": "It was accepted before; nothing was changed"}
    if "503" in answers:
        answers["503"] |= {
            "headers": {"Retry-After": {"schema": {"type": "integer"}, "description": WHY[503]}}
        }
