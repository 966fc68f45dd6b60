"""The parts of a decision that follow from its grade and hits: first action, time, and lists in order."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from triage_model.policy import Terms
from triage_model.types import Grade, Hit, TimeStatus


def first_action(grade: Grade, team: str, signposts: Sequence[str], terms: Terms) -> str:
    """What happens first: by grade, but a signpost for an idle matter of the desk."""
    idle = grade is Grade.RESOLUTION_WITHOUT_DEPLOYMENT and team == terms.taxonomy.default_team
    return "signpost" if idle and signposts else terms.policy.first_action[grade]


def time_status(top: Hit | None, live: Sequence[Hit]) -> TimeStatus | None:
    """When the matter that set the grade happens; else the most urgent time that any rule read."""
    if top is not None and top.source.startswith("rule:"):
        return top.status
    order = list(TimeStatus)
    rules = [hit.status for hit in live if hit.source.startswith("rule:")]
    return min(rules, key=order.index, default=None)


def in_order(listed: Iterable[str], wanted: Iterable[str]) -> tuple[str, ...]:
    """The wanted names in the order in which the policy lists them."""
    chosen = set(wanted)
    return tuple(name for name in listed if name in chosen)


def due_by(received_at: datetime | None, minutes: int) -> datetime | None:
    """Until when a person should have opened a report that was received at a known time."""
    return received_at + timedelta(minutes=minutes) if received_at else None
