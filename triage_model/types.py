"""The nouns of triage, all frozen. Offsets count Unicode code points of the part as it was sent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum


class Grade(IntEnum):
    """How soon someone must act. 1 is the most urgent: compare through `most_urgent` alone."""

    EMERGENCY = 1
    PRIORITY = 2
    SCHEDULED = 3
    RESOLUTION_WITHOUT_DEPLOYMENT = 4


class TimeStatus(StrEnum):
    """When the matter a hit speaks of is happening, most urgent first."""

    NOW = "now"
    RECENT = "recent"
    PAST = "past"
    NOT_ASSERTED = "not_asserted"


def most_urgent(grades: Iterable[Grade | None]) -> Grade | None:
    """The most urgent of some grades: the only place where grades are compared."""
    return min((grade for grade in grades if grade is not None), default=None)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one part of a report: part 0 is its text, part n its nth message."""

    part: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Report:
    """What someone sent. `answers` maps a question of the form (`policy.yaml`) to yes, no or unknown."""

    text: str
    ref: str | None = None
    messages: tuple[str, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    category: str | None = None
    prior_contacts_90d: int | None = None
    received_at: datetime | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        return (self.text, *self.messages)


@dataclass(frozen=True, slots=True)
class Hit:
    """A reason to read a report sooner. One set aside was read as not happening, and sends it to a person."""

    source: str
    says: str
    status: TimeStatus
    floor: Grade | None
    span: Span | None = None
    heading: str = "risk"
    team: str | None = None
    co_notify: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    set_aside: str | None = None
    trial: bool = False
    review: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a decision says what it says. `about`, in JSON `for`, is "grade" or "team"."""

    source: str
    about: str
    says: str
    span: Span | None = None
    status: TimeStatus | None = None
    floor: Grade | None = None
    heading: str | None = None
    weight: float | None = None
    decisive: bool = False
    set_aside: str | None = None
    context: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessment:
    """A classifier's opinion, thresholds applied; chances are calibrated, for the policy's prevalence."""

    model_id: str
    grade: Grade | None = None
    p_emergency: float | None = None
    grade_probabilities: tuple[tuple[Grade, float], ...] = ()
    teams: tuple[tuple[str, float], ...] = ()
    evidence: tuple[Evidence, ...] = ()
    uncertain: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What is suggested for a report, and every reason for it. Stored as it is and never changed."""

    report_ref: str | None
    grade: Grade
    grade_name: str
    grade_source: str
    team: str
    team_source: str
    first_action: str
    time_status: TimeStatus | None
    evidence: tuple[Evidence, ...]
    p_emergency: float | None = None
    grade_probabilities: tuple[tuple[Grade, float], ...] = ()
    teams: tuple[tuple[str, float | None], ...] = ()
    co_notify: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    public_advice: tuple[str, ...] = ()
    public_display: str = "show"
    signposts: tuple[str, ...] = ()
    needs_review: bool = False
    review_reasons: tuple[str, ...] = ()
    degraded: bool = False
    received_at: datetime | None = None
    due_by: datetime | None = None
    model_id: str | None = None
    rulebook_id: str = ""
    taxonomy_id: str = ""
