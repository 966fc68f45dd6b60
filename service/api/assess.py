"""Stateless assessment: for the step of a form where the person presses Continue, before sending.

Law: nothing is stored and nothing is logged of it. An unsent disclosure is theirs.
"""

from typing import Any

from apiflask import APIBlueprint
from flask import Response, jsonify
from pydantic import ValidationError

from service import clock, switches
from service.api.answers import BatchOut, DecisionOut
from service.api.auth import desk, needs, recent
from service.api.documented import SENDING, problems
from service.api.forms import MAX_BATCH_BODY, Batch, Unsent
from service.api.problems import pointers, problem
from triage_model.types import Report
from triage_model.wire import decision_json

bp = APIBlueprint("assess", __name__, url_prefix="/v1/assess", tag="Assess")


@bp.post("")
@needs("assess")
@bp.input(Unsent, arg_name="form")
@bp.output(DecisionOut, description="What would be suggested")
@bp.doc(responses=problems(*SENDING, 503), security="key")
def one(form: Unsent) -> Response:
    """Assess a report that is not sent yet

    The same body without a reference. Nothing is stored.
    """
    return _private(_decision(form, rules_only=model_is_off()))


@bp.post("/batch")
@needs("assess", max_body=MAX_BATCH_BODY)
@bp.input(Batch, arg_name="form")
@bp.output(BatchOut, description="An answer for each item")
@bp.doc(responses=problems(*SENDING, 503), security="key")
def batch(form: Batch) -> Response:
    """Assess up to 100 at once

    One wrong item never harms another: each has its own status.
    """
    rules_only = model_is_off()
    return _private({"items": [_item(item, rules_only=rules_only) for item in form.items]})


def _item(item: Any, *, rules_only: bool) -> dict[str, Any]:
    try:
        form = Unsent.model_validate(item)
    except ValidationError as error:
        wrong = problem(422, "Some fields are not as they should be.", pointers(error))
        return {"status": 422, "decision": None, "problem": wrong}
    return {"status": 200, "decision": _decision(form, rules_only=rules_only), "problem": None}


def _decision(form: Unsent, *, rules_only: bool) -> dict[str, Any]:
    sent = form.sent()
    report = Report(sent.text, received_at=clock.moment(clock.now()), **sent.asked)
    return decision_json(desk().assessor.decide(report, rules_only=rules_only))


def model_is_off() -> bool:
    """Whether the model is switched off, as it was a moment ago."""
    return recent().get(switches.RULES_ONLY, lambda: switches.rules_only(desk().store))


def _private(document: Any) -> Response:
    return jsonify(document)
