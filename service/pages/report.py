"""One report: its text with the evidence marked, every reason in words, and the handler's decision."""

from collections import defaultdict
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import login_required

from service import handling, inbox
from service.clock import now
from service.desk import UnknownReport
from service.handling import Answer, Conflict, Incomplete, NotAllowed
from service.pages import marking
from service.pages.session import desk, me
from triage_model.types import Grade

bp = Blueprint("report", __name__)

REASONS = {
    "not_happening": "It is not happening, or is over and nobody is exposed",
    "no_danger": "The words are alarming and the matter is not",
    "known_and_handled": "Known and already being dealt with",
    "spoke_to_reporter": "I spoke to the reporter",
    "wrong_words": "The system misread the words",
    "other": "Another reason",
}


@bp.get("/reports/<ref>")
@login_required
def show(ref: str) -> str:
    return _page(ref)


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


@bp.post("/reports/<ref>/close")
@login_required
def close(ref: str) -> Any:
    return _act(ref, lambda version: handling.close(desk(), me(), ref, version))


@bp.errorhandler(UnknownReport)
def unknown(_error: UnknownReport) -> Any:
    return render_template("error.html", title="There is no such report", me=me()), 404


@bp.errorhandler(NotAllowed)
def not_allowed(error: NotAllowed) -> Any:
    return render_template("error.html", title=f"Not allowed: {error}", me=me()), 403


def _act(ref: str, act: Any) -> Any:
    """Do something to a report, or show it again with what stood in the way and what was typed."""
    try:
        act(int(request.form.get("version", "0")))
    except Conflict:
        return _page(ref, conflict=True), 409
    except Incomplete as problem:
        return _page(ref, problem=problem), 422
    except ValueError:
        return _page(ref, conflict=True), 409
    return redirect(url_for("report.show", ref=ref))


def _answer() -> Answer:
    form = request.form
    grade = form.get("grade", "")
    if grade not in {"1", "2", "3", "4"}:
        raise Incomplete("grade", "Choose a grade")
    return Answer(
        grade=Grade(int(grade)),
        team=form.get("team", ""),
        flags=tuple(form.getlist("flags")),
        reason_code=form.get("reason_code") or None,
        reason=form.get("reason") or None,
    )


def _page(ref: str, *, problem: Incomplete | None = None, conflict: bool = False) -> str:
    at = desk()
    opened = inbox.look(at, me(), ref)
    evidence = opened.decision["evidence"] if opened.decision else []
    return render_template(
        "report.html",
        opened=opened,
        item=opened.item,
        decision=opened.decision,
        parts=[(part, marking.runs(part.text, part.number, evidence)) for part in opened.parts],
        reasons=_under_headings(evidence),
        asides=[item for item in evidence if item["set_aside"]],
        taxonomy=at.triage.taxonomy,
        policy=at.triage.policy,
        signposts=[at.triage.signposts.named(code) for code in (opened.decision or {}).get("signposts", [])],
        lower_reasons=REASONS,
        problem=problem,
        conflict=conflict,
        typed=request.form,
        now=now(),
        me=me(),
    )


def _under_headings(evidence: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Reasons for the grade, grouped as THRIVE groups them; the model's words come last."""
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for item in evidence:
        if item["for"] == "grade" and not item["set_aside"]:
            groups[item["heading"] or "wording"].append(item)
    return dict(groups)
