"""Says, before serving, everything that is wrong with the set-up."""

from service import live, vault
from service.settings import Settings
from service.store import migrate, store
from service.store.store import Unavailable
from triage_model.errors import TriageError


def problems(settings: Settings) -> list[str]:
    """What an operator must mend. A missing model is not among it: the rules answer without one."""
    found: list[str] = []
    try:
        live.from_settings(settings)
    except TriageError as error:
        found.extend(error.problems)
    try:
        opened = store.connect(settings.database_url, vault.from_settings(settings))
        found.extend(migrate.problems(opened))
        opened.close()
    except TriageError as error:
        found.extend(error.problems)
    except Unavailable as error:
        found.append(f"the database cannot be reached: {error}")
    return found
