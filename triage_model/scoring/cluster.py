"""Decides chunks on a Dask cluster: each worker is sent the model once, and one that dies costs only time.

Dask is not part of the core: `pip install report-triage[scale]` brings it.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from triage_model import artefact, triage
from triage_model.errors import InputError
from triage_model.scoring.forms import scored
from triage_model.scoring.rows import Chunk
from triage_model.scoring.workers import Done, in_order
from triage_model.triage import Parts, Triage

Decide = Callable[[Iterable[Chunk]], Iterator[Done]]
_AHEAD, _RETRIES = 4, 5
_DESK = "triage"


@contextmanager
def over(address: str, desk: Triage, model: Path | None, form: str) -> Iterator[Decide]:
    """A way to decide chunks on the cluster at an address, or on `local:N` workers started for this."""
    distributed = _dask()
    with _client(distributed, address) as client:
        brought = _brought(distributed, desk, model)
        client.register_plugin(brought, name=_DESK)
        _same_rules(client, desk)
        ahead = _AHEAD * max(len(client.scheduler_info(n_workers=-1)["workers"]), 1)

        def ask(chunk: Chunk) -> Any:
            return client.submit(_work, list(chunk.rows), form, pure=False, retries=_RETRIES)

        yield lambda chunks: in_order(chunks, ask, ahead)


def _dask() -> Any:
    try:
        import distributed
    except ImportError as error:
        raise InputError(
            "--scheduler needs Dask, the extra `scale`: pip install 'report-triage[scale]'"
        ) from error
    return distributed


@contextmanager
def _client(distributed: Any, address: str) -> Iterator[Any]:
    kind, _, count = address.partition(":")
    if kind != "local":
        with _joined(distributed, address) as client:
            yield client
        return
    if not count.isdigit() or count == "0":
        raise InputError(f"--scheduler {address}: write local:2 for two workers on this machine")
    settings = {"threads_per_worker": 1, "host": "127.0.0.1", "dashboard_address": None, "silence_logs": 50}
    with (
        distributed.LocalCluster(n_workers=int(count), processes=True, **settings) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        yield client


def _joined(distributed: Any, address: str) -> Any:
    try:
        return distributed.Client(address, set_as_default=False, timeout="20s")
    except (OSError, ValueError) as error:
        raise InputError(f"--scheduler {address}: no Dask scheduler answers there") from error


def _brought(distributed: Any, desk: Triage, model: Path | None) -> Any:
    """What each worker sets up as it joins, late or again: the model's files, checked there as here."""
    files = {}
    if model is not None and desk.classifier is not None:
        folder = artefact.resolve(model)
        files = {path.name: path.read_bytes() for path in folder.iterdir()}
    only = desk.only

    class Desk(distributed.WorkerPlugin):  # type: ignore[misc]
        """The triage of one worker."""

        def setup(self, worker: Any) -> None:
            self.desk = _unpacked(files, only)

    return Desk()


def _unpacked(files: dict[str, bytes], only: Parts) -> Triage:
    with TemporaryDirectory() as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        desk = triage.load(Path(folder) if files else None)
    if files and desk.classifier is None:
        raise InputError(f"a worker cannot use the model: {desk.model_problem}")
    return desk.limited_to(only)


def _same_rules(client: Any, desk: Triage) -> None:
    """Workers with other rules would answer otherwise: refused before any row is decided."""
    found = set(client.run(_rules_here).values())
    if found - {desk.rulebook.id}:
        raise InputError(
            f"the cluster has other rules ({', '.join(sorted(found))}); install the same version"
        )


def _rules_here(dask_worker: Any) -> str:
    return str(dask_worker.plugins[_DESK].desk.rulebook.id)


def _work(rows: list[dict[str, Any]], form: str) -> bytes:
    from distributed import get_worker

    mine: Any = get_worker().plugins[_DESK]
    return scored(mine.desk, rows, form)
