"""The time, in UTC, and how it is written."""

import time
from datetime import UTC, datetime


def now() -> float:
    """Seconds since 1970."""
    return time.time()


def moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def written(seconds: float | None) -> str | None:
    """ISO 8601 in UTC, or nothing for no time."""
    return None if seconds is None else moment(seconds).isoformat()
