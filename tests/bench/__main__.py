"""Runs the whole bench, or some of it, and writes `var/bench/latest.json`, one table and the pictures."""

import json
import os
import platform
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from rich.console import Console

from tests.bench import growth, judge, kills, ours, peer, pictures, readme, serving, start, tables
from triage_model import triage
from triage_model.scoring.plan import SHIPPED

MODEL, SAMPLES = Path("var/models/current"), Path("data/samples")
LATEST = peer.HOME / "latest.json"
SECTIONS = ("readers", "serving", "start", "growth", "kills")
ASKED = ("tuned",)


@click.command()
@click.option(
    "--only",
    multiple=True,
    type=click.Choice((*SECTIONS, *ASKED)),
    help="Some sections; others stay as they were.",
)
@click.option("--rows", default=100_000, show_default=True, help="The longest file scored.")
@click.option("--texts", default=300, show_default=True, help="How many texts each candidate is timed on.")
def main(only: tuple[str, ...], rows: int, texts: int) -> None:
    """Measure ours and others on the same reports, in one run, on this machine."""
    begun, figures = time.monotonic(), _before()
    task = _task(texts)
    speed = [row["text"] for row in _read(task / "speed.jsonl")]
    with TemporaryDirectory(dir=peer.HOME) as folder:
        sections = _sections(task, speed, Path(folder), rows)
        for name in only or SECTIONS:
            click.echo(f"{name} …", err=True)
            figures[name] = sections[name]()
    figures |= {
        "machine": _machine(),
        "minutes": (time.monotonic() - begun) / 60,
        "model": MODEL.resolve().name,
    }
    _keep(figures, LATEST)
    shown = figures | _with_tuned(figures)
    Console(width=150).print(*tables.of(shown))
    if {"readers", "growth"} <= set(figures):
        pictures.drawn(shown)
    if set(SECTIONS) <= set(figures):
        _keep(figures, SHIPPED)
    readme.written(shown)


def _with_tuned(figures: dict[str, Any]) -> dict[str, Any]:
    """The readers and, where it was asked for, the ceiling."""
    return {"readers": [*figures["readers"], *figures.get("tuned", ())]} if "readers" in figures else {}


def _sections(task: Path, speed: list[str], folder: Path, rows: int) -> dict[str, Callable[[], Any]]:
    desk, samples = triage.load(MODEL), [row["text"] for row in _read(task / "train.jsonl")]
    return {
        "readers": lambda: [
            *ours.candidates(desk, _read(task / "part.jsonl"), speed),
            *(_peer(one, task) for one in peer.READERS),
        ],
        "tuned": lambda: [_peer(one, task) for one in peer.TUNED],
        "serving": lambda: serving.measured(MODEL, speed),
        "start": lambda: start.measured(MODEL),
        "growth": lambda: {
            "length": growth.by_length(desk, samples),
            "length_of_rules_alone": growth.by_length(desk.limited_to("rules"), samples),
            "rules": growth.by_rules(desk, speed),
            "rows": growth.by_rows(MODEL, samples, folder, rows),
        },
        "kills": lambda: kills.measured(MODEL, samples, folder, rows),
    }


def _peer(one: peer.Peer, task: Path) -> dict[str, Any]:
    click.echo(f"  {one.name}", err=True)
    told = peer.read(one, task)
    figures = judge.judged(told.pop("answers"), _read(task / "part.jsonl"))
    return {"name": one.name, **ours.timing(told.pop("single_ms")), **told, **figures}


def _task(texts: int) -> Path:
    """The same rows for everyone: what is learned from, what is judged on, what is timed."""
    folder = peer.HOME / "task"
    folder.mkdir(parents=True, exist_ok=True)
    learned = [row for path in sorted(SAMPLES.glob("train*.jsonl")) for row in _read(path)]
    parts = {"train": learned, "part": _read(SAMPLES / "dev.jsonl")}
    labelled = {
        name: [row for row in rows if row.get("grade") and row.get("team") and row["text"].strip()]
        for name, rows in parts.items()
    }
    labelled["speed"] = [{"text": text} for text in ours.speed_texts(parts["train"], texts)]
    for name, rows in labelled.items():
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def _before() -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(LATEST.read_text()) if LATEST.exists() else {}
    except ValueError:
        click.echo(f"{LATEST} is torn, so no section of it is kept", err=True)
        return {}
    return found


def _keep(figures: dict[str, Any], path: Path) -> None:
    """Written whole or not at all, whenever the bench is stopped."""
    waiting = path.with_suffix(".new")
    waiting.write_text(json.dumps(figures, indent=1) + "\n")
    os.replace(waiting, path)


def _machine() -> dict[str, Any]:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    name = next(
        (line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine()
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[2]
    return {
        "processor": name,
        "cores": os.cpu_count(),
        "memory_gb": round(memory),
        "python": platform.python_version(),
        "load_15_min": load,
    }


if __name__ == "__main__":
    main()
