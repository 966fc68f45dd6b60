"""What a handler does to a report, each by a form of its own: works with a mouse, keys, and no scripts."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_login import login_required

from service import handling
from service.handling import Answer, Conflict, Incomplete
from service.pages import refusals, report
from service.pages.session import desk, me
from triage_model.types import Grade

bp = Blueprint("acts", __name__)
refusals.add(bp)

DONE = {
    "take": "You have taken it. It no longer rings.",
    "note": "The note is kept.",
    "review": "Your second look is kept.",
    "grade_first": "Your answer is kept. This is what was suggested.",
    "close": "Closed. A message from the reporter opens it again.",
}


@bp.post("/reports/<ref>/take")
@login_required
def take(ref: str) -> Any:
    return _act(ref, lambda version: handling.take(desk(), me(), ref, version))


@bp.post("/reports/<ref>/decide")
@login_required
def decide(ref: str) -> Any:
    return _act(ref, lambda version: handling.decide(desk(), me(), ref, version, _answer()))


@bp.post("/reports/<ref>/note")
@login_required
def note(ref: str) -> Any:
    words = request.form.get("note", "")
    return _act(ref, lambda version: handling.note(desk(), me(), ref, version, words))


@bp.post("/reports/<ref>/hand-over")
@login_required
def hand_over(ref: str) -> Any:
    to, words = request.form.get("to", ""), request.form.get("words", "").strip()
    return _act(ref, lambda version: handling.hand_over(desk(), me(), ref, version, to=to, words=words))


@bp.post("/reports/<ref>/second-look")
@login_required
def review(ref: str) -> Any:
    agrees, words = request.form.get("agrees") == "yes", request.form.get("review_words", "").strip() or None
    return _act(ref, lambda version: handling.review(desk(), me(), ref, version, agrees=agrees, words=words))


@bp.post("/reports/<ref>/grade-first")
@login_required
def grade_first(ref: str) -> Any:
    team = request.form.get("team", "")
    return _act(ref, lambda version: handling.grade_first(desk(), me(), ref, version, _grade(), team))


@bp.post("/reports/<ref>/close")
@login_required
def close(ref: str) -> Any:
    return _act(ref, lambda version: handling.close(desk(), me(), ref, version))


def _act(ref: str, act: Callable[[int], None]) -> Any:
    """Do something to a report, or show it again with what stood in the way and what was typed."""
    version = request.form.get("version", "")
    try:
        act(int(version) if version.isdecimal() else -1)
    except Conflict:
        return report.page(ref, conflict=True), 409
    except Incomplete as problem:
        return report.page(ref, problem=problem), 422
    flash(_done())
    return redirect(url_for("report.show", ref=ref))


def _done() -> str:
    """What is now true, said once on the page that follows."""
    act, form = str(request.endpoint).split(".")[-1], request.form
    if act == "hand_over":
        team = desk().triage.taxonomy.team(form["to"])
        if team is None:
            return f"Handed over to {form['to']}."
        return f"Handed over to {team.name}. At grade 1 it rings until one of them takes it."
    if act == "decide":
        return f"Decided: grade {form['grade']}."
    return DONE[act]


def _answer() -> Answer:
    form = request.form
    return Answer(
        grade=_grade(),
        team=form.get("team", ""),
        flags=tuple(form.getlist("flags")),
        reason_code=form.get("reason_code") or None,
        reason=form.get("reason", "").strip() or None,
    )


def _grade() -> Grade:
    grade = request.form.get("grade", "")
    if grade not in {"1", "2", "3", "4"}:
        raise Incomplete("grade", "Choose a grade")
    return Grade(int(grade))
