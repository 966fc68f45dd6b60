"""How many requests a key may make in a minute. Over it: 429, and when to try again.

Counted in each process, which allows its share of the limit: the sum is never more than the limit, and
may be somewhat less when requests fall unevenly.
"""

import threading
import time
from collections import defaultdict

from werkzeug.exceptions import TooManyRequests

MINUTE = 60.0


class Allowance:
    """What each key has left: it refills steadily and holds a minute's worth at most."""

    def __init__(self, per_minute: float) -> None:
        self._per_minute = per_minute
        self._left: dict[int, tuple[float, float]] = defaultdict(lambda: (per_minute, time.monotonic()))
        self._lock = threading.Lock()

    def spend(self, key_id: int) -> None:
        """Count a request. Raises TooManyRequests."""
        if not self._per_minute:
            return
        with self._lock:
            left, at = self._left[key_id]
            now = time.monotonic()
            left = min(self._per_minute, left + (now - at) * self._per_minute / MINUTE)
            self._left[key_id] = (left - 1 if left >= 1 else left, now)
        if left < 1:
            raise TooManyRequests(retry_after=int((1 - left) * MINUTE / self._per_minute) + 1)
