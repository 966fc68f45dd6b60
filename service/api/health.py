"""Whether the service lives and can be used. `/readyz` really assesses a report."""

from apiflask import APIBlueprint
from flask import Response, jsonify

from service.api.answers import HealthOut
from service.api.auth import desk
from service.api.documented import problems
from service.health import findings

bp = APIBlueprint("health", __name__, tag="Health")


@bp.get("/livez")
@bp.output(HealthOut, description="The process answers")
def livez() -> Response:
    """Is the process alive?"""
    return jsonify({"status": "alive", "degraded": False, "problems": []})


@bp.get("/readyz")
@bp.output(HealthOut, description="Reports are accepted; `degraded` while only the rules answer")
@bp.doc(responses=problems(503))
def readyz() -> Response:
    """Can reports be accepted?

    Assesses a canary report and commits to the store. 503 when nothing can be accepted.
    """
    found = findings(desk())
    return jsonify({"status": "ready", "degraded": bool(found), "problems": found})
