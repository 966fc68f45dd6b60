"""Where the server's processes share their metrics: an empty folder, named before anything is imported."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


def prepare(folder: Path | None) -> None:
    """Name the folder and empty it; without one, make one that goes when this process does."""
    if folder is None:
        folder = Path(tempfile.mkdtemp(prefix="triage-metrics-"))
        atexit.register(_remove, folder, os.getpid())
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.db"):
        old.unlink()
    os.environ[VARIABLE] = str(folder)


def _remove(folder: Path, owner: int) -> None:
    """Workers are forks and run this too when they end: only the one that made the folder may remove it."""
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)
