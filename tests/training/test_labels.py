"""A label file is read whole or not at all, and every problem in it is named with its line."""

import json
from pathlib import Path

import pandas as pd
import pytest

from training import labels
from triage_model.errors import LabelError
from triage_model.types import Grade, TimeStatus

ROW = {
    "id": "a", "text": "he is outside", "grade": 1, "team": "domestic_abuse", "team_also": ["serious_crime"],
    "flags": ["domestic"], "time_status": "N", "tags": ["oblique"], "written_on": "2026-01-02",
    "annotators": [{"by": "x", "grade": 1, "team": "domestic_abuse", "time_status": "N"}],
}  # fmt: skip


def write(path: Path, *rows: object) -> Path:
    path.write_text(
        "".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows), encoding="utf-8"
    )
    return path


def test_the_three_kinds_of_file_read_alike(tmp_path: Path) -> None:
    lined = write(tmp_path / "a.jsonl", ROW)
    flat = {k: "|".join(v) if k in ("team_also", "flags", "tags") else v for k, v in ROW.items()}
    frame = pd.DataFrame([{**flat, "annotators": json.dumps(ROW["annotators"])}])
    frame.to_csv(tmp_path / "a.csv", index=False)
    pd.DataFrame([ROW]).to_parquet(tmp_path / "a.parquet", index=False)
    read = [labels.read([path])[0] for path in (lined, tmp_path / "a.csv", tmp_path / "a.parquet")]
    plain = [{name: getattr(row, name) for name in labels.COLUMNS} for row in read]
    assert plain[0] == plain[1] == plain[2]
    assert read[0].grade is Grade.EMERGENCY
    assert read[0].time_status is TimeStatus.NOW


def test_every_problem_is_named_with_its_line(tmp_path: Path) -> None:
    path = write(
        tmp_path / "bad.jsonl",
        ROW,
        "{",
        {**ROW, "id": "c", "grade": 7, "team": "plumbers"},
        {**ROW, "id": "d", "text": None},
    )
    with pytest.raises(LabelError) as error:
        labels.read([path])
    places = [problem.split(": ")[0].rsplit(":", 1)[1] for problem in error.value.problems]
    assert sorted(set(places)) == ["2", "3", "4"]
    assert len(error.value.problems) == 4


@pytest.mark.parametrize(
    ("change", "named"),
    [({"grade": 5}, "grade"), ({"team": "Roads "}, "team"), ({"flags": ["danger"]}, "flags"), ({"time_status": "Q"}, "time_status"),
     ({"written_on": "May"}, "written_on"), ({"role": "boss"}, "role"), ({"annotators": [{"grade": 9}]}, "annotators"),
     ({"team_also": ["x"]}, "team_also"), ({"tags": "a|b|"}, None), ({"grade": "emergency"}, None), ({"grade": None}, None)],
)  # fmt: skip
def test_values_are_checked_against_the_guide(
    tmp_path: Path, change: dict[str, object], named: str | None
) -> None:
    path = write(tmp_path / "a.jsonl", {**ROW, **change})
    if named is None:
        assert labels.read([path])
        return
    with pytest.raises(LabelError, match=f"a.jsonl:1: `{named}`"):
        labels.read([path])


def test_report_text_is_never_in_a_message(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.jsonl", {**ROW, "text": "secret words", "grade": 9}, {**ROW, "text": ["secret words"]}
    )
    with pytest.raises(LabelError) as error:
        labels.read([path])
    assert "secret" not in str(error.value)


def test_other_column_names_are_mapped(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", {"body": "hello", "desk": "roads"})
    row = labels.read([path], mapping={"body": "text", "desk": "team"})[0]
    assert (row.text, row.team, row.grade) == ("hello", "roads", None)


def test_an_id_used_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LabelError, match="the id a is used at"):
        labels.read([write(tmp_path / "a.jsonl", ROW, ROW)])


def test_a_csv_row_of_the_wrong_length_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "text,grade", "hello,4", "a,b,c")
    with pytest.raises(LabelError, match=r"a\.csv:3: has more cells"):
        labels.read([path])
