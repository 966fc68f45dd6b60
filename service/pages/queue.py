"""The queue: most urgent first, then nearest clock. Its rows are polled without losing place."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template, request
from flask_login import login_required

from service import inbox
from service.clock import now
from service.pages.session import desk, me

bp = Blueprint("queue", __name__)


@bp.get("/")
@login_required
def show() -> str:
    """The whole page; `/rows` is the part that is asked for again every few seconds."""
    return render_template("queue.html", **_view())


@bp.get("/rows")
@login_required
def rows() -> str:
    return render_template("_rows.html", **_view())


def _view() -> dict[str, Any]:
    at, user = desk(), me()
    items = inbox.queue(at, user, **_filters())
    return {
        "items": items,
        "now": now(),
        "oldest": inbox.oldest_unread(at, user),
        "alarms": [item for item in items if item.grade == 1 and item.state == "waiting"],
        "taxonomy": at.triage.taxonomy,
        "policy": at.triage.policy,
        "degraded": at.triage.classifier is None,
        "chosen": request.args,
        "me": user,
    }


def _filters() -> dict[str, Any]:
    """What the address asks for; anything it should not hold is passed over."""
    args = request.args
    asked: dict[str, Callable[[str], Any]] = {
        "grades": lambda v: (int(v),),
        "teams": lambda v: (v,),
        "flag": str,
        "ref_like": str,
        "states": lambda v: (v,),
    }
    names = {"grades": "grade", "teams": "team", "flag": "flag", "ref_like": "ref", "states": "state"}
    given = {key: args.get(name, "").strip() for key, name in names.items()}
    return {
        key: asked[key](value)
        for key, value in given.items()
        if value and (key != "grades" or value in "1234")
    }
