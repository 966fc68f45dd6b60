"""Which of two grades is the more urgent, always as `most_urgent` has it (law 1)."""

from triage_model.types import Grade, most_urgent

URGENT = (Grade.EMERGENCY, Grade.PRIORITY)


def falls_below(grade: Grade, other: Grade) -> bool:
    """Whether a grade is less urgent than another."""
    return most_urgent((grade, other)) != grade
