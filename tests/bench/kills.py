"""A long file scored by one process killed half-way and by a cluster that loses a worker: outputs must be the same."""

import filecmp
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from distributed import Client, LocalCluster

from tests.bench.growth import noisy

TRIAGE = str(Path(sys.executable).with_name("triage"))


def measured(model: Path, texts: Sequence[str], folder: Path, count: int) -> dict[str, Any]:
    """Seconds for each way. Stops with an error if a byte differs."""
    path = noisy(texts, count, folder / "reports.jsonl")
    command = [TRIAGE, "score", str(path), "--model", str(model)]
    asked = folder / "asked.jsonl"
    result = {"rows": count, "one_process_s": _timed([*command, "-o", str(asked), "--workers", "1"])}
    result["killed_s"] = _killed(
        [*command, "-o", str(folder / "killed.jsonl")], folder / "killed.jsonl", count
    )
    result["cluster_s"] = _cluster(command, folder / "cluster.jsonl", count)
    for name in ("killed", "cluster"):
        assert filecmp.cmp(asked, folder / f"{name}.jsonl", shallow=False), f"{name} differs"
    return result


def _timed(command: Sequence[str]) -> float:
    begun = time.monotonic()
    subprocess.run(command, check=True)
    return time.monotonic() - begun


def _half_way(process: "subprocess.Popen[bytes]", output: Path, count: int) -> None:
    journal = output.with_name(output.name + ".journal")
    while not journal.exists() or journal.read_bytes().count(b"\n") < count // 500:
        assert process.poll() is None, "it ended before it was half-way"
        time.sleep(0.05)


def _killed(command: Sequence[str], output: Path, count: int) -> float:
    """All cores, kill -9 of the process half-way, and --resume."""
    begun = time.monotonic()
    process = subprocess.Popen(command)
    _half_way(process, output, count)
    process.kill()
    process.wait()
    subprocess.run([*command, "--resume"], check=True)
    return time.monotonic() - begun


def _cluster(command: Sequence[str], output: Path, count: int) -> float:
    """Two Dask workers, one of them killed half-way."""
    settings: dict[str, Any] = {"host": "127.0.0.1", "dashboard_address": None, "silence_logs": 50}
    with LocalCluster(n_workers=2, threads_per_worker=1, **settings) as local, Client(local) as client:
        begun = time.monotonic()
        process = subprocess.Popen([*command, "-o", str(output), "--scheduler", local.scheduler_address])
        _half_way(process, output, count)
        os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)
        assert process.wait() == 0
        return time.monotonic() - begun
