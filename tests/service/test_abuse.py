"""Bad input: every row of the table gets a right answer, as problem+json with pointers."""

import json
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from service.store.store import Store
from tests.service.conftest import caller

JSON = "application/json"


@pytest.fixture
def address(tmp_path: Path) -> str:
    """Nothing here depends on the kind of database."""
    return f"sqlite:///{tmp_path}/triage.db"


SECRET_TEXT = "planted words of a reporter"


def body(**fields: object) -> str:
    return json.dumps({"text": SECRET_TEXT, **fields})


@pytest.mark.parametrize(
    ("data", "status", "pointer"),
    [
        ("", 400, None),
        ("{", 400, None),
        ("[" * 200_000, 400, None),
        ('{"text": "a", "text": "b"}', 400, None),
        ('{"text": NaN}', 400, None),
        ('{"text": "a", "prior_contacts_90d": ' + "9" * 5000 + "}", 400, None),
        (b'{"text": "\xff"}', 400, None),
        ("null", 422, "/text"),
        ("[]", 422, ""),
        ("5", 422, ""),
        ('"text"', 422, ""),
        ("{}", 422, "/text"),
        ('{"text": null}', 422, "/text"),
        ('{"text": 5}', 422, "/text"),
        ('{"text": ["a"]}', 422, "/text"),
        (r'{"text": "a\u0000b"}', 422, "/text"),
        (r'{"text": "\ud800"}', 422, "/text"),
        (json.dumps({"text": "a" * 20_001}), 422, "/text"),
        (json.dumps({"text": "a" * 2_000_000}), 413, None),
        (body(tezt="x"), 422, "/tezt"),
        (body(**{"a/b~c": 1}), 422, "/a~1b~0c"),
        (body(answers={"weapon": "maybe"}), 422, "/answers/weapon"),
        (body(answers={"gun": "yes"}), 422, "/answers/gun"),
        (body(prior_contacts_90d=-1), 422, "/prior_contacts_90d"),
        (body(prior_contacts_90d=True), 422, "/prior_contacts_90d"),
        (body(prior_contacts_90d="3"), 422, "/prior_contacts_90d"),
        (body(submitted_at="yesterday"), 422, "/submitted_at"),
        (body(submitted_at="2026-11-25T10:00:00"), 422, "/submitted_at"),
        (body(submitted_at=5), 422, "/submitted_at"),
        (body(category=""), 422, "/category"),
    ],
)
def test_a_wrong_body_is_named(
    client: FlaskClient, data: str | bytes, status: int, pointer: str | None
) -> None:
    answer = client.post("/v1/assess", data=data, content_type=JSON)
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert SECRET_TEXT not in answer.text
    if pointer is not None:
        assert pointer in [item["pointer"] for item in answer.json["errors"]]


@pytest.mark.parametrize("text", ["", " ", "\n", "zzz qqq", "55", "😀" * 20_000, "Допоможіть, він мене б'є"])
def test_what_cannot_be_read_is_priority_or_more(client: FlaskClient, text: str) -> None:
    answer = client.post("/v1/assess", json={"text": text})
    assert answer.status_code == 200
    assert answer.json["grade"] in (1, 2)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", None])
def test_a_body_not_said_to_be_json_is_refused(client: FlaskClient, kind: str | None) -> None:
    answer = client.post("/v1/assess", data=body(), content_type=kind)
    assert (answer.status_code, answer.mimetype) == (415, "application/problem+json")


@pytest.mark.parametrize("ref", ["", "-x", "a b", "a/b", "é", "x" * 65, "a\nb", 5, None])
def test_a_wrong_ref_is_refused(client: FlaskClient, ref: object) -> None:
    answer = client.post("/v1/reports", json={"report_ref": ref, "text": "hello"})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/report_ref")


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Bearer tk_wrong", "Basic dGs6eA==", "Bearer \udc80"]
)
def test_no_live_key_no_answer(app: APIFlask, header: str | None) -> None:
    given = {} if header is None else {"Authorization": header}
    answer = app.test_client().post("/v1/assess", json={"text": "x"}, headers=given)
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_key_opens_its_scopes_alone(app: APIFlask, store: Store) -> None:
    reader = caller(app, store, "report:read")
    assert reader.get("/v1/reports").status_code == 200
    refused = reader.post("/v1/assess", json={"text": "x"})
    assert (refused.status_code, refused.json["detail"]) == (
        403,
        "This key is live but lacks the scope assess.",
    )


@pytest.mark.parametrize(
    "query", ["after=x", "after=-1", "after=1.0", "after=٣", "limit=0", "limit=101", "page=2"]
)
def test_a_wrong_cursor_is_refused(client: FlaskClient, query: str) -> None:
    assert client.get(f"/v1/reports?{query}").status_code == 422


def test_unknown_places_and_methods_are_problems(client: FlaskClient) -> None:
    for answer, status in ((client.get("/v1/nothing"), 404), (client.delete("/v1/reports/x"), 405)):
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


@pytest.mark.parametrize("items", [None, [], {}, "x", [{"text": "a"}] * 101])
def test_a_batch_holds_1_to_100(client: FlaskClient, items: object) -> None:
    answer = client.post("/v1/assess/batch", json={"items": items})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/items")


def test_a_batch_of_long_reports_fits(client: FlaskClient) -> None:
    answer = client.post(
        "/v1/assess/batch", json={"items": [{"text": "word " * 4000}] * 3 + [{"text": "a" * 500_000}]}
    )
    assert [item["status"] for item in answer.json["items"]] == [200, 200, 200, 422]
