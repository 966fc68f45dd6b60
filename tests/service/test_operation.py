"""What operators lean on: metrics, limits, headers, the canary, and logs that tell nothing of a report."""

import logging
import urllib.request
from io import StringIO
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from service import app as apps
from service import health, logs, switches
from service.desk import Desk
from service.keeper import Keeper
from service.measures import Measures
from service.store.store import Store, connect
from tests.service.conftest import caller, desk_over
from tests.service.server import free_port, running, secret_for
from triage_model.triage import Triage

PLANTED = "Xanthippe Quillfeather of Wobblethwaite Lane is waving a machete at people outside"


def measured(desk: Desk) -> dict[str, float]:
    return {
        f"{sample.name}{sorted(sample.labels.values())}": sample.value
        for family in Measures(desk).collect()
        for sample in family.samples
    }


def test_the_store_is_measured(desk: Desk, client: FlaskClient) -> None:
    client.post("/v1/reports", json={"report_ref": "a", "text": PLANTED})
    found = measured(desk)
    assert found["triage_reports['1', 'waiting']"] == 1
    assert found["triage_assessments_total['1', 'rule', 'true']"] == 1
    assert found["triage_oldest_unread_seconds['1']"] >= 0
    assert found["triage_model_loaded[]"] == 0
    assert "Xanthippe" not in str(found)


def test_a_store_that_is_away_is_measured_as_away(rules: Triage) -> None:
    for desk in desk_over(connect("sqlite:////nowhere/at/all.db"), rules):
        assert measured(desk) == {"triage_store_up[]": 0.0}


def test_nothing_is_accepted_without_a_store(rules: Triage, store: Store) -> None:
    for desk in desk_over(connect("sqlite:////nowhere/at/all.db"), rules):
        answer = apps.serve(desk).test_client().get("/readyz")
        assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
        assert answer.headers["Retry-After"] == "5"


def test_the_canary_leaves_a_fresh_note(desk: Desk) -> None:
    health.keep_canary(desk)
    first = switches.read(desk.store, health.CANARY_PASSED)
    health.keep_canary(desk)
    assert switches.read(desk.store, health.CANARY_PASSED) == first > 0


def test_a_task_that_fails_stops_no_other(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []

    def failing(_desk: Desk) -> None:
        raise ValueError(PLANTED)

    Keeper(desk, (failing, lambda _: done.append("second"))).round()
    assert done == ["second"]
    assert "Xanthippe" not in caplog.text


def test_too_many_requests_are_told_when_to_come_again(store: Store, rules: Triage) -> None:
    for desk in desk_over(store, rules, rate_per_minute=6, workers=2):
        client = caller(apps.serve(desk), store)
        answers = [client.post("/v1/assess", json={"text": "x"}) for _ in range(5)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
        assert int(answers[3].headers["Retry-After"]) >= 1
        assert caller(apps.serve(desk), store).post("/v1/assess", json={"text": "x"}).status_code == 200


def test_answers_are_neither_kept_nor_framed(client: FlaskClient) -> None:
    for answer in (client.post("/v1/assess", json={"text": "x"}), client.get("/v1/nothing")):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_a_mistake_of_ours_tells_nothing_of_the_report(app: APIFlask, client: FlaskClient) -> None:
    def broken(**_given: object) -> None:
        raise KeyError(PLANTED)

    app.view_functions["assess.one"] = broken
    stream = StringIO()
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    logs.configure(stream)
    try:
        answer = client.post("/v1/assess", json={"text": PLANTED})
        try:
            raise ValueError(PLANTED)
        except ValueError:
            logging.getLogger("x").exception("failed")
    finally:
        root.handlers[:], root.level = before
    assert answer.status_code == 500
    assert "KeyError" in stream.getvalue()
    assert "test_operation.py" in stream.getvalue()
    assert "Xanthippe" not in stream.getvalue() + answer.text


def test_no_planted_word_reaches_log_or_metric(tmp_path: Path) -> None:
    address, port = f"sqlite:///{tmp_path}/triage.db", free_port()
    secret = secret_for(address)
    with running(address, tmp_path, secret, metrics_port=str(port), keeper_seconds="0.2") as service:
        client = service.client
        client.send("LP-1", PLANTED, reporter_key="Xanthippe", category="Xanthippe")
        client.add_message("LP-1", "m1", "it is Xanthippe again")
        client.assess(PLANTED)
        for body in (b'{"text": "Xanthippe', b'{"tezt": "Xanthippe"}', b'["Xanthippe"]'):
            request = urllib.request.Request(
                f"{client.url}/v1/assess",
                body,
                {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"},
            )
            with pytest.raises(urllib.error.HTTPError) as told:
                urllib.request.urlopen(request)
            with told.value:
                assert b"Xanthippe" not in told.value.read()
        metrics = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics").read().decode()
    assert 'triage_request_seconds_count{method="POST",route="/v1/reports",status="201"} 1.0' in metrics
    assert "triage_canary_passed_timestamp_seconds" in metrics
    assert "Xanthippe" not in metrics
    assert "Xanthippe" not in service.log.read_text()
