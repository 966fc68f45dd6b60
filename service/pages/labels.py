"""Labels for training: a named person reads each answer before it may leave, and takes them as a file."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_login import login_required

from service import labels
from service.handling import Incomplete, NotAllowed
from service.pages.session import desk, me

bp = Blueprint("labels", __name__, url_prefix="/labels")


@bp.get("")
@login_required
def show() -> str:
    return _page()


@bp.post("/<int:answer>")
@login_required
def review(answer: int) -> Any:
    """Approve or withhold one row, with its text as the reader mended it."""
    form = request.form
    verdict = "approved" if form.get("verdict") == "approved" else "withheld"
    text = form.get("text", "").replace("\r\n", "\n")
    try:
        labels.review(desk(), me(), answer, verdict, text=text, agrees=form.get("agrees") == "yes")
    except Incomplete as problem:
        return _page(problem=problem, answer=answer), 422
    except NotAllowed as problem:
        return _page(notice=str(problem)), 409
    return redirect(url_for("labels.show", done=verdict))


@bp.post("/file")
@login_required
def file() -> Response:
    """The approved rows as a file for `triage train`; that they left is remembered."""
    name, body = labels.file(desk(), me())
    given = Response(body, mimetype="application/jsonl")
    given.headers["Content-Disposition"] = f"attachment; filename={name}"
    return given


def _page(*, problem: Incomplete | None = None, answer: int | None = None, notice: str = "") -> str:
    at = desk()
    with at.store.read() as sql:
        counts = labels.counts(sql)
    return render_template(
        "labels.html",
        rows=labels.candidates(at),
        counts=counts,
        taxonomy=at.triage.taxonomy,
        problem=problem,
        answer=answer,
        notice=notice,
        done=request.args.get("done"),
        typed=request.form,
        me=me(),
    )
