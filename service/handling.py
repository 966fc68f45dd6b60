"""What handlers do to a report: take it, decide, note, hand over, review, close.

Laws: a named person decides, and lowers only with a reason; nothing is closed that was not decided.
Each act is added and none is changed. An act names the version its author saw: if the report
changed since, `Conflict` says so and nothing is written, so two handlers cannot overwrite each other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from service import cases, clocks, colleagues, draws, lowering, outbox
from service.cases import Row
from service.desk import Desk, UnknownReport
from service.digests import digest, salt
from service.roles import May
from service.store.store import Work
from service.store.tables import handler_actions
from service.users import User
from triage_model.types import Grade


class Conflict(Exception):
    """The report changed since this person looked; nothing was written."""

    def __init__(self, version: int) -> None:
        super().__init__(f"the report is at version {version}")
        self.version = version


class NotAllowed(Exception):
    """This role may not do this."""


class Incomplete(ValueError):
    """Something is missing from what the handler gave; `field` names it."""

    def __init__(self, field: str, says: str) -> None:
        super().__init__(says)
        self.field = field


@dataclass(frozen=True, slots=True)
class Answer:
    """A handler's decision. Lowering the grade in effect takes a reason code and a sentence."""

    grade: Grade
    team: str
    flags: tuple[str, ...] = ()
    reason_code: str | None = None
    reason: str | None = None


def take(desk: Desk, user: User, ref: str, version: int) -> None:
    """Say that this person deals with it."""
    with _held(desk, user, ref, version) as (work, row):
        _add(work, row, user, "taken")
        state = "opened" if row.state == "waiting" else row.state
        opened = row.opened_at or work.now
        cases.change(work, row, {"holder": user.username, "state": state, "opened_at": opened})


def decide(desk: Desk, user: User, ref: str, version: int, answer: Answer) -> None:
    """Decide. Takes effect at once. Raises Conflict, Incomplete, NotAllowed."""
    with _held(desk, user, ref, version) as (work, row):
        _check(desk, row, answer)
        agrees = int(answer.grade) == row.suggested_grade and answer.team == row.team
        details = {"flags": list(answer.flags), "agrees": agrees, "reason_code": answer.reason_code}
        given = {"grade": int(answer.grade), "team": answer.team, "details": details}
        _add(work, row, user, "decided", words=answer.reason, **given)
        cases.change(work, row, _decided(desk, work, row, user, answer))
        outbox.put(work, desk.settings, row.ref, "handled", grade=int(answer.grade), team=answer.team)


def note(desk: Desk, user: User, ref: str, version: int, words: str) -> None:
    """Write something down about it."""
    if not words.strip():
        raise Incomplete("note", "Write the note")
    with _held(desk, user, ref, version) as (work, row):
        _add(work, row, user, "noted", words=words)
        cases.change(work, row, {})


def grade_first(desk: Desk, user: User, ref: str, version: int, grade: Grade, team: str) -> None:
    """What someone in training answers before they see the suggestion: kept, and without effect."""
    if desk.triage.taxonomy.team(team) is None:
        raise Incomplete("team", "Choose a team")
    with _held(desk, user, ref, version) as (work, row):
        _add(work, row, user, "graded_first", grade=int(grade), team=team)
        cases.change(work, row, {}, same_version=True)


def hand_over(desk: Desk, user: User, ref: str, version: int, *, to: str, words: str) -> None:
    """Pass it to another person or team; what raised its grade goes with it, as it stays in the report.

    A team holds nothing until one of its people takes it: an emergency rings until then.
    """
    team = to if desk.triage.taxonomy.team(to) else None
    if team is None and to not in colleagues.of(desk.store):
        raise Incomplete("to", "Choose a team, or a person who handles reports")
    with _held(desk, user, ref, version) as (work, row):
        _add(work, row, user, "handed_over", team=team, details={"to": to}, words=words or None)
        cases.change(work, row, {"team": team, "holder": None} if team else {"holder": to})


