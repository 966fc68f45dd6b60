"""`triage score`: decisions for files of reports of any size, one bad row never harming another."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any

import click

from triage_model import triage
from triage_model.commands.explain import MODEL
from triage_model.scoring import output as places
from triage_model.scoring import rows, workers
from triage_model.scoring.rows import Chunk
from triage_model.scoring.workers import Done
from triage_model.triage import Parts, Triage

_ROWS = 250


@click.command()
@click.argument("source", default="-")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Where to write; the ending chooses the form."
)
@click.option(
    "--model", type=click.Path(path_type=Path), default=MODEL, show_default=True, help="A model folder."
)
@click.option("--rules-only", is_flag=True, help="The rules alone, without the floor for a missing model.")
@click.option("--model-only", is_flag=True, help="The classifier alone.")
@click.option("--workers", "count", type=click.IntRange(1), help="Processes to use; all cores if not said.")
@click.option("--resume", is_flag=True, help="Go on with an output that was left unfinished.")
@click.option("--scheduler", help="A Dask cluster: tcp://host:port, or local:2 (needs the extra `scale`).")
@click.option("--progress/--no-progress", default=None, help="Show progress; as is, only on a terminal.")
@click.option(
    "--chunk", type=click.IntRange(1), default=_ROWS, show_default=True, help="Rows written at once."
)
def score(source: str, output: Path | None, rules_only: bool, model_only: bool, **how: Any) -> None:
    """Score reports from a file (JSON Lines, CSV or Parquet), a folder or pattern of them, or standard input.

    Each row has `text`, and `report_ref` or `id`. Decisions come out as JSON Lines in the same order
    (CSV or Parquet by the ending of the output); a row that cannot be scored comes out as {"id": ...,
    "error": ...}. An output file is written in whole chunks with a journal beside it: after a kill, the
    same command with --resume goes on where it stopped.
    """
    if rules_only and model_only:
        raise click.UsageError("choose --rules-only or --model-only, not both")
    if how["resume"] and output is None:
        raise click.UsageError("--resume needs the output file to go on with: -o FILE")
    paths = rows.files(source)
    places.apart(output, paths)
    only: Parts = "rules" if rules_only else "model" if model_only else "whole"
    load = partial(_desk, how["model"], only)
    desk = load()
    with ExitStack() as open_until_done:
        place = places.opened(output, _job(source, paths, desk, how["chunk"]), resume=how["resume"])
        open_until_done.enter_context(closing(place))
        left = (chunk for chunk in rows.chunks(paths, how["chunk"]) if chunk.before >= place.rows)
        decide = _decider(open_until_done, desk, load, left, places.form_of(output), how)
        for chunk, written in _shown(decide, rows.total(paths), how["progress"]):
            place.add(written, len(chunk.rows))
        place.finish()


def _desk(model: Path, only: Parts) -> Triage:
    desk = triage.load(None if only == "rules" else model)
    if only == "model" and desk.classifier is None:
        raise click.ClickException(f"there is no model to score with: {desk.model_problem}")
    return desk.limited_to(only)


def _job(source: str, paths: list[Path], desk: Triage, chunk: int) -> dict[str, Any]:
    """What must be the same for the rest of an output to belong to its beginning."""
    return {
        "input": [source, *(path.stat().st_size for path in paths)],
        "parts": desk.only,
        "model": desk.classifier.model_id if desk.classifier else None,
        "rulebook": desk.rulebook.id,
        "taxonomy": desk.taxonomy.id,
        "chunk": chunk,
    }


def _decider(
    stack: ExitStack,
    desk: Triage,
    load: Callable[[], Triage],
    chunks: Iterator[Chunk],
    form: str,
    how: dict[str, Any],
) -> Iterable[Done]:
    """The chunks with their decisions: from a cluster, from worker processes, or from this one."""
    if how["scheduler"]:
        from triage_model.scoring import cluster

        model = None if desk.only == "rules" else how["model"]
        decide: cluster.Decide = stack.enter_context(cluster.over(how["scheduler"], desk, model, form))
        return decide(chunks)
    first = list(islice(chunks, 2))
    every = chain(first, chunks)
    count = how["count"] or _cores()
    # One chunk is sooner decided here than workers are started.
    if count == 1 or len(first) < 2:
        return workers.here(desk, every, form)
    return workers.Pool(desk, load, count=count, form=form).over(every)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _shown(done: Iterable[Done], total: int | None, wanted: bool | None) -> Iterator[Done]:
    """The same, with a bar on standard error that says how much of the input is done."""
    if not (sys.stderr.isatty() if wanted is None else wanted):
        yield from done
        return
    from triage_model.scoring.progress import bar

    yield from bar(done, total)
