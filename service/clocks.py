"""When a person must have opened a report. Minutes come from `policy.yaml`."""

from typing import Any

from triage_model.policy import Policy
from triage_model.types import Grade, most_urgent


def due(policy: Policy, grade: Grade, since: float, *, needs_review: bool = False) -> float:
    """The promise for a grade, and no later than the promise for a report that must be reviewed."""
    minutes = policy.clock_minutes[grade]
    return since + 60.0 * (min(minutes, policy.review_minutes) if needs_review else minutes)


def follow(policy: Policy, row: Any, grade: Grade, needs_review: bool, now: float) -> dict[str, Any]:
    """The clock of a report after a decision: a raised grade starts it anew and never later than before."""
    if grade != row.grade and most_urgent([grade, Grade(row.grade)]) == grade:
        promise = min(row.due_by, due(policy, grade, now, needs_review=needs_review))
        return {"due_by": promise, "escalated_at": None}
    return {"due_by": due(policy, grade, row.clock_from, needs_review=needs_review)}
