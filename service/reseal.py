"""Rotation: everything that is sealed with an older key, or with none, is sealed with the newest."""

import sqlalchemy as sa

from service.store.review_tables import label_reviews
from service.store.store import Store, Work
from service.store.tables import decisions, handler_actions, parts, reports


def reseal(store: Store) -> int:
    """Seal everything with the newest key; answers how many things were not yet."""
    done = 0
    for table in (parts, decisions, handler_actions, label_reviews, reports):
        with store.write() as work:
            done += _reseal(work, table, "headline" if table is reports else "sealed")
    return done


def _reseal(work: Work, table: sa.Table, column: str) -> int:
    done = 0
    keys = list(table.primary_key.columns)
    for row in work.sql.execute(sa.select(table).where(table.c[column].is_not(None))).all():
        sealed = getattr(row, column)
        if work.vault.is_current(sealed):
            continue
        again = work.vault.seal(work.vault.open(sealed, row.ref), row.ref)
        this = sa.and_(*(key == getattr(row, key.name) for key in keys))
        work.sql.execute(sa.update(table).where(this).values({column: again}))
        done += 1
    return done
