"""How a decision is written as JSON (v1): what every caller, file and page reads. It grows only by adding."""

from datetime import datetime
from typing import Any

from triage_model.types import Decision, Evidence

Json = dict[str, Any]


def decision_json(decision: Decision) -> Json:
    """The v1 form of a decision: plain JSON values, the keys in a fixed order."""
    return {
        "report_ref": decision.report_ref,
        "grade": int(decision.grade),
        "grade_name": decision.grade_name,
        "grade_source": decision.grade_source,
        "p_emergency": decision.p_emergency,
        "grade_probabilities": {str(int(grade)): p for grade, p in decision.grade_probabilities} or None,
        "team": decision.team,
        "team_source": decision.team_source,
        "teams": [{"team": team, "probability": p} for team, p in decision.teams],
        "co_notify": list(decision.co_notify),
        "first_action": decision.first_action,
        "time_status": decision.time_status.value if decision.time_status else None,
        "flags": list(decision.flags),
        "evidence": [_evidence_json(item) for item in decision.evidence],
        "gaps": list(decision.gaps),
        "public_advice": list(decision.public_advice),
        "public_display": decision.public_display,
        "signposts": list(decision.signposts),
        "needs_review": decision.needs_review,
        "review_reasons": list(decision.review_reasons),
        "degraded": decision.degraded,
        "received_at": _moment(decision.received_at),
        "due_by": _moment(decision.due_by),
        "model_id": decision.model_id,
        "rulebook_id": decision.rulebook_id,
        "taxonomy_id": decision.taxonomy_id,
    }


def _evidence_json(item: Evidence) -> Json:
    return {
        "source": item.source,
        "for": item.about,
        "says": item.says,
        "part": item.span.part if item.span else None,
        "span": [item.span.start, item.span.end] if item.span else None,
        "status": item.status.value if item.status else None,
        "floor": int(item.floor) if item.floor else None,
        "heading": item.heading,
        "weight": item.weight,
        "decisive": item.decisive,
        "set_aside": item.set_aside,
        "context": list(item.context),
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
