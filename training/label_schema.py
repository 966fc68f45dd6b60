"""What a label row may hold, as a pandera schema: every breach is found in one pass."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from training.label_files import LISTS, Raw
from triage_model.teams import Taxonomy
from triage_model.types import TimeStatus

ROLES = ("self", "third_party", "professional", "witness", "child")
STATUSES = ("N", "R", "P", "X", *(status.value for status in TimeStatus))
_OPTIONAL = ("grade", "team", "time_status", "role", "written_on", "annotators", *LISTS)
_DAY = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])([T ].*)?"


def problems(rows: Sequence[Raw], path: Path, taxonomy: Taxonomy, flags: Sequence[str]) -> list[str]:
    """Everything wrong with the values of some rows, with file and line, in order of line."""
    if not rows:
        return []
    columns = {name for row in rows for name in row.values}
    if "text" not in columns or not columns & {"grade", "team"}:
        return [
            f"{path}: needs a column `text` and `grade` or `team`; map other names with --map THEIRS=OURS"
        ]
    names = ("text", *_OPTIONAL)
    frame = pd.DataFrame(
        {name: pd.Series([row.values.get(name) for row in rows], dtype=object) for name in names}
    )
    found = [*_breaches(frame, _schema(taxonomy, flags)), *_without_label(frame)]
    ordered = sorted({(rows[index].line, says) for index, says in found})
    return [f"{path}:{line}: {says}" for line, says in ordered]


def _schema(taxonomy: Taxonomy, flags: Sequence[str]) -> pa.DataFrameSchema:
    codes = taxonomy.codes()
    grades = (*"1234", *taxonomy.grade_names.values())
    columns = {
        "text": _column(lambda value: isinstance(value, str), "`text` must be text", nullable=False),
        "grade": _column(lambda value: str(value) in grades, f"`grade` is one of {', '.join(grades)}"),
        "team": _column(lambda value: value in codes, f"`team` is one of {', '.join(codes)}"),
        "time_status": _column(
            lambda value: value in STATUSES, f"`time_status` is one of {', '.join(STATUSES)}"
        ),
        "role": _column(lambda value: value in ROLES, f"`role` is one of {', '.join(ROLES)}"),
        "written_on": _column(_is_day, "`written_on` is a day such as 2026-03-31"),
        "annotators": _column(
            lambda value: _annotators_hold(value, codes, grades),
            "`annotators` is a list of {by, grade, team, time_status}",
        ),
        "flags": _column(lambda value: _listed(value, flags), "`flags` lists flags of the policy"),
        "tags": _column(_strings, "`tags` is a list of words"),
        "team_also": _column(lambda value: _listed(value, codes), "`team_also` lists teams of the taxonomy"),
        "co_notify": _column(lambda value: _listed(value, codes), "`co_notify` lists teams of the taxonomy"),
    }
    return pa.DataFrameSchema(columns)


def _column(holds: Any, says: str, *, nullable: bool = True) -> pa.Column:
    return pa.Column(None, pa.Check(holds, element_wise=True, error=says), nullable=nullable)


def _breaches(frame: pd.DataFrame, schema: pa.DataFrameSchema) -> Iterator[tuple[int, str]]:
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        for case in errors.failure_cases.itertuples():
            missing = case.check == "not_nullable"
            yield int(case.index), f"`{case.column}` is missing" if missing else str(case.check)


def _without_label(frame: pd.DataFrame) -> Iterator[tuple[int, str]]:
    for index in frame.index[frame["grade"].isna() & frame["team"].isna()]:
        yield int(index), "has neither `grade` nor `team`; label it or leave it out"


def _is_day(value: Any) -> bool:
    return re.fullmatch(_DAY, str(value)) is not None


def _strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _listed(value: Any, allowed: Sequence[str]) -> bool:
    return _strings(value) and set(value) <= set(allowed)


def _annotators_hold(value: Any, codes: Sequence[str], grades: Sequence[str]) -> bool:
    return isinstance(value, list) and all(_annotation_holds(one, codes, grades) for one in value)


def _annotation_holds(one: Any, codes: Sequence[str], grades: Sequence[str]) -> bool:
    return (
        isinstance(one, dict)
        and (one.get("grade") is None or str(one["grade"]) in grades)
        and (one.get("team") is None or one["team"] in codes)
        and (one.get("time_status") is None or one["time_status"] in STATUSES)
    )
