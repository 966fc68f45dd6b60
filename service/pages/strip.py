"""The strip at the top of every page: what rings, the oldest unread report, how many are open.

Pages poll it (the queue polls it with its rows). A poll names the mark it last saw and is answered
with 204 and nothing read until something changed.
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, Response, g, render_template, request
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
    if request.args.get("mark") == mark():
        return Response(status=204)
    return render()


def mark() -> str:
    """What this answer will hold, read once and first: what changes meanwhile is asked for again."""
    if "mark" not in g:
        g.mark = alarms.mark(desk())
    seen: str = g.mark
    return seen


def context() -> dict[str, Any]:
    """What the strip shows, read once for an answer, after its mark."""
    if "strip" not in g:
        at, seen = desk(), mark()
        at_hand = alarms.at_hand(at, me())
        g.strip = {"mark": seen, "at_hand": at_hand, "now": now(), "taxonomy": at.triage.taxonomy}
    shown: dict[str, Any] = g.strip
    return shown


def add(app: Flask) -> None:
    """Let every template ask for the strip, so that no view need think of it."""
    app.context_processor(lambda: {"strip_context": context})
