"""Training mode: a learner grades a report first and sees the suggestion after.

Each person switches it for their own session. Emergencies are never hidden: they are no lesson.
"""

from typing import Any

from flask import Blueprint, Flask, redirect, request
from flask import session as cookie
from flask_login import login_required

from service.inbox import Opened
from service.pages.session import me, safe_path
from triage_model.types import Grade

bp = Blueprint("training", __name__)


@bp.post("/training")
@login_required
def switch() -> Any:
    cookie["training"] = not on()
    return redirect(safe_path(request.form.get("back", "")))


def on() -> bool:
    return bool(cookie.get("training", False))


def must_grade_first(opened: Opened) -> bool:
    """Whether this person is to answer before they see what is suggested."""
    mine = any(act.username == me().username and act.kind == "graded_first" for act in opened.acts)
    urgent = Grade.EMERGENCY in (opened.item.grade, opened.item.suggested_grade)
    return on() and me().may("decide") and not mine and not urgent


def add(app: Flask) -> None:
    """Let every template know whether the person at the desk is in training."""
    app.context_processor(lambda: {"training": on()})
