"""Asks for a decision and does not wait longer than the deadline.

Law 5: a model that is late is answered for by the rules, degraded; its full answer follows when it
comes. A model that hangs can fill the queue of waiting questions but never the memory or the threads
that answer requests.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late

from service.live import Live
from triage_model.triage import Triage
from triage_model.types import Decision, Grade, Report

log = logging.getLogger(__name__)

WAITING_FOR_EACH_THREAD = 4


class Assessor:
    """Decides within a deadline. Made before the fork, its threads are started after it."""

    def __init__(self, live: Live, *, deadline: float, threads: int = 8) -> None:
        self._live = live
        self._deadline = deadline
        self._threads = threads
        self._pool: ThreadPoolExecutor | None = None
        self._room = threading.BoundedSemaphore(threads * (1 + WAITING_FOR_EACH_THREAD))
        self._lock = threading.Lock()

    def decide(
        self,
        report: Report,
        *,
        high_water: Grade | None = None,
        rules_only: bool = False,
        late: Callable[[Decision], None] | None = None,
    ) -> Decision:
        """A decision within the deadline; `late` is given the full one if that comes after it."""
        triage = self._live.triage
        if rules_only or triage.classifier is None:
            return triage.decide(report, high_water=high_water, with_model=False)
        asked = self._ask(triage, report, high_water)
        if asked is not None:
            try:
                return asked.result(self._deadline)
            except Late:
                log.warning("model late on report %s", report.ref)
                if late is not None:
                    asked.add_done_callback(lambda done: late(done.result()))
        return triage.decide(report, high_water=high_water, with_model=False)

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def _ask(self, triage: Triage, report: Report, high_water: Grade | None) -> "Future[Decision] | None":
        if not self._room.acquire(blocking=False):
            return None
        try:
            asked = self._workers().submit(triage.decide, report, high_water=high_water)
        except RuntimeError:  # the pool is shutting down
            self._room.release()
            return None
        asked.add_done_callback(lambda _done: self._room.release())
        return asked

    def _workers(self) -> ThreadPoolExecutor:
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="assess")
            return self._pool
