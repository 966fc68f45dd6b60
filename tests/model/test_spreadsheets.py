"""What begins like a formula is never run by a spreadsheet, and is read back as it was."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from training import label_files
from triage_model import spreadsheets
from triage_model.commands.score import score

FORMULAS = (
    *('=HYPERLINK("http://x")', "+44 7700 900123 is his number", "- he has a knife", "@SUM(A1)", "\t=1+1"),
    *("\r=1", "\n=1", "  =1+1", "'=1", "''-1", "＝1+1", "-1"),
)
PLAIN = ("he has a knife", "", "'quoted' he said", "it's", "a=b", "'", "1", " spaced", "''")


@pytest.mark.parametrize("text", FORMULAS)
def test_what_begins_like_a_formula_is_shown(text: str) -> None:
    assert spreadsheets.shown({"id": text}) == {"id": "'" + text}


@pytest.mark.parametrize("value", [*PLAIN, -1, -0.5, None, True])
def test_everything_else_stays_as_it_is(value: object) -> None:
    assert spreadsheets.shown({"id": value}) == {"id": value}
    assert spreadsheets.read_back({"id": value}) == {"id": value}


@given(st.one_of(st.text(), st.text(alphabet="'=+-@\t\r\n a", max_size=6)))
def test_any_text_comes_back(text: str) -> None:
    written = spreadsheets.shown({"text": text})
    assert spreadsheets.read_back(written) == {"text": text}
    assert written["text"].lstrip(" ")[:1] not in set("=+-@")


def table(path: Path, texts: tuple[str, ...]) -> Path:
    """A CSV of ours, of reports that have a grade."""
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.DictWriter(file, ["id", "text", "grade"])
        lines.writeheader()
        lines.writerows(spreadsheets.shown({"id": text, "text": text, "grade": 3}) for text in texts)
    return path


def test_a_label_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    rows, problems = label_files.raw_rows(table(tmp_path / "a.csv", FORMULAS + PLAIN), {})
    assert problems == []
    assert [row.values["text"] for row in rows] == list(FORMULAS + PLAIN)


def test_scores_go_out_guarded_and_come_in_as_they_were(tmp_path: Path) -> None:
    source = table(tmp_path / "in.csv", FORMULAS)
    for form in ("csv", "jsonl"):
        asked = ["--rules-only", str(source), "-o", str(tmp_path / f"out.{form}"), "--workers", "1"]
        assert CliRunner().invoke(score, asked).exit_code == 0
    lines = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == list(FORMULAS)
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        written = list(csv.DictReader(file))
    assert [row["id"] for row in written] == ["'" + text for text in FORMULAS]
    assert [row["report_ref"] for row in written] == ["'" + text for text in FORMULAS]
    assert {row["p_emergency"] for row in written} == {""}
