"""The kinds of label file, brought to rows of plain values with the line that each stands on."""

import csv
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training import label_studio
from triage_model import spreadsheets

LISTS = ("team_also", "co_notify", "flags", "tags")
KINDS = (".csv", ".jsonl", ".parquet", ".json")


@dataclass(frozen=True, slots=True)
class Raw:
    """One row as its file has it, under our column names."""

    line: int
    values: dict[str, Any]


def raw_rows(path: Path, mapping: Mapping[str, str]) -> tuple[list[Raw], list[str]]:
    """The rows of a file, and what is wrong with its form. `mapping` is their column to ours."""
    if path.suffix not in KINDS:
        return [], [f"{path}: is not {', '.join(KINDS)}; save it as one of them"]
    if not path.is_file():
        return [], [f"{path}: is not there; check the name"]
    reader = {".csv": _csv, ".jsonl": _json_lines, ".parquet": _parquet, ".json": _tasks}[path.suffix]
    rows, problems = reader(path)
    return [Raw(row.line, _renamed(row.values, mapping)) for row in rows], problems


def _renamed(values: Mapping[str, Any], mapping: Mapping[str, str]) -> dict[str, Any]:
    renamed = {mapping.get(name, name): _plain(value) for name, value in values.items()}
    for name in LISTS:
        if isinstance(renamed.get(name), str):
            renamed[name] = [part for part in renamed[name].split("|") if part]
    if isinstance(renamed.get("annotators"), str):
        renamed["annotators"] = _object(renamed["annotators"])
    return renamed


def _plain(value: Any) -> Any:
    """Empty cells are None, except that a text may be empty; a whole number is an int."""
    if isinstance(value, float) and value != value:
        return None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value.tolist() if hasattr(value, "tolist") else value


def _object(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _csv(path: Path) -> tuple[list[Raw], list[str]]:
    csv.field_size_limit(sys.maxsize)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _csv_rows(path, csv.DictReader(file))
    except UnicodeDecodeError:
        return [], [f"{path}: is not UTF-8; save it as UTF-8"]


def _csv_rows(path: Path, reader: "csv.DictReader[str]") -> tuple[list[Raw], list[str]]:
    rows, problems, line = [], [], 2
    for cells in reader:
        if None in cells or None in cells.values():
            problems.append(
                f"{path}:{line}: has {_cells(cells)} cells than the header; quote texts that hold commas"
            )
        else:
            values = spreadsheets.read_back(cells)
            rows.append(Raw(line, {name: _cell(name, cell) for name, cell in values.items()}))
        line = reader.line_num + 1
    return rows, problems


def _cells(cells: Mapping[Any, Any]) -> str:
    return "more" if None in cells else "fewer"


def _cell(name: str, cell: str) -> str | None:
    return cell if cell or name == "text" else None


def _json_lines(path: Path) -> tuple[list[Raw], list[str]]:
    rows, problems = [], []
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                values = json.loads(line)
            except ValueError:
                problems.append(f"{path}:{number}: is not JSON; write one object a line")
                continue
            if isinstance(values, dict):
                rows.append(Raw(number, values))
            else:
                problems.append(f"{path}:{number}: is not a JSON object; write one object a line")
    return rows, problems


def _parquet(path: Path) -> tuple[list[Raw], list[str]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(path).read()
    except pa.ArrowException:
        return [], [f"{path}: is not a Parquet file; write it again"]
    return [Raw(number, values) for number, values in enumerate(table.to_pylist(), 1)], []


def _tasks(path: Path) -> tuple[list[Raw], list[str]]:
    """The export of Label Studio: in place of a line stands the number of the task."""
    rows, problems = label_studio.rows(path)
    return [Raw(number, values) for number, values in rows], problems
