"""How decisions are written: JSON Lines, CSV or Parquet, each chunk by itself, always as the same bytes."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from typing import Any

from triage_model import spreadsheets
from triage_model.triage import Triage
from triage_model.types import Report
from triage_model.wire import decision_json

Row = dict[str, Any]
COLUMNS = (
    *("id", "report_ref", "grade", "grade_name", "grade_source", "p_emergency", "grade_probabilities"),
    *(
        "team",
        "team_source",
        "teams",
        "co_notify",
        "first_action",
        "time_status",
        "flags",
        "evidence",
        "gaps",
    ),
    *("public_advice", "public_display", "signposts", "needs_review", "review_reasons", "degraded"),
    *("received_at", "due_by", "model_id", "rulebook_id", "taxonomy_id", "error"),
)
_NUMBERS, _YES_OR_NO = {"p_emergency"}, {"needs_review", "degraded"}


def scored(desk: Triage, rows: Sequence[Row], form: str) -> bytes:
    """The decisions on some rows in one form."""
    return _FORMS[form]([decided(desk, row) for row in rows])


def decided(desk: Triage, row: Row) -> Row:
    """One decision as JSON, or the error of that row alone."""
    name = _name(row)
    if "error" in row and not isinstance(row.get("text"), str):
        return {"id": name, "error": row["error"]}
    text = row.get("text")
    if not isinstance(text, str):
        return {"id": name, "error": "the row has no `text`"}
    ref = None if name is None else str(name)
    return {"id": name, **decision_json(desk.decide(Report(text, ref=ref)))}


def _name(row: Row) -> str | int | None:
    given = (row.get("report_ref"), row.get("id"))
    name = next((one for one in given if one is not None and one != ""), None)
    return name if name is None or isinstance(name, str | int) else str(name)


def head(form: str) -> bytes:
    """What stands before the first decision."""
    return _csv_lines([dict(zip(COLUMNS, COLUMNS, strict=True))]) if form == "csv" else b""


def _json_lines(decisions: Sequence[Row]) -> bytes:
    return b"".join(_json_line(decision) + b"\n" for decision in decisions)


def _json_line(decision: Row) -> bytes:
    try:
        return json.dumps(decision, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which only an escape can carry
        return json.dumps(decision).encode()


def _csv_lines(decisions: Sequence[Row]) -> bytes:
    written = io.StringIO()
    lines = csv.DictWriter(written, COLUMNS, lineterminator="\n")
    # Where lines end in "\n" alone, the writer sees no need to quote "\r", which readers take for an end.
    quoted = csv.DictWriter(written, COLUMNS, lineterminator="\n", quoting=csv.QUOTE_ALL)
    for decision in decisions:
        cells = spreadsheets.shown({name: _flat(value) for name, value in decision.items()})
        (quoted if any("\r" in str(cell) for cell in cells.values()) else lines).writerow(cells)
    return written.getvalue().encode(errors="backslashreplace")


def _flat(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, list | dict) else value


def _parquet(decisions: Sequence[Row]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {name: [_cell(name, decision.get(name)) for decision in decisions] for name in COLUMNS}
    written = io.BytesIO()
    pq.write_table(pa.table(columns, schema=schema()), written)
    return written.getvalue()


def schema() -> Any:
    """The columns of a Parquet file of decisions: the same for every chunk, whatever is in it."""
    import pyarrow as pa

    return pa.schema([(name, _kind(pa, name)) for name in COLUMNS])


def _kind(pa: Any, name: str) -> Any:
    if name in _NUMBERS:
        return pa.float64()
    return pa.int8() if name == "grade" else pa.bool_() if name in _YES_OR_NO else pa.string()


def _cell(name: str, value: Any) -> Any:
    if value is None or name in {"grade", *_NUMBERS, *_YES_OR_NO}:
        return value
    return str(_flat(value)).encode(errors="backslashreplace").decode()


_FORMS: dict[str, Callable[[Sequence[Row]], bytes]] = {
    "jsonl": _json_lines,
    "csv": _csv_lines,
    "parquet": _parquet,
}
