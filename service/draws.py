"""Draws closed reports for a second read.

Law: whether a report of low grade is drawn when it is closed is left to chance alone, with a chance
that is written down for every closing, drawn or not: so what the readers find can be carried over to all.
"""

import random
from typing import Any

import sqlalchemy as sa

from service.cases import Row
from service.digests import digest
from service.settings import Settings
from service.store.review_tables import draws
from service.store.store import Work
from service.store.tables import handler_actions
from triage_model.types import Grade

LOW = (Grade.SCHEDULED, Grade.RESOLUTION_WITHOUT_DEPLOYMENT)

# From the machine, not from a seed: nobody can know beforehand what will be looked at again.
_chance = random.SystemRandom()


def draw(work: Work, row: Row, settings: Settings) -> None:
    """Leave it to chance whether a report that is being closed will be read again."""
    if Grade(row.grade) not in LOW:
        return
    mine = (handler_actions.c.ref == row.ref) & (handler_actions.c.kind == "closed")
    closing = work.sql.execute(sa.select(sa.func.max(handler_actions.c.id)).where(mine)).scalar_one()
    share = settings.second_read_share
    values = {"closing_id": closing, "grade": row.grade, "probability": share}
    values |= {"drawn": _chance.random() < share, "parts": row.parts}
    work.sql.execute(sa.insert(draws).values(**values, ref=row.ref, at=work.now))
    why = "drawn for a second read" if values["drawn"] else "not drawn for a second read"
    work.audit("service", "alteration", row.ref, why=why, content=content(values))


def content(row: Any) -> str:
    """The digest that the audit keeps of a draw."""
    values = row if isinstance(row, dict) else row._mapping
    names = ("closing_id", "grade", "probability", "drawn", "parts")
    return digest([values[name] for name in names])
