"""A model on probation: it reads what the live one read, and what it would have said is kept apart.

Never shown to handlers, never part of a decision. Done between requests, newest first, so that it
slows nobody; what it says is for those who decide whether it should answer.
"""

import sqlalchemy as sa

from service import cases
from service.desk import Desk
from service.store.tables import decisions, reports, shadows
from triage_model.triage import Triage
from triage_model.types import Grade, Report

AT_A_TIME = 10


def score(desk: Desk) -> int:
    """Score some decisions that the shadow has not seen; answers how many."""
    shadow = desk.live.shadow
    if shadow is None or shadow.classifier is None:
        return 0
    unseen = _unseen(desk, shadow.classifier.model_id)
    for row, report in unseen:
        _keep(desk, shadow, row, report)
    return len(unseen)


def differences(desk: Desk, model_id: str) -> dict[tuple[int, int], int]:
    """How often the live grade (first) and the shadow's (second) came together."""
    pair = (decisions.c.grade, shadows.c.grade)
    query = sa.select(*pair, sa.func.count()).join(shadows, shadows.c.decision_id == decisions.c.id)
    with desk.store.read() as sql:
        found = sql.execute(query.where(shadows.c.model_id == model_id).group_by(*pair)).all()
    return {(live, other): count for live, other, count in found}


def _unseen(desk: Desk, model_id: str) -> list[tuple[cases.Row, Report]]:
    seen = sa.select(shadows.c.decision_id).where(shadows.c.model_id == model_id)
    query = sa.select(decisions).where(decisions.c.complete, decisions.c.sealed.is_not(None))
    query = query.where(decisions.c.id.not_in(seen)).order_by(decisions.c.id.desc()).limit(AT_A_TIME)
    with desk.store.read() as sql:
        return [(row, _as_read(desk, sql, row)) for row in sql.execute(query).all()]


def _as_read(desk: Desk, sql: sa.Connection, made: cases.Row) -> Report:
    """The report as that decision read it: with the messages there were then."""
    row = sql.execute(sa.select(reports).where(reports.c.ref == made.ref)).one()
    whole = cases.report(sql, desk.store.vault, row)
    return Report(
        text=whole.text,
        ref=whole.ref,
        messages=whole.messages[: made.parts - 1],
        answers=whole.answers,
        category=whole.category,
        prior_contacts_90d=whole.prior_contacts_90d,
        received_at=whole.received_at,
    )


def _keep(desk: Desk, shadow: Triage, made: cases.Row, report: Report) -> None:
    mark = Grade(made.high_water) if made.high_water else None
    said = shadow.decide(report, high_water=mark)
    values = {
        "ref": made.ref,
        "decision_id": made.id,
        "model_id": shadow.classifier.model_id if shadow.classifier else "",
        "grade": int(said.grade),
        "team": said.team,
    }
    with desk.store.write() as work:
        work.sql.execute(sa.insert(shadows).values(**values, at=work.now))
