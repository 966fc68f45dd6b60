"""`triage score`: decisions for a file of reports, one bad row never harming another."""

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

import click

from triage_model import triage
from triage_model.commands.explain import MODEL
from triage_model.triage import Triage
from triage_model.types import Report
from triage_model.wire import decision_json

Row = dict[str, Any]


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
def score(source: str, output: Path | None, model: Path, rules_only: bool, model_only: bool) -> None:
    """Score reports from a file (JSON Lines, CSV or Parquet) or from standard input.

    Each row has `text`, and `report_ref` or `id`. Decisions come out as JSON Lines in the same order;
    a row that cannot be scored comes out as {"id": ..., "error": ...}.
    """
    if rules_only and model_only:
        raise click.UsageError("choose --rules-only or --model-only, not both")
    desk = triage.load(None if rules_only else model)
    if model_only and desk.classifier is None:
        raise click.ClickException(f"there is no model to score with: {desk.model_problem}")
    chosen = desk.limited_to("rules" if rules_only else "model" if model_only else "whole")
    decisions = (decided(chosen, row) for row in _rows(source))
    _write(decisions, output)


def decided(desk: Triage, row: Row) -> Row:
    """One decision as JSON, or the error of that row alone."""
    name = row.get("report_ref") or row.get("id")
    if "error" in row:
        return {"id": name, "error": row["error"]}
    text = row.get("text")
    if not isinstance(text, str):
        return {"id": name, "error": "the row has no `text`"}
    return {
        "id": name,
        **decision_json(desk.decide(Report(text, ref=str(name) if name is not None else None))),
    }


def _rows(source: str) -> Iterator[Row]:
    if source.endswith(".parquet"):
        yield from _parquet(source)
    elif source == "-":
        yield from _json_lines(sys.stdin.buffer)
    else:
        with open(source, "rb") as file:
            yield from _csv(file) if source.endswith(".csv") else _json_lines(file)


def _json_lines(file: Iterable[bytes]) -> Iterator[Row]:
    for number, line in enumerate(file, 1):
        if line.strip():
            yield _json_row(number, line)


def _json_row(number: int, line: bytes) -> Row:
    try:
        row = json.loads(line)
    except ValueError:
        return {"id": None, "error": f"line {number} is not JSON"}
    return row if isinstance(row, dict) else {"id": None, "error": f"line {number} is not a JSON object"}


def _csv(file: IO[bytes]) -> Iterator[Row]:
    csv.field_size_limit(sys.maxsize)
    yield from csv.DictReader(line.decode("utf-8-sig", errors="replace") for line in file)


def _parquet(source: str) -> Iterator[Row]:
    import pyarrow.parquet as pq

    for batch in pq.ParquetFile(source).iter_batches(1000):
        yield from batch.to_pylist()


def _write(decisions: Iterable[Row], output: Path | None) -> None:
    if output is not None and output.suffix in {".csv", ".parquet"}:
        _write_table(decisions, output)
        return
    with open(output, "w", encoding="utf-8") if output else _stdout() as file:
        for decision in decisions:
            file.write(json.dumps(decision, ensure_ascii=False) + "\n")


def _stdout() -> IO[str]:
    return open(sys.stdout.fileno(), "w", encoding="utf-8", closefd=False)


def _write_table(decisions: Iterable[Row], output: Path) -> None:
    import pandas as pd

    rows = [{k: json.dumps(v) if isinstance(v, list | dict) else v for k, v in d.items()} for d in decisions]
    table = pd.DataFrame(rows)
    table.to_csv(output, index=False) if output.suffix == ".csv" else table.to_parquet(output, index=False)
