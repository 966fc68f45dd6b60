"""Decisions as they are stored: each added once, sealed, with digests that let it be replayed.

Law 2: the suggested grade never falls below the high-water mark of completed assessments. Once a
handler has decided, the effective grade rises only through evidence that was not shown to them.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from service import cases, clocks
from service.cases import Row
from service.digests import canonical, digest, salt
from service.store.store import Work
from service.store.tables import decisions
from service.vault import Vault
from triage_model.triage import Triage
from triage_model.types import Decision, Grade, Report, most_urgent
from triage_model.wire import decision_json

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Made:
    """A decision just made. `covers` is how many parts it read, `words` how many words and how many
    unknown ones; `raised` is the grade that evidence new to the handler asks for, and matters only
    after one has decided."""

    decision: Decision
    covers: int
    because: str
    headline: str
    words: tuple[int, int]
    raised: Grade | None = None


def record(work: Work, row: Row, made: Made, triage: Triage) -> int | None:
    """Store a decision on a locked report and let the report follow it. None when it adds nothing."""
    if not _adds(row, made):
        return None
    decision_id = _insert(work, row, made)
    standing = _standing(row, made) | {"decision_id": decision_id}
    standing |= clocks.follow(
        triage.policy, row, Grade(standing["grade"]), made.decision.needs_review, work.now
    )
    standing["headline"] = work.vault.seal(made.headline, row.ref)
    standing["restricted"] = row.restricted or _restricted(made.decision, triage)
    cases.change(work, row, standing)
    return decision_id


def is_stale(row: Row, made: Decision) -> bool:
    """Whether a more urgent assessment was completed while this one was being made."""
    return most_urgent([made.grade, Grade(row.high_water) if row.high_water else None]) != made.grade


def document(sql: sa.Connection, vault: Vault, decision_id: int | None) -> Json | None:
    """A stored decision as JSON v1; none if there is none yet or it was forgotten. Raises SealBroken."""
    if decision_id is None:
        return None
    return opened(vault, stored(sql, decision_id))


def stored(sql: sa.Connection, decision_id: int) -> Row:
    return sql.execute(sa.select(decisions).where(decisions.c.id == decision_id)).one()


def opened(vault: Vault, row: Row) -> Json | None:
    if row.sealed is None:
        return None
    found: Json = json.loads(vault.open(row.sealed, row.ref))
    return found


def history(sql: sa.Connection, ref: str) -> list[Row]:
    return list(sql.execute(sa.select(decisions).where(decisions.c.ref == ref).order_by(decisions.c.id)))


def as_json(decision: Decision) -> Json:
    """A decision in the form in which it is stored and compared."""
    made: Json = json.loads(canonical(decision_json(decision)))
    return made


def asks_for(now: Json, shown: Json, *, model_now: int | None, model_then: int | None) -> Grade | None:
    """The most urgent grade that something not shown at the handler's decision asks for."""
    known = {_mark(item) for item in shown["evidence"]}
    floors = [Grade(item["floor"]) for item in _floors(now) if _mark(item) not in known]
    risen = model_now is not None and (model_then is None or model_now < model_then)
    return most_urgent([*floors, Grade(model_now) if risen and model_now else None])


def _floors(found: Json) -> Iterator[Json]:
    return (item for item in found["evidence"] if item["floor"] and item["source"] != "policy:high_water")


def _mark(item: Json) -> tuple[Any, ...]:
    return (item["source"], item["part"], tuple(item["span"] or ()), item["status"])


def headline(decision: Decision, parts: Sequence[str]) -> str:
    """Why it has its grade in one line: what was found, and the words it was found in."""
    reasons = [item for item in decision.evidence if item.about == "grade" and not item.set_aside]
    first = next((item for item in reasons if item.decisive), reasons[0] if reasons else None)
    if first is None:
        return ""
    words = parts[first.span.part][first.span.start : first.span.end] if first.span else ""
    return told(first.source, first.says, " ".join(words.split()))


def told(source: str, says: str, words: str) -> str:
    """What evidence says, with its words as written in place of the model's own form of them."""
    if source == "model" and words and says.startswith('"'):
        return f"“{words}” " + says.partition('" ')[2]
    return f"{says}: “{words}”" if words else says


def _adds(row: Row, made: Made) -> bool:
    """A second degraded answer, or a full one of what was fully read already, adds nothing."""
    if made.covers < row.parts:
        return False
    return row.assessed == "pending" or (row.assessed == "degraded" and not made.decision.degraded)


def _insert(work: Work, row: Row, made: Made) -> int:
    decision, grain = made.decision, salt()
    found = as_json(decision)
    values = {
        "ref": row.ref,
        "because": made.because,
        "parts": made.covers,
        "high_water": row.high_water,
        "complete": not decision.degraded,
        "grade": int(decision.grade),
        "grade_source": decision.grade_source,
        "team": decision.team,
        "model_id": decision.model_id,
        "rulebook_id": decision.rulebook_id,
        "taxonomy_id": decision.taxonomy_id,
        "salt": grain,
        "output_digest": digest(found, grain),
        "words": made.words[0],
        "unknown": made.words[1],
        "sealed": work.vault.seal(json.dumps(found, ensure_ascii=False), row.ref),
        "at": work.now,
    }
    made_id: int = work.sql.execute(
        sa.insert(decisions).values(values).returning(decisions.c.id)
    ).scalar_one()
    work.audit("service", "alteration", row.ref, why=made.because, content=str(values["output_digest"]))
    return made_id


def _standing(row: Row, made: Made) -> Json:
    """Where the report stands after a decision."""
    decision, handled = made.decision, row.handled_decision_id is not None
    grade = most_urgent([Grade(row.grade), made.raised]) if handled else decision.grade
    return {
        "assessed": "degraded" if decision.degraded else "complete",
        "claimed_until": None,
        "high_water": row.high_water if decision.degraded else int(decision.grade),
        "suggested_grade": int(decision.grade),
        "grade": int(grade or decision.grade),
        "team": row.team if handled else decision.team,
        "flags": sorted({*row.flags, *decision.flags}) if handled else list(decision.flags),
        "needs_review": decision.needs_review,
    }


def _restricted(decision: Decision, triage: Triage) -> bool:
    team = triage.taxonomy.team(decision.team)
    return bool(team and team.restricted) or bool(triage.policy.restricted_flags & set(decision.flags))


def model_opinion(triage: Triage, report: Report) -> int | None:
    """What the classifier alone would answer."""
    if triage.classifier is None:
        return None
    return int(triage.limited_to("model").decide(report).grade)
