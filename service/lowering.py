"""When a grade goes down: what it takes, and who must look again.

Law 2: a named person lowers, with a reason, and at once. Where a rule that nobody may soften set the
grade, a second person reviews it within the hour. Deciding again, or in steps, is no way around that.
"""

import sqlalchemy as sa

from service import verdicts
from service.cases import Row
from triage_model.types import Grade, most_urgent

REVIEW_SECONDS = 3600.0
SHORTEST_REASON = 3
ALWAYS_REVIEWED = frozenset({"rule:R03", "rule:R19", *(f"policy:R{number}" for number in range(48, 53))})


def lowers(row: Row, grade: Grade) -> bool:
    """Whether a grade is less urgent than the one in effect."""
    return _less_urgent(grade, row.grade)


def is_reason(code: str | None, sentence: str | None) -> bool:
    """Whether a reason says something: a code and a few words of one's own."""
    return bool(code) and len((sentence or "").split()) >= SHORTEST_REASON


def review_by(sql: sa.Connection, row: Row, grade: Grade, now: float) -> float | None:
    """When a second person must have looked at a decision; a review that waits already goes on waiting."""
    if not _less_urgent(grade, row.suggested_grade):
        return None
    if lowers(row, grade) and _never_softened(sql, row):
        return row.second_review_by or now + REVIEW_SECONDS
    waiting: float | None = row.second_review_by
    return waiting


def _less_urgent(grade: Grade, than: int) -> bool:
    return most_urgent([grade, Grade(than)]) != grade


def _never_softened(sql: sa.Connection, row: Row) -> bool:
    """Whether the grade was set by something that no one lowers alone."""
    if row.decision_id is None:
        return True
    made = verdicts.stored(sql, row.decision_id)
    by_rule = made.grade_source.startswith("rule:") and row.suggested_grade == Grade.EMERGENCY
    return by_rule or made.grade_source.split("-")[0] in ALWAYS_REVIEWED
