"""Who handles reports: the people one can hand a report to."""

import sqlalchemy as sa

from service.roles import ROLES
from service.store.store import Store
from service.store.tables import users


def of(store: Store) -> tuple[str, ...]:
    """Names of the accounts that may decide, in order."""
    roles = [role for role, may in ROLES.items() if "decide" in may]
    query = sa.select(users.c.username).where(users.c.role.in_(roles), users.c.disabled_at.is_(None))
    with store.read() as sql:
        return tuple(sql.execute(query.order_by(users.c.username)).scalars())
