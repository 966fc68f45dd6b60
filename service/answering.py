"""Which model and which rules answer now and since when, and which did before."""

from dataclasses import dataclass

import sqlalchemy as sa

from service import switches
from service.desk import Desk
from service.store.tables import decisions
from service.store.tables import switches as turned


@dataclass(frozen=True, slots=True)
class Stretch:
    """A model with a rulebook, and from when to when they answered together."""

    model_id: str | None
    rulebook_id: str
    first: float
    last: float
    count: int


@dataclass(frozen=True, slots=True)
class Now:
    """What answers now. `since` is its first answer; none when it has not answered yet."""

    model_id: str | None
    model_since: float | None
    rulebook_id: str
    rulebook_since: float | None
    problem: str | None
    rules_only: bool
    turned_by: str | None
    turned_at: float | None


def now(desk: Desk, sql: sa.Connection) -> Now:
    """What answers now, as the process that is asked has it."""
    triage = desk.triage
    model = triage.classifier.model_id if triage.classifier is not None else None
    switch = sql.execute(sa.select(turned).where(turned.c.name == switches.RULES_ONLY)).first()
    return Now(
        model_id=model,
        model_since=_since(sql, decisions.c.model_id, model),
        rulebook_id=triage.rulebook.id,
        rulebook_since=_since(sql, decisions.c.rulebook_id, triage.rulebook.id),
        problem=desk.live.rule_problem or desk.live.model_problem,
        rules_only=bool(switch is not None and switch.value),
        turned_by=switch.set_by.removeprefix("user:") if switch is not None else None,
        turned_at=switch.set_at if switch is not None else None,
    )


def history(sql: sa.Connection) -> list[Stretch]:
    """Every pair of model and rules that ever answered, latest first."""
    pair = (decisions.c.model_id, decisions.c.rulebook_id)
    columns = (sa.func.min(decisions.c.at), sa.func.max(decisions.c.at), sa.func.count())
    query = sa.select(*pair, *columns).group_by(*pair).order_by(sa.func.max(decisions.c.at).desc())
    return [Stretch(*row) for row in sql.execute(query)]


def _since(sql: sa.Connection, column: "sa.Column[str]", value: str | None) -> float | None:
    """When the present value answered first after the last answer by another one."""
    if value is None:
        return None
    # Answers by rules alone name no model: they end no model's time.
    other = sa.select(sa.func.max(decisions.c.id)).where(column != value, column.is_not(None))
    after = sa.func.coalesce(other.scalar_subquery(), 0)
    query = sa.select(sa.func.min(decisions.c.at)).where(column == value, decisions.c.id > after)
    return sql.execute(query).scalar()
