"""Second looks: lowered grades that wait for another person than the one who lowered them."""

from typing import Any

from flask import Blueprint, render_template
from flask_login import login_required

from service import inbox
from service.clock import now
from service.inbox import OPEN
from service.pages.session import desk, me
from service.store.tables import reports

bp = Blueprint("seconds", __name__)


@bp.get("/second-looks")
@login_required
def show() -> Any:
    at, user = desk(), me()
    waits = [reports.c.state.in_(OPEN), reports.c.second_review_by.is_not(None)]
    by = [reports.c.second_review_by, reports.c.ref]
    return render_template(
        "seconds.html",
        items=inbox.items(at, user, waits, limit=200, by=by),
        now=now(),
        taxonomy=at.triage.taxonomy,
        me=user,
    )