def review(desk: Desk, user: User, ref: str, version: int, *, agrees: bool, words: str | None = None) -> None:
    """A second person looks at a lowered grade. Disagreeing brings the suggestion back and alarms again."""
    with _held(desk, user, ref, version) as (work, row):
        if row.second_review_by is None:
            raise Incomplete("state", "No lowered grade waits here for a second look")
        if row.handled_by == user.username:
            raise NotAllowed("whoever lowered a grade cannot be the one who looks again")
        _add(work, row, user, "reviewed", details={"agrees": agrees}, words=words)
        values: dict[str, Any] = {"second_review_by": None}
        cases.change(work, row, values if agrees else values | _again(desk, work, row))


def close(desk: Desk, user: User, ref: str, version: int) -> None:
    """Close a decided report."""
    with _held(desk, user, ref, version) as (work, row):
        if row.state != "decided" or row.second_review_by is not None:
            raise Incomplete("state", "Decide it first, and have a lowered grade reviewed")
        _add(work, row, user, "closed")
        draws.draw(work, row, desk.settings)
        cases.change(work, row, {"state": "closed", "closed_at": work.now})
        outbox.put(work, desk.settings, row.ref, "closed", grade=row.grade, team=row.team)


@contextmanager
def _held(
    desk: Desk, user: User, ref: str, version: int, *, may: May = "decide"
) -> Iterator[tuple[Work, Row]]:
    """A transaction on a report this person may see, at the version they saw."""
    if not user.may(may):
        raise NotAllowed(f"the role {user.role} may not {may}")
    with desk.store.write() as work:
        row = cases.locked(work, ref)
        if row is None or (row.restricted and user.role not in desk.settings.restricted_roles):
            raise UnknownReport
        if row.version != version:
            raise Conflict(row.version)
        yield work, row


def _check(desk: Desk, row: Row, answer: Answer) -> None:
    if desk.triage.taxonomy.team(answer.team) is None:
        raise Incomplete("team", "Choose a team")
    if unknown := set(answer.flags) - set(desk.triage.policy.flags):
        raise Incomplete("flags", f"{', '.join(sorted(unknown))} is not a flag")
    if lowering.lowers(row, answer.grade) and not lowering.is_reason(answer.reason_code, answer.reason):
        raise Incomplete(
            "reason", "Say why the grade goes down: choose a reason and write three words or more"
        )
    if desk.triage.policy.suppress_flags & set(row.flags) - set(answer.flags) and not answer.reason:
        raise Incomplete("reason", "Say why it is safe to take the caution away")


def _decided(desk: Desk, work: Work, row: Row, user: User, answer: Answer) -> dict[str, Any]:
    return {
        "state": "decided",
        "grade": int(answer.grade),
        "team": answer.team,
        "flags": list(answer.flags),
        "restricted": row.restricted or bool(desk.triage.policy.restricted_flags & set(answer.flags)),
        "holder": user.username,
        "handled_by": user.username,
        "handled_decision_id": row.decision_id,
        "opened_at": row.opened_at or work.now,
        "second_review_by": lowering.review_by(work.sql, row, answer.grade, work.now),
        "escalated_at": None,
    }


def _again(desk: Desk, work: Work, row: Row) -> dict[str, Any]:
    """The suggestion in effect again, as if it had just come."""
    grade = Grade(row.suggested_grade)
    return {
        "state": "waiting",
        "grade": int(grade),
        "opened_at": None,
        "holder": None,
        "handled_decision_id": None,
        "clock_from": work.now,
        "due_by": clocks.due(desk.triage.policy, grade, work.now),
        "escalated_at": None,
    }


def _add(work: Work, row: Row, user: User, kind: str, *, words: str | None = None, **given: Any) -> None:
    details = given.get("details", {})
    values = {
        "ref": row.ref,
        "kind": kind,
        "username": user.username,
        "version": row.version + 1,
        "decision_id": row.decision_id,
        "grade": given.get("grade"),
        "team": given.get("team"),
        "details": details,
        "salt": salt(),
        "sealed": work.vault.seal(words, row.ref) if words is not None else None,
        "at": work.now,
    }
    work.sql.execute(sa.insert(handler_actions).values(values))
    content = digest([kind, values["grade"], values["team"], details, words], str(values["salt"]))
    work.audit(f"user:{user.username}", "alteration", row.ref, why=kind, content=content)
