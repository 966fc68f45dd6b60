"""Reports and their messages: accept, journal, assess, answer in one round trip; and what became of them."""

from typing import Any

import sqlalchemy as sa
from apiflask import APIBlueprint
from flask import Response, g, jsonify

from service import consult, standing
from service import desk as desks
from service.api.answers import DecisionOut, FeedOut, StandingOut
from service.api.auth import desk, needs
from service.api.documented import SENDING, problems
from service.api.forms import Cursor, Message, NewReport
from service.store.tables import reports

bp = APIBlueprint("reports", __name__, url_prefix="/v1/reports", tag="Reports")


@bp.post("")
@needs("report:write")
@bp.input(NewReport, arg_name="form")
@bp.output(DecisionOut, 201, description="Accepted, and this is suggested")
@bp.doc(responses=problems(*SENDING, 409, 503), security="key")
def send(form: NewReport) -> Response:
    """Send a report

    It is committed before it is assessed. Send it again under the same reference if no answer came:
    the same body gets 200 and its decision, another body gets 409.
    """
    decision, new = desks.receive(desk(), form.report_ref, form.sent(), by=g.key.who)
    return _answer(decision, 201 if new else 200)


@bp.post("/<ref>/messages")
@needs("report:write")
@bp.input(Message, arg_name="form")
@bp.output(DecisionOut, 201, description="Accepted; the report was assessed again with all that came before")
@bp.doc(responses=problems(*SENDING, 404, 409, 503), security="key")
def add_message(ref: str, form: Message) -> Response:
    """Send a follow-up

    The suggested grade never falls because of one. A decided or closed report waits for a reader again.
    """
    decision, new = desks.receive_message(desk(), ref, form.message_ref, form.text, by=g.key.who)
    return _answer(decision, 201 if new else 200)


@bp.get("/<ref>")
@needs("report:read")
@bp.output(StandingOut, description="Where it stands")
@bp.doc(responses=problems(401, 403, 404, 429, 503), security="key")
def show(ref: str) -> Response:
    """See what became of a report"""
    with desk().store.read() as sql:
        row = sql.execute(sa.select(reports).where(reports.c.ref == ref)).first()
        if row is None:
            raise desks.UnknownReport
        document = standing.of(sql, desk().store.vault, row)
    consult.record(desk().store, g.key.who, "disclosure", ref)
    return _answer(document, 200)


@bp.get("")
@needs("report:read")
@bp.input(Cursor, location="query", arg_name="cursor")
@bp.output(FeedOut, description="What changed")
@bp.doc(responses=problems(401, 403, 422, 429, 503), security="key")
def feed(cursor: Cursor) -> Response:
    """Follow changes

    Begin without `after`, then give `next` of each answer. A report appears again each time it changes.
    """
    with desk().store.read() as sql:
        document = standing.feed(sql, int(cursor.after), int(cursor.limit))
    for item in document["items"]:
        consult.record(desk().store, g.key.who, "disclosure", item["report_ref"], why="feed")
    return _answer(document, 200)


def _answer(document: Any, status: int) -> Response:
    response = jsonify(document)
    response.status_code = status
    return response
