"""The order of the queue: most urgent first, then nearest clock.

A report that nobody opened in time climbs: it stands among the next more urgent grade as if it had
come there at its alarm, so that a stream of more urgent reports cannot keep it waiting for ever. Its
grade stays what it is, and nothing climbs among the emergencies.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from service.store.tables import reports
from triage_model.policy import Policy
from triage_model.types import Grade

_CLIMBS = (Grade.SCHEDULED, Grade.RESOLUTION_WITHOUT_DEPLOYMENT)
Order = Sequence[sa.ColumnElement[Any]]


def order(policy: Policy) -> Order:
    """Columns to order open reports by; closed ones come after all that is open."""
    late = (reports.c.state == "waiting") & reports.c.escalated_at.is_not(None)
    climbs = [(late & (reports.c.grade == int(grade)), grade) for grade in _CLIMBS]
    place = sa.case(*((when, int(grade) - 1) for when, grade in climbs), else_=reports.c.grade)
    anew = [(when, reports.c.escalated_at + 60.0 * _minutes(policy, grade)) for when, grade in climbs]
    clock = sa.case(*anew, else_=reports.c.due_by)
    return [reports.c.state == "closed", place, clock, reports.c.ref]


def newest() -> Order:
    """Closed reports: those that came last first."""
    return [reports.c.received_at.desc(), reports.c.ref]


def _minutes(policy: Policy, grade: Grade) -> int:
    return policy.clock_minutes[Grade(int(grade) - 1)]
