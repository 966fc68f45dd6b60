"""What the caller must be told, written in the transaction that made it so and sent afterwards.

Only the address in the settings is ever called, and what is sent holds references and grades, never text.
"""

from typing import Any

import sqlalchemy as sa

from service.clock import written
from service.settings import Settings
from service.store.store import Work
from service.store.tables import outbox


def put(work: Work, settings: Settings, ref: str, event: str, **told: Any) -> None:
    """Put an event in the outbox, if there is anyone to tell."""
    if settings.webhook_url is None:
        return
    document = {"event": event, "report_ref": ref, "at": written(work.now), **told}
    values = {"ref": ref, "event": event, "document": document, "made_at": work.now}
    work.sql.execute(sa.insert(outbox).values(**values, attempts=0, next_at=work.now))
