"""The queue: most urgent first, then nearest clock. Its rows are polled without losing place."""

from typing import Any

from flask import Blueprint, render_template, request
from flask_login import login_required

from service import inbox, switches
from service.clock import now
from service.inbox import OPEN
from service.pages import strip
from service.pages.session import desk, me

bp = Blueprint("queue", __name__)

STATES = {"waiting": "Unread", "opened": "Opened", "decided": "Decided", "closed": "Closed"}
NAMES = ("grade", "team", "state", "flag", "ref")


@bp.get("/")
@login_required
def show() -> str:
    """The whole page; `/rows` is the part that is asked for again every few seconds."""
    return render_template("queue.html", **_view())


@bp.get("/rows")
@login_required
def rows() -> Any:
    return strip.unless_same(lambda: render_template("_rows.html", oob=True, **_view()))


def _view() -> dict[str, Any]:
    at, user, chosen, shown = desk(), me(), _chosen(), strip.context()
    return {
        "own_poll": True,
        "mark": shown["mark"],
        "items": inbox.queue(at, user, **_asked(chosen)),
        "by_grade": shown["at_hand"].by_grade,
        "now": now(),
        "taxonomy": at.triage.taxonomy,
        "teams": {team.code: team.name for team in at.triage.taxonomy.teams},
        "policy": at.triage.policy,
        "degraded": _without_model(),
        "chosen": chosen,
        "states": STATES,
        "me": user,
    }


def _without_model() -> str:
    """Why the rules answer alone, if they do: handlers are told, as reports are then graded higher."""
    at = desk()
    if switches.rules_only(at.store):
        return "switched off"
    return "missing" if at.triage.classifier is None else ""


def _chosen() -> dict[str, str]:
    """What the address asks for; what it should not hold is passed over."""
    triage = desk().triage
    known = {
        "grade": {"1", "2", "3", "4"},
        "team": {team.code for team in triage.taxonomy.teams},
        "state": set(STATES),
        "flag": set(triage.policy.flags),
    }
    given = {name: request.args.get(name, "").strip()[:64] for name in NAMES}
    return {name: value for name, value in given.items() if value and value in known.get(name, {value})}


def _asked(chosen: dict[str, str]) -> dict[str, Any]:
    """The filters as `inbox.queue` takes them; a reference is looked for among closed reports too."""
    asked: dict[str, Any] = {}
    if "grade" in chosen:
        asked["grades"] = (int(chosen["grade"]),)
    if "team" in chosen:
        asked["teams"] = (chosen["team"],)
    if "flag" in chosen:
        asked["flag"] = chosen["flag"]
    if "ref" in chosen:
        asked |= {"ref_like": chosen["ref"], "states": (*OPEN, "closed")}
    if "state" in chosen:
        asked["states"] = (chosen["state"],)
    return asked
