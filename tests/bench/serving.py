"""The same model behind other servers, asked over loopback one at a time and by eight at once."""

import http.client
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from tests.bench.peer import HOME, SCRIPTS, SERVERS, Peer, environment, version
from tests.service import server

CLIENTS, EACH = 8, 40
_PATHS = {"flask": "/assess", "mlflow": "/invocations", "bentoml": "/assess"}


def measured(model: Path, texts: Sequence[str]) -> list[dict[str, Any]]:
    """Ours with rules and evidence, then each peer with the classifier alone; one process each."""
    rows = [_ours(model, texts)]
    for peer in SERVERS:
        with _served(peer, model) as (pid, port):
            row = _asked(pid, port, _PATHS[peer.environment], texts, _body(peer), {})
        rows.append({"name": f"{peer.name} {version(peer, peer.environment)}", **row})
    base = rows[0]["cpu_ms"]
    return [{**row, "ours_against_it": base / row["cpu_ms"]} for row in rows]


def _ours(model: Path, texts: Sequence[str]) -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        address = f"sqlite:///{folder}/bench.db"
        secret = server.secret_for(address)
        key = {"Authorization": f"Bearer {secret}"}
        begun = time.monotonic()
        with server.running(address, Path(folder), secret, model=str(model), workers="1") as service:
            ready, port = time.monotonic() - begun, _port(service)
            row = _asked(service.process.pid, port, "/v1/assess", texts, lambda text: {"text": text}, key)
            reports = [
                json.dumps({"report_ref": f"b{n}", "text": text}).encode() for n, text in enumerate(texts)
            ]
            accepted = _rate(port, "/v1/reports", reports, key)
        with server.running(address, Path(folder), secret, model=str(model), workers="2") as service:
            _asked(
                service.process.pid,
                _port(service),
                "/v1/assess",
                texts[:80],
                lambda text: {"text": text},
                key,
            )
            memory = sum(map(_pss, [service.process.pid, *service.workers()]))
    name = "ours, /v1/assess with rules and evidence"
    return {"name": name, **row, "ready_s": ready, "two_workers_mb": memory, "accepted_per_s": accepted}


def _port(service: server.Running) -> int:
    return int(service.client.url.rsplit(":", 1)[1])


def _pss(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _body(peer: Peer) -> Any:
    if peer.environment == "mlflow":
        return lambda text: {"dataframe_split": {"columns": ["text"], "data": [[text]]}}
    return lambda text: {"text": text}


def _asked(
    server_pid: int, port: int, path: str, texts: Sequence[str], body: Any, headers: dict[str, str]
) -> dict[str, Any]:
    bodies = [json.dumps(body(text)).encode() for text in texts]
    _sent(port, path, bodies[:40], headers)
    before = _processor_s(server_pid)
    single = _sent(port, path, bodies[:200], headers)
    spent = _processor_s(server_pid) - before
    together = (bodies * (CLIENTS * EACH // len(bodies) + 1))[: CLIENTS * EACH]
    return {
        "cpu_ms": 1000 * spent / len(single),
        "p50_ms": float(np.percentile(single, 50)),
        "p99_ms": float(np.percentile(single, 99)),
        "per_s": _rate(port, path, together, headers),
    }


def _processor_s(server: int) -> float:
    """Processor time that a server and all below it have used: steadier than the clock on a busy machine."""
    parents, spent = {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        pid = int(stat.parent.name)
        parents[pid], spent[pid] = int(fields[1]), int(fields[11]) + int(fields[12])
    return sum(ticks for pid, ticks in spent.items() if _below(pid, server, parents)) / os.sysconf(
        "SC_CLK_TCK"
    )


def _below(pid: int, server: int, parents: dict[int, int]) -> bool:
    while pid and pid != server:
        pid = parents.get(pid, 0)
    return pid == server


def _rate(port: int, path: str, bodies: Sequence[bytes], headers: dict[str, str]) -> float:
    """Answers a second when eight callers ask at once."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(
            pool.map(
                lambda some: _sent(port, path, some, headers), [bodies[n::CLIENTS] for n in range(CLIENTS)]
            )
        )
    return len(bodies) / (time.perf_counter() - begun)


def _sent(port: int, path: str, bodies: Sequence[bytes], headers: dict[str, str]) -> list[float]:
    """Milliseconds of each answer over one connection."""
    connection, took = http.client.HTTPConnection("127.0.0.1", port, timeout=60), []
    for content in bodies:
        begun = time.perf_counter()
        connection.request("POST", path, content, {"Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        answer.read()
        assert answer.status in {200, 201}, (path, answer.status)
        took.append(1000 * (time.perf_counter() - begun))
    connection.close()
    return took


@contextmanager
def _served(peer: Peer, model: Path) -> Iterator[tuple[int, int]]:
    port, python = server.free_port(), environment(peer)
    paths = {"PYTHONPATH": f"{SCRIPTS}{os.pathsep}{Path.cwd()}", "BENCH_MODEL": str(model.absolute())}
    quiet = {
        "BENTOML_DO_NOT_TRACK": "True",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "DO_NOT_TRACK": "true",
        "BENTOML_HOME": str(HOME / "bentoml-home"),
    }
    surroundings = {
        **os.environ,
        **paths,
        **quiet,
        "PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}",
    }
    with (HOME / f"{peer.environment}.log").open("wb") as log:
        process = subprocess.Popen(
            _command(peer, python, port, surroundings),
            env=surroundings,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            _wait(port, process)
            yield process.pid, port
        finally:
            os.killpg(process.pid, 15)
            process.wait()


def _command(peer: Peer, python: Path, port: int, surroundings: dict[str, str]) -> list[str]:
    bin_ = python.parent
    if peer.environment == "flask":
        return [
            str(bin_ / "gunicorn"),
            "-w1",
            "-k",
            "gthread",
            "--threads",
            "8",
            "-b",
            f"127.0.0.1:{port}",
            "serve_flask:app",
        ]
    if peer.environment == "bentoml":
        return [
            str(bin_ / "bentoml"),
            "serve",
            "serve_bentoml:Assessor",
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
            "--working-dir",
            str(SCRIPTS),
        ]
    saved = HOME / "mlflow-model"
    shutil.rmtree(saved, ignore_errors=True)
    subprocess.run([python, SCRIPTS / "serve_mlflow.py", saved], env=surroundings, check=True)
    return [
        str(bin_ / "mlflow"),
        "models",
        "serve",
        "-m",
        str(saved),
        "-p",
        str(port),
        "--env-manager",
        "local",
        "-w",
        "1",
    ]


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/")
            connection.getresponse()
            return
        except OSError:
            time.sleep(0.3)
        finally:
            connection.close()
    raise RuntimeError("the server did not start; see its log in var/bench")
