"""The strip at the top of every page: what rings, the oldest unread report, how many are open.

Pages poll it (the queue polls it with its rows). A poll names the mark it last saw and is answered
with 204 and nothing read until something changed.
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, Response, render_template, request
from flask_login import login_required

from service import alarms
from service.clock import now
from service.pages.session import desk, me

bp = Blueprint("strip", __name__)


@bp.get("/strip")
@login_required
def show() -> Any:
    return unless_same(lambda: render_template("_strip.html", me=me()))


def unless_same(render: Callable[[], Any]) -> Any:
    """What changed, or 204 when a poll has seen it already."""
    if request.args.get("mark") == alarms.mark(desk()):
        return Response(status=204)
    return render()


def _context() -> dict[str, Any]:
    """What the strip shows. The mark is read first: what changes meanwhile is asked for again."""
    at = desk()
    mark = alarms.mark(at)
    return {
        "mark": mark,
        "at_hand": alarms.at_hand(at, me()),
        "now": now(),
        "taxonomy": at.triage.taxonomy,
    }


def add(app: Flask) -> None:
    """Let every template ask for the strip, so that no view need think of it."""
    app.context_processor(lambda: {"strip_context": _context})
