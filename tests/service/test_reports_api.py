"""Reports over HTTP: accepted once, decided, and told again."""

from flask.testing import FlaskClient

MACHETE = "theres a lad outside the shop on Narborough Road waving a machete about, people running"


def test_a_machete_is_an_emergency_with_its_word(client: FlaskClient) -> None:
    answer = client.post("/v1/reports", json={"report_ref": "LP-1", "text": MACHETE})
    assert answer.status_code == 201
    assert answer.json["grade"] == 1
    assert answer.json["team"] == "serious_crime"
    assert "CALL_999" in answer.json["public_advice"]
    spans = [item["span"] for item in answer.json["evidence"] if item["span"]]
    assert any("machete" in MACHETE[start:end] for start, end in spans)


def test_the_same_body_again_is_answered_and_not_doubled(client: FlaskClient) -> None:
    body = {"report_ref": "LP-1", "text": MACHETE, "answers": {"weapon": "yes"}}
    first, second = client.post("/v1/reports", json=body), client.post("/v1/reports", json=body)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json == second.json
    assert len(client.get("/v1/reports/LP-1").json["history"]) == 1


def test_another_body_under_the_same_ref_is_refused(client: FlaskClient) -> None:
    client.post("/v1/reports", json={"report_ref": "LP-1", "text": MACHETE})
    answer = client.post("/v1/reports", json={"report_ref": "LP-1", "text": "my bike was stolen"})
    assert answer.status_code == 409
    assert client.get("/v1/reports/LP-1").json["grade"] == 1


def test_a_message_never_lowers_the_suggestion(client: FlaskClient) -> None:
    client.post("/v1/reports", json={"report_ref": "LP-1", "text": MACHETE})
    answer = client.post(
        "/v1/reports/LP-1/messages", json={"message_ref": "M1", "text": "all sorted now, thank you very much"}
    )
    assert answer.status_code == 201
    assert answer.json["grade"] == 1


def test_a_message_raises_and_comes_once(client: FlaskClient) -> None:
    client.post(
        "/v1/reports", json={"report_ref": "LP-1", "text": "My mower was stolen from the shed last week."}
    )
    before = client.get("/v1/reports/LP-1").json["grade"]
    message = {"message_ref": "M1", "text": "he is back and he has a machete, he is trying to get in"}
    answers = [client.post("/v1/reports/LP-1/messages", json=message) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    standing = client.get("/v1/reports/LP-1").json
    assert standing["grade"] == 1 < before
    assert standing["messages"] == ["M1"]
    assert [entry["because"] for entry in standing["history"]] == ["received", "message"]


def test_unknown_reports_are_not_found(client: FlaskClient) -> None:
    assert client.get("/v1/reports/nobody").status_code == 404
    message = {"message_ref": "M1", "text": "hello"}
    assert client.post("/v1/reports/nobody/messages", json=message).status_code == 404


def test_the_feed_tells_each_change_once_in_order(client: FlaskClient) -> None:
    for number in range(5):
        client.post("/v1/reports", json={"report_ref": f"LP-{number}", "text": "a report of noise"})
    page = client.get("/v1/reports?limit=3").json
    assert [item["report_ref"] for item in page["items"]] == ["LP-0", "LP-1", "LP-2"]
    rest = client.get(f"/v1/reports?after={page['next']}").json
    assert [item["report_ref"] for item in rest["items"]] == ["LP-3", "LP-4"]
    assert client.get(f"/v1/reports?after={rest['next']}").json == {"items": [], "next": rest["next"]}
    client.post("/v1/reports/LP-1/messages", json={"message_ref": "M", "text": "still going on"})
    assert [i["report_ref"] for i in client.get(f"/v1/reports?after={rest['next']}").json["items"]] == [
        "LP-1"
    ]


def test_assessing_stores_nothing(client: FlaskClient) -> None:
    answer = client.post("/v1/assess", json={"text": MACHETE})
    assert (answer.status_code, answer.json["grade"], answer.json["report_ref"]) == (200, 1, None)
    assert client.get("/v1/reports").json["items"] == []


def test_one_bad_item_of_a_batch_harms_no_other(client: FlaskClient) -> None:
    items = [{"text": MACHETE}, {"text": None}, 5, {"text": "x", "tezt": "y"}, {"text": ""}]
    answer = client.post("/v1/assess/batch", json={"items": items})
    assert [item["status"] for item in answer.json["items"]] == [200, 422, 422, 422, 200]
    assert answer.json["items"][3]["problem"]["errors"][0]["pointer"] == "/tezt"


def test_ready_says_that_only_rules_answer(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["degraded"]) == (200, True)
    assert answer.json["problems"] == ["model: no model folder was named"]
