"""The rules and the model that answer now.

Law 5: rules that fail their check are refused and the last that passed keep answering, with an
alarm; with none, the service does not start. A model that cannot be used leaves the rules to answer.
"""

import logging
from collections.abc import Callable

from service import archive
from service.settings import Settings
from triage_model import triage
from triage_model.errors import RulebookError
from triage_model.triage import Triage

log = logging.getLogger(__name__)


class Live:
    """Holds what answers, and swaps it whole."""

    def __init__(
        self, load: Callable[[], Triage], shadow: Callable[[], Triage | None] = lambda: None
    ) -> None:
        """Raises RulebookError when there are no rules that pass."""
        self._load = load
        self._load_shadow = shadow
        self.triage = load()
        self.shadow = shadow()
        self.rule_problem: str | None = None

    @property
    def model_problem(self) -> str | None:
        return self.triage.model_problem

    def reload(self) -> bool:
        """Read rules and model again. False, with an alarm in the log, when the rules do not pass."""
        try:
            self.triage = self._load()
            self.shadow = self._load_shadow()
        except RulebookError as error:
            self.rule_problem = str(error)
            log.error("rulebook refused, the last one keeps answering: %s", error)
            return False
        self.rule_problem = None
        return True


def from_settings(settings: Settings) -> Live:
    """What the settings name. Raises RulebookError."""
    given = {"rulebook": settings.rulebook, "taxonomy": settings.taxonomy, "policy_file": settings.policy}
    named = {name: path for name, path in given.items() if path is not None}

    def load() -> Triage:
        found = triage.load(settings.model, trusted_keys=settings.trusted_keys, **named)
        archive.keep(settings, found)
        return found

    def load_shadow() -> Triage | None:
        if settings.shadow_model is None:
            return None
        return triage.load(settings.shadow_model, trusted_keys=settings.trusted_keys, **named)

    return Live(load, load_shadow)
