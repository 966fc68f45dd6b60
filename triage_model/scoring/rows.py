"""Reads reports in chunks (JSON Lines, CSV, Parquet) from a file, a folder, a pattern or standard input."""

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from glob import glob, has_magic
from itertools import islice
from pathlib import Path
from typing import IO, Any

from triage_model import spreadsheets
from triage_model.errors import InputError

Row = dict[str, Any]
ENDINGS = (".jsonl", ".ndjson", ".json", ".csv", ".parquet")
# A quote that is never closed would otherwise take in the rest of the file as one field.
_LONGEST_FIELD = 20_000_000


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows in order, how many came before them, and how much of all input had been read after them."""

    rows: Sequence[Row]
    before: int
    read: int


def files(source: str) -> list[Path]:
    """The files that a name means, in order: a folder's, those of a pattern, or the one file."""
    if source == "-":
        return []
    folder = Path(source)
    if folder.is_dir():
        found = sorted(path for path in folder.iterdir() if path.suffix in ENDINGS)
    else:
        found = sorted(map(Path, glob(source))) if has_magic(source) and not folder.exists() else [folder]
    if not found:
        raise InputError(f"{source}: no file of reports is there ({', '.join(ENDINGS)})")
    missing = [f"{path}: there is no such file" for path in found if not path.is_file()]
    if missing:
        raise InputError(missing)
    return found


def chunks(paths: Sequence[Path], size: int) -> Iterator[Chunk]:
    """The rows of some files, or of standard input if there are none. A chunk never spans two files."""
    before = finished = 0
    for rows, position in _every(paths, size):
        if rows:
            yield Chunk(rows, before, finished + position)
        before += len(rows)
        finished += 0 if rows else position


def total(paths: Sequence[Path]) -> int | None:
    """How much there is to read, in bytes; unknown for standard input."""
    return sum(path.stat().st_size for path in paths) if paths else None


def _every(paths: Sequence[Path], size: int) -> Iterator[tuple[list[Row], int]]:
    """Rows with the place reached in their file; after each file none, with its whole size."""
    if not paths:
        yield from ((some, 0) for some in _some(_json_lines(sys.stdin.buffer), size))
    for path in paths:
        yield from _parquet(path, size) if path.suffix == ".parquet" else _text(path, size)
        yield [], path.stat().st_size


def _text(path: Path, size: int) -> Iterator[tuple[list[Row], int]]:
    with path.open("rb") as file:
        rows = _csv(file) if path.suffix == ".csv" else _json_lines(file)
        for some in _some(rows, size):
            yield some, file.tell()


def _parquet(path: Path, size: int) -> Iterator[tuple[list[Row], int]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
    except pa.ArrowInvalid as error:
        raise InputError(f"{path}: is not a Parquet file") from error
    with file:
        done, share = 0, path.stat().st_size / max(file.metadata.num_rows, 1)
        for batch in file.iter_batches(size):
            done += batch.num_rows
            yield batch.to_pylist(), int(done * share)


def _some(rows: Iterator[Row], size: int) -> Iterator[list[Row]]:
    while some := list(islice(rows, size)):
        yield some


def _json_lines(file: Iterable[bytes]) -> Iterator[Row]:
    for number, line in enumerate(file, 1):
        if line.strip():
            yield _json_row(number, line)


def _json_row(number: int, line: bytes) -> Row:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return {"id": None, "error": f"line {number} is not JSON"}
    return row if isinstance(row, dict) else {"id": None, "error": f"line {number} is not a JSON object"}


def _csv(file: IO[bytes]) -> Iterator[Row]:
    csv.field_size_limit(_LONGEST_FIELD)
    rows = csv.DictReader(line.decode("utf-8-sig", errors="replace") for line in file)
    while True:
        try:
            yield spreadsheets.read_back(next(rows))
        except StopIteration:
            return
        except csv.Error as error:
            yield {"id": None, "error": f"line {rows.line_num} cannot be read as CSV ({error})"}
