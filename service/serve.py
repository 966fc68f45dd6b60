"""Runs the service under gunicorn: the model is loaded once, before the fork, and shared.

SIGHUP reads rules and model again in the master; new workers inherit them while the old ones finish
what they have. SIGTERM stops after the requests at hand.
"""

import gc
import logging
import os
from pathlib import Path
from typing import Any

from apiflask import APIFlask
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from service import logs, metrics
from service.app import create_app
from service.desk import Desk
from service.health import CANARY
from service.keeper import Keeper
from service.settings import Settings

log = logging.getLogger(__name__)

GRACE_SECONDS = 30
SHARED_MEMORY = Path("/dev/shm")


class Quiet(Logger):  # type: ignore[misc]
    """gunicorn's own log, sent where all logs go."""

    def setup(self, cfg: Any) -> None:
        self.error_log.handlers[:] = []
        self.error_log.propagate = True


class Server(BaseApplication):  # type: ignore[misc]
    """One service, as gunicorn runs it."""

    def __init__(self, settings: Settings, app: APIFlask) -> None:
        self._settings = settings
        self._app = app
        super().__init__()

    def load_config(self) -> None:
        for name, value in _options(self._settings, _hooks(self._app.extensions["desk"])).items():
            self.cfg.set(name, value)

    def load(self) -> APIFlask:
        return self._app


def run(settings: Settings) -> None:
    """Serve until told to stop. Raises SettingsError, RulebookError."""
    logs.configure()
    app = create_app(settings)
    _warm(app.extensions["desk"])
    metrics.time_requests(app)
    Server(settings, app).run()


def _warm(desk: Desk) -> None:
    """Read one report before the fork: what is loaded at the first one is then shared, and nobody waits.

    What is there by then is kept out of later collections, which would write to it and so copy it.
    """
    desk.triage.decide(CANARY)
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def _say_what_answers(desk: Desk) -> None:
    if desk.live.model_problem:
        log.warning("worker %s answers by rules alone: %s", os.getpid(), desk.live.model_problem)
    else:
        log.info("worker %s answers with its model", os.getpid())


def _options(settings: Settings, hooks: dict[str, Any]) -> dict[str, Any]:
    options = {
        "bind": f"{settings.host}:{settings.port}",
        "workers": settings.workers,
        "threads": settings.threads,
        "worker_class": "gthread",
        "preload_app": True,
        "timeout": 60,
        "graceful_timeout": GRACE_SECONDS,
        "keepalive": 5,
        "logger_class": Quiet,
        "control_socket_disable": True,
        **hooks,
    }
    return options | ({"worker_tmp_dir": str(SHARED_MEMORY)} if SHARED_MEMORY.is_dir() else {})


def _hooks(desk: Desk) -> dict[str, Any]:
    keeper = Keeper(desk)

    def on_reload(_arbiter: Any) -> None:
        desk.live.reload()
        _warm(desk)

    def post_fork(_arbiter: Any, _worker: Any) -> None:
        # The parent keeps its connections: closing them here would close them there too.
        desk.store.engine.dispose(close=False)

    def when_ready(_arbiter: Any) -> None:
        if desk.settings.metrics_port is not None:
            metrics.publish(desk, desk.settings.metrics_port)

    def child_exit(_arbiter: Any, worker: Any) -> None:
        metrics.forget_process(worker.pid)

    def post_worker_init(_worker: Any) -> None:
        keeper.start()
        _say_what_answers(desk)

    def worker_exit(_arbiter: Any, _worker: Any) -> None:
        keeper.stop()
        desk.assessor.close()
        desk.store.close()

    return {
        "on_reload": on_reload,
        "when_ready": when_ready,
        "child_exit": child_exit,
        "post_fork": post_fork,
        "post_worker_init": post_worker_init,
        "worker_exit": worker_exit,
    }
