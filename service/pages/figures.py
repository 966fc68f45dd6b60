"""Figures about the work, for supervisors and analysts: tables, and pictures of some from their own route."""

from typing import Any

from flask import Blueprint, Response, abort, render_template, request
from flask_login import login_required

from service import answering, caseload, figures, missed
from service.clock import now
from service.figures import Table
from service.pages import pictures
from service.pages.report import REASONS
from service.pages.session import desk, me

bp = Blueprint("figures", __name__, url_prefix="/figures")

PERIODS = (7, 28, 91)
DAY = 86_400.0
# An SVG holds its own style, which the policy of the pages forbids; it may hold nothing else.
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"


@bp.get("")
@login_required
def show() -> str:
    """Every table of a period."""
    at, days, moment = desk(), _days(), now()
    with at.store.read() as sql:
        cases = caseload.cases(sql, moment - days * DAY)
        reads = caseload.read(at.store, sql, cases)
        estimates = [missed.estimate(sql, moment - days * DAY, grade) for grade in (1, 2)]
        answers, past = answering.now(at, sql), answering.history(sql)
    policy = at.triage.policy
    return render_template(
        "figures.html",
        tables={name: _table(name, cases, days, moment) for name in pictures.DRAWN},
        summary=figures.summary(cases, policy),
        reasons=figures.reasons(cases, REASONS),
        rules=figures.rules(reads),
        slices=figures.slices(reads, policy),
        shown=len(reads),
        days=days,
        periods=PERIODS,
        estimates=estimates,
        answering=answers,
        past=past,
        me=me(),
    )


@bp.get("/<name>.svg")
@login_required
def picture(name: str) -> Any:
    """One picture by day or by night, of the same figures as the table under it."""
    if name not in pictures.DRAWN:
        return abort(404)
    at, days, moment = desk(), _days(), now()
    with at.store.read() as sql:
        cases = caseload.cases(sql, moment - days * DAY)
    theme = pictures.NIGHT if request.args.get("by") == "night" else pictures.DAY
    drawn = Response(pictures.DRAWN[name](_table(name, cases, days, moment), theme), mimetype="image/svg+xml")
    drawn.headers["Content-Security-Policy"] = PICTURE_POLICY
    return drawn


def _table(name: str, cases: list[caseload.Case], days: int, moment: float) -> Table:
    if name == "reports":
        return figures.by_day(cases, moment, days)
    if name == "answers":
        return figures.answers(cases)
    return figures.times(cases, desk().triage.policy)


def _days() -> int:
    asked = request.args.get("days", "")
    return int(asked) if asked in {str(days) for days in PERIODS} else PERIODS[1]
