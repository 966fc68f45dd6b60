"""Second reads: a closed report is graded again by someone who sees only what the public wrote."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import login_required

from service import second_reads
from service.handling import Incomplete, NotAllowed
from service.pages.session import desk, me
from service.second_reads import Reading
from triage_model.types import Grade

bp = Blueprint("second_reads", __name__, url_prefix="/second-reads")


@bp.get("")
@login_required
def show() -> str:
    """How many wait for this person, and the way to the next."""
    waits = second_reads.waiting(desk(), me())
    return render_template("second_reads.html", waits=waits, done=request.args.get("done"), me=me())


@bp.get("/<int:draw>")
@login_required
def read(draw: int) -> str:
    return _page(draw)


@bp.post("/<int:draw>")
@login_required
def answer(draw: int) -> Any:
    try:
        back = second_reads.answer(desk(), me(), draw, _reading())
    except Incomplete as problem:
        return _page(draw, problem=problem), 422
    return redirect(url_for("second_reads.show", done="back" if back else "kept"))


@bp.errorhandler(NotAllowed)
def gone(_error: NotAllowed) -> Any:
    return render_template("second_reads.html", waits=None, done=None, me=me()), 403


def _reading() -> Reading:
    grade = request.form.get("grade", "")
    if grade not in {"1", "2", "3", "4"}:
        raise Incomplete("grade", "Choose a grade")
    words = request.form.get("words", "").strip()[:2000]
    return Reading(Grade(int(grade)), request.form.get("team", ""), words)


def _page(draw: int, *, problem: Incomplete | None = None) -> str:
    blind = second_reads.show(desk(), me(), draw)
    return render_template(
        "second_read.html",
        blind=blind,
        taxonomy=desk().triage.taxonomy,
        problem=problem,
        typed=request.form,
        me=me(),
    )
