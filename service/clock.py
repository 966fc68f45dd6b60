"""The time, in UTC, and how it is written."""

import time
from datetime import UTC, datetime


def now() -> float:
    """Seconds since 1970."""
    return time.time()


def within(since: float, seconds: float) -> bool:
    """Whether a moment is no longer ago than so many seconds. One still to come was written before the
    clock was set back, and counts as long ago: else all would wait until the old time comes again."""
    return 0 <= now() - since < seconds


def moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def written(seconds: float | None) -> str | None:
    """ISO 8601 in UTC, or nothing for no time."""
    return None if seconds is None else moment(seconds).isoformat()
