"""What every call asks of the store and seldom changes, remembered for a second.

Law: a key that was revoked opens nothing, and a switch that was turned is heeded, a second later in every
process. Whether a key has expired is asked at each call. What was not found is asked for again: a new key
opens at once, and guesses fill no memory.
"""

import time
from collections.abc import Callable
from typing import Any, TypeVar

Found = TypeVar("Found")

SECONDS = 1.0
MOST = 1_000


class Recent:
    """Answers of the store by name, none older than its time. Each process has its own."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._known: dict[str, tuple[float, Any]] = {}

    def get(self, name: str, read: Callable[[], Found]) -> Found:
        """What was read under a name a moment ago, or is read now."""
        # The time before the reading counts: what changes while it is read must not live longer.
        at = time.monotonic()
        known = self._known.get(name)
        if known is not None and at - known[0] < self._seconds:
            remembered: Found = known[1]
            return remembered
        found = read()
        if found is not None:
            self._keep(name, at, found)
        return found

    def _keep(self, name: str, at: float, found: Any) -> None:
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[name] = (at, found)
