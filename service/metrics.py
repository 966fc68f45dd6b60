"""How long requests take, over all processes, and the private address where Prometheus reads it all.

Import it only once `prepare` has run in the process: where the processes share their counts is
decided when prometheus_client is first imported.
"""

import logging
import time

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Histogram, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from service.desk import Desk
from service.measures import Measures

log = logging.getLogger(__name__)

LOCAL = "127.0.0.1"
SECONDS = Histogram(
    "triage_request_seconds",
    "Time to answer a request",
    labelnames=("route", "method", "status"),
    buckets=(0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.3, 0.5, 1, 2, 5),
)


def time_requests(app: Flask) -> None:
    """Measure every request by its route, never by its address: that may hold a reference."""

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "none"
        took = time.perf_counter() - g.get("began", time.perf_counter())
        try:
            SECONDS.labels(route, request.method, response.status_code).observe(took)
        except OSError as error:  # the shared folder is full or gone: the answer matters more than its time
            log.error("a request was not measured: %s", error.strerror)
        return response


def registry(desk: Desk) -> CollectorRegistry:
    """Everything there is to read."""
    found = CollectorRegistry()
    MultiProcessCollector(found)  # type: ignore[no-untyped-call]
    found.register(Measures(desk))
    return found


def publish(desk: Desk, port: int) -> None:
    """Answer Prometheus on this machine alone, from a thread."""
    start_http_server(port, LOCAL, registry(desk))


def forget_process(pid: int) -> None:
    mark_process_dead(pid)  # type: ignore[no-untyped-call]
