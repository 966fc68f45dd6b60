"""The OpenAPI document is valid, complete, and says what the service does."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from apiflask import APIFlask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from hypothesis.errors import Unsatisfiable
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import GenerationMode

from service import keys
from service.store.store import Store


@pytest.fixture
def address(tmp_path: Path) -> str:
    """Nothing here depends on the kind of database."""
    return f"sqlite:///{tmp_path}/triage.db"


def test_the_document_is_valid_and_names_every_route(app: APIFlask, client: FlaskClient) -> None:
    document = client.get("/openapi.json").json
    OpenAPIV31SpecValidator(document).validate()
    assert document["openapi"].startswith("3.1")
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/v1"):
            path = document["paths"][rule.rule.replace("<ref>", "{ref}")]
            assert {method.lower() for method in rule.methods - {"HEAD", "OPTIONS"}} <= set(path)


def test_every_operation_is_explained_and_shown(client: FlaskClient) -> None:
    for path, methods in client.get("/openapi.json").json["paths"].items():
        for operation in methods.values():
            assert operation["summary"], path
            assert all(answer["description"] for answer in operation["responses"].values())


def test_the_page_needs_nothing_from_outside(client: FlaskClient) -> None:
    page = client.get("/docs")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    for name in ("docs.css", "docs.js"):
        asset = client.get(f"/docs/{name}")
        assert asset.status_code == 200
        assert "http" not in asset.text.replace("/openapi.json", "")
    assert "//" not in page.text.replace("<!doctype", "")
    assert client.get("/docs/other.js").status_code == 404


def probe(app: APIFlask, secret: str, examples: int) -> None:
    """Try every operation with right and wrong requests, and hold the answers against the document."""
    schema = schemathesis.openapi.from_wsgi("/openapi.json", app)
    for found in schema.get_all_operations():
        for mode in GenerationMode:
            try_operation(found.ok(), mode, secret, examples)


def try_operation(operation: Any, mode: GenerationMode, secret: str, examples: int) -> None:
    cases = operation.as_strategy(generation_mode=mode)

    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(cases)
    def check(case: Any) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {secret}"})

    with suppress(Unsatisfiable):  # raised where there is nothing to get wrong
        check()


@pytest.mark.parametrize("examples", [10, pytest.param(200, marks=pytest.mark.soak)])
def test_the_service_answers_as_the_document_says(app: APIFlask, store: Store, examples: int) -> None:
    """200 examples for each of two modes of nine operations is more than 2,000 in all."""
    _key, secret = keys.make(store, "probe")
    probe(app, secret, examples)


@pytest.mark.parametrize("examples", [300, pytest.param(100_000, marks=pytest.mark.soak)])
def test_no_text_at_all_breaks_an_assessment(client: FlaskClient, examples: int) -> None:
    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(some.text(max_size=400))
    def check(text: str) -> None:
        answer = client.post("/v1/assess", json={"text": text})
        assert answer.status_code == (422 if "\0" in text else 200)

    check()
