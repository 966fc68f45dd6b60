"""Which models there are, which one answers, and who decided so: a folder and a record that only grows.

`current` is a link that is replaced in one step, so a service that loads it sees the old model or
the new one and never half of either.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from triage_model import artefact
from triage_model.errors import ArtifactError

CURRENT, RECORD = "current", "registry.jsonl"
ANSWERING = ("current", "promoted", "rolled back")


def model_folders(models: Path) -> list[Path]:
    """Every model folder, in order of its id."""
    return sorted(p.parent for p in models.glob(f"m-*/{artefact.MANIFEST}")) if models.is_dir() else []


def current(models: Path) -> Path | None:
    """The folder that answers now, if there is one."""
    link = models / CURRENT
    if not (link.is_symlink() or link.exists()):
        return None
    folder = artefact.resolve(link)
    return folder if folder.is_dir() else None


def make_current(models: Path, model_id: str) -> None:
    """Point `current` at a model in one step."""
    if not (models / model_id / artefact.MANIFEST).is_file():
        raise ArtifactError(f"{models / model_id}: holds no model; see `triage models`")
    waiting = models / f".{CURRENT}.{os.getpid()}"
    waiting.unlink(missing_ok=True)
    waiting.symlink_to(model_id)
    os.replace(waiting, models / CURRENT)


def record(models: Path, event: str, model_id: str, **facts: Any) -> None:
    """Add one line to the record: what happened to which model, when, and what else is to be known."""
    models.mkdir(parents=True, exist_ok=True)
    line = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "event": event,
        "model_id": model_id,
        **facts,
    }
    with (models / RECORD).open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, sort_keys=True) + "\n")
        file.flush()
        os.fsync(file.fileno())


def history(models: Path) -> list[dict[str, Any]]:
    """The record, oldest first."""
    path = models / RECORD
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def previous(models: Path) -> str | None:
    """The model that answered before the current one."""
    answering = [event["model_id"] for event in history(models) if event["event"] in ANSWERING]
    folder = current(models)
    now = folder.name if folder else None
    return next((model_id for model_id in reversed(answering) if model_id != now), None)


def waits(models: Path, model_id: str) -> bool:
    """Whether a model has never answered: it was trained, and nobody has promoted it."""
    folder = current(models)
    mine = [event for event in history(models) if event["model_id"] == model_id]
    return not (folder and folder.name == model_id) and not _answered(mine)


def _answered(events: Iterable[Mapping[str, Any]]) -> bool:
    return any(event["event"] in ANSWERING for event in events)


def manifest(folder: Path) -> Mapping[str, Any]:
    """What a model folder says of itself, unverified: for lists, never for loading."""
    body: Mapping[str, Any] = json.loads((folder / artefact.MANIFEST).read_text(encoding="utf-8"))
    return body


def lineage(models: Path) -> Iterator[dict[str, Any]]:
    """Each model with where it came from and what became of it."""
    events = history(models)
    answering = current(models)
    for folder in model_folders(models):
        said = manifest(folder)
        mine = [event for event in events if event["model_id"] == folder.name]
        is_current = answering is not None and folder.name == answering.name
        yield {
            "model_id": folder.name,
            "current": is_current,
            "waits": not is_current and not _answered(mine),
            "trained": next((e["at"] for e in mine if e["event"] == "trained"), None),
            "parent": next((e.get("parent") for e in mine if e["event"] == "trained"), None),
            "data": said.get("data"),
            "rulebook": said.get("rulebook_id"),
            "certificate": said.get("certificate"),
            "by": [e["by"] for e in mine if e.get("by")],
        }
