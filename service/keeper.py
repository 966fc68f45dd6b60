"""The work between requests: recovery, the clocks, the outbox. One thread in each server process.

Each task claims what it works on in the database, so any number of processes and machines can run it.
"""

import logging
import threading
from collections.abc import Callable

from service import desk as desks
from service import escalate, health, shadow, watch, webhooks
from service.desk import Desk

log = logging.getLogger(__name__)

Task = Callable[[Desk], object]
TASKS: tuple[Task, ...] = (
    desks.recover,
    escalate.overdue,
    webhooks.deliver,
    health.keep_canary,
    shadow.score,
    watch.warn,
)


class Keeper:
    """Runs every task, again and again, until it is stopped."""

    def __init__(self, desk: Desk, tasks: tuple[Task, ...] = TASKS) -> None:
        self._desk = desk
        self._tasks = tasks
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(timeout=30)

    def round(self) -> None:
        """Run every task once; one that fails does not keep the others from running."""
        for task in self._tasks:
            try:
                task(self._desk)
            except Exception as error:  # a keeper that died would leave reports waiting unseen
                log.error("task %s failed: %s", getattr(task, "__name__", task), type(error).__name__)

    def _run(self) -> None:
        while not self._stop.wait(self._desk.settings.keeper_seconds):
            self.round()
