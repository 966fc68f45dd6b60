"""The supervisor's page: what stands open, what is late, what may have been missed, and the switch."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import login_required

from service import answering, missed, second_reads, standing_work, switches
from service.clock import now
from service.pages.session import desk, me

bp = Blueprint("supervisor", __name__, url_prefix="/supervisor")

ESTIMATE_DAYS = 91
DAY = 86_400.0


@bp.get("")
@login_required
def show() -> str:
    return _page()


@bp.post("/rules-only")
@login_required
def turn() -> Any:
    """Turn the switch. On takes a tick: every answer is then grade 2 or more urgent."""
    wanted = request.form.get("turn") == "on"
    if wanted and request.form.get("sure") != "yes":
        return _page(problem="Tick the box to say that you know what follows"), 422
    switches.turn(desk().store, switches.RULES_ONLY, wanted, by=f"user:{me().username}")
    return redirect(url_for("supervisor.show", _anchor="switch"))


def _page(problem: str | None = None) -> str:
    at, user, moment = desk(), me(), now()
    with at.store.read() as sql:
        estimates = [missed.estimate(sql, moment - ESTIMATE_DAYS * DAY, grade) for grade in (1, 2)]
        answers, waiting = answering.now(at, sql), second_reads.unread(sql)
        standing = standing_work.table(sql, moment)
    return render_template(
        "supervisor.html",
        standing=standing,
        late=standing_work.late(at, user, moment),
        estimates=estimates,
        days=ESTIMATE_DAYS,
        unread=waiting,
        answering=answers,
        taxonomy=at.triage.taxonomy,
        problem=problem,
        now=moment,
        me=user,
    )
