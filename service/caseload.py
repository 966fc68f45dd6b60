"""What became of the reports of a period: what was suggested, what a handler answered, and when.

Read for figures about the work. Nothing here holds what anyone wrote, or who.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from service import verdicts
from service.store.store import Store
from service.store.tables import decisions, handler_actions, parts, reports
from service.vault import SealBroken
from triage_model.types import Grade, most_urgent

LATEST = 1000
_LOOKS = ("opened", "taken", "decided")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handler decided last, beside what was suggested when they did."""

    grade: int
    team: str
    shown_grade: int | None
    shown_team: str | None
    reason_code: str | None

    @property
    def moved(self) -> str:
        """How the grade moved: agreed, raised or lowered."""
        if self.shown_grade is None or self.grade == self.shown_grade:
            return "agreed"
        urgent = most_urgent([Grade(self.grade), Grade(self.shown_grade)])
        return "raised" if urgent == self.grade else "lowered"


@dataclass(frozen=True, slots=True)
class Case:
    """One report of the period."""

    ref: str
    received_at: float
    grade: int
    team: str
    messages: int
    on_form: bool
    needs_review: bool
    decision_id: int | None
    opened_after: float | None
    decided_after: float | None
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class Read:
    """A case with what only its sealed parts tell: suggested flags, rules that found something, length."""

    case: Case
    flags: frozenset[str]
    fired: frozenset[str]
    decisive: frozenset[str]
    set_aside: frozenset[str]
    words: int


def cases(sql: sa.Connection, since: float) -> list[Case]:
    """Every report received since a moment, oldest first."""
    columns = ("ref", "received_at", "suggested_grade", "team", "parts", "asked", "needs_review")
    query = sa.select(*(reports.c[name] for name in columns), reports.c.decision_id)
    rows = sql.execute(query.where(reports.c.received_at >= since).order_by(reports.c.received_at)).all()
    looks, decided = _first(sql, since, _LOOKS), _first(sql, since, ("decided",))
    answers = _answers(sql, since)
    return [_case(row, looks.get(row.ref), decided.get(row.ref), answers.get(row.ref)) for row in rows]


def read(store: Store, sql: sa.Connection, found: Sequence[Case]) -> list[Read]:
    """The latest cases with what their sealed decisions and texts tell."""
    latest = {case.decision_id: case for case in found[-LATEST:] if case.decision_id is not None}
    words = _words(store, sql, [case.ref for case in latest.values()])
    rows = sql.execute(sa.select(decisions).where(decisions.c.id.in_(latest)).order_by(decisions.c.id))
    return [_read(latest[row.id], _document(store, row), words.get(row.ref, 0)) for row in rows]


def _case(row: Any, looked: float | None, decided: float | None, answer: Answer | None) -> Case:
    return Case(
        ref=row.ref,
        received_at=row.received_at,
        grade=row.suggested_grade,
        team=row.team,
        messages=row.parts - 1,
        on_form=bool(row.asked.get("answers")),
        needs_review=row.needs_review,
        decision_id=row.decision_id,
        opened_after=looked - row.received_at if looked is not None else None,
        decided_after=decided - row.received_at if decided is not None else None,
        answer=answer,
    )


def _first(sql: sa.Connection, since: float, kinds: Sequence[str]) -> dict[str, float]:
    acts = handler_actions.c
    query = sa.select(acts.ref, sa.func.min(acts.at)).join(reports, reports.c.ref == acts.ref)
    query = query.where(reports.c.received_at >= since, acts.kind.in_(kinds)).group_by(acts.ref)
    return {row.ref: row[1] for row in sql.execute(query)}


def _answers(sql: sa.Connection, since: float) -> dict[str, Answer]:
    acts = handler_actions.c
    columns = (acts.ref, acts.grade, acts.team, acts.details, decisions.c.grade, decisions.c.team)
    query = sa.select(*columns).join(reports, reports.c.ref == acts.ref)
    query = query.outerjoin(decisions, decisions.c.id == acts.decision_id)
    query = query.where(reports.c.received_at >= since, acts.kind == "decided").order_by(acts.id)
    return {
        ref: Answer(grade, team, shown, shown_team, details.get("reason_code"))
        for ref, grade, team, details, shown, shown_team in sql.execute(query)
    }


def _words(store: Store, sql: sa.Connection, refs: Sequence[str]) -> dict[str, int]:
    query = sa.select(parts.c.ref, parts.c.sealed).where(parts.c.ref.in_(refs), parts.c.number == 0)
    found = sql.execute(query.where(parts.c.sealed.is_not(None)))
    return {ref: len(store.vault.readable(sealed, ref).split()) for ref, sealed in found}


def _document(store: Store, row: Any) -> dict[str, Any]:
    try:
        return verdicts.opened(store.vault, row) or {}
    except SealBroken:
        return {}


def _read(case: Case, document: dict[str, Any], words: int) -> Read:
    rules = {name: set[str]() for name in ("fired", "decisive", "set_aside")}
    for item in document.get("evidence", []):
        kind, _, name = item["source"].partition(":")
        if kind == "rule":
            rules["set_aside" if item["set_aside"] else "fired"].add(name)
            rules["decisive"] |= {name} if item["decisive"] else set()
    found = {kind: frozenset(names) for kind, names in rules.items()}
    return Read(case, frozenset(document.get("flags", [])), words=words, **found)
