"""What callers are answered: the documented form of version 1, which grows only by adding."""

from typing import Any, Literal

from pydantic import BaseModel, Field

Grade = Literal[1, 2, 3, 4]
Chance = float | None


class EvidenceOut(BaseModel):
    """Why a decision says what it says. `span` counts Unicode code points of that part as it was sent."""

    source: str = Field(description="model, rule:<id> or policy:<id>")
    about: Literal["grade", "team"] = Field(alias="for")
    says: str
    part: int | None = Field(description="0 is the report's text, n its nth message")
    span: list[int] | None
    status: Literal["now", "recent", "past", "not_asserted"] | None
    floor: Grade | None
    heading: str | None
    weight: float | None
    decisive: bool
    set_aside: str | None
    context: list[str]


class TeamOut(BaseModel):
    """A team that may own the report, and its calibrated chance if there is a model."""

    team: str
    probability: Chance


class DecisionOut(BaseModel):
    """What is suggested for a report, with every reason for it. Grade 1 is the most urgent."""

    report_ref: str | None
    grade: Grade
    grade_name: str
    grade_source: str
    p_emergency: Chance
    grade_probabilities: dict[str, float] | None
    team: str
    team_source: str
    teams: list[TeamOut]
    co_notify: list[str]
    first_action: Literal["open_now", "desk_now", "team_queue", "signpost"]
    time_status: Literal["now", "recent", "past", "not_asserted"] | None
    flags: list[str]
    evidence: list[EvidenceOut]
    gaps: list[str]
    public_advice: list[str]
    public_display: Literal["show", "suppress"]
    signposts: list[str]
    needs_review: bool
    review_reasons: list[str]
    degraded: bool = Field(description="true while the rules answer without the model")
    received_at: str | None
    due_by: str | None
    model_id: str | None
    rulebook_id: str
    taxonomy_id: str


class HistoryOut(BaseModel):
    """One decision of the past."""

    at: str
    because: str
    parts: int = Field(description="how many parts it read: the text and its messages")
    complete: bool
    grade: Grade
    grade_source: str
    team: str
    model_id: str | None
    rulebook_id: str
    taxonomy_id: str


class HandledOut(BaseModel):
    """What a handler decided last."""

    at: str
    by: str
    grade: Grade
    team: str
    flags: list[str]
    agrees: bool


class StandingOut(BaseModel):
    """Where a report stands: the suggestion, what is in effect, and how it came to that."""

    report_ref: str
    state: Literal["waiting", "opened", "decided", "closed"]
    assessed: Literal["pending", "degraded", "complete"]
    grade: Grade = Field(description="in effect: the suggestion until a handler decides")
    team: str
    due_by: str
    received_at: str
    version: int
    forgotten: bool
    messages: list[str]
    decision: DecisionOut | None
    handled: HandledOut | None
    history: list[HistoryOut]


class FeedItemOut(BaseModel):
    """A report that changed."""

    report_ref: str
    state: Literal["waiting", "opened", "decided", "closed"]
    assessed: Literal["pending", "degraded", "complete"]
    grade: Grade
    suggested_grade: Grade
    team: str
    version: int
    due_by: str


class FeedOut(BaseModel):
    """Reports that changed, in the order in which they did."""

    items: list[FeedItemOut]
    next: str = Field(description="give it as `after` to go on from here")


class BatchItemOut(BaseModel):
    """One answer of a batch: a decision, or the problem with that item alone."""

    status: Literal[200, 422]
    decision: DecisionOut | None
    problem: dict[str, Any] | None


class BatchOut(BaseModel):
    """Answers in the order of the items."""

    items: list[BatchItemOut]


class HealthOut(BaseModel):
    """Whether the service can be used."""

    status: Literal["alive", "ready"]
    degraded: bool = False
    problems: list[str] = []
