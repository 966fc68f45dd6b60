"""Files are scored in whole chunks: any number of workers, any kill and any form give the same decisions."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from tests.bench import growth
from triage_model import triage
from triage_model.commands.score import score
from triage_model.scoring import forms, rows, workers
from triage_model.scoring.output import opened
from triage_model.scoring.rows import Chunk
from triage_model.triage import Triage

TEXTS = [
    "he has a knife and he is in the garden now", "can you tell me when the front desk is open", "", "😭 help me",
    "my neighbour plays music, every, night\nand shouts", "he hit me last week and i am scared", "a\x00b", "pomocy on mnie bije",
]  # fmt: skip
REPORTS = [{"id": f"r{n}", "text": f"{TEXTS[n % len(TEXTS)]} {n}"} for n in range(60)]


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    path = tmp_path / "reports.jsonl"
    path.write_text("".join(json.dumps(report) + "\n" for report in REPORTS))
    return path


@pytest.fixture(scope="module")
def desk() -> Triage:
    return triage.load(None).limited_to("rules")


def run(*arguments: object, succeeds: bool = True) -> Result:
    answer = CliRunner().invoke(score, ["--rules-only", *map(str, arguments)])
    assert (answer.exit_code == 0) is succeeds, answer.output
    return answer


def told(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_decisions_come_in_the_order_of_the_rows(reports: Path, tmp_path: Path) -> None:
    run(reports, "-o", tmp_path / "out.jsonl", "--workers", 1)
    assert [one["id"] for one in told(tmp_path / "out.jsonl")] == [one["id"] for one in REPORTS]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.jsonl", "reports.jsonl"]


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_many_workers_write_the_same_bytes(reports: Path, tmp_path: Path, form: str) -> None:
    one, two = tmp_path / f"one.{form}", tmp_path / f"two.{form}"
    run(reports, "-o", one, "--workers", 1, "--chunk", 7)
    run(reports, "-o", two, "--workers", 2, "--chunk", 7)
    assert one.read_bytes() == two.read_bytes()


def test_every_form_says_the_same(reports: Path, tmp_path: Path) -> None:
    for form in ("jsonl", "csv", "parquet"):
        run(reports, "-o", tmp_path / f"out.{form}", "--workers", 1, "--chunk", 7)
    lines = [(one["id"], one["grade"]) for one in told(tmp_path / "out.jsonl")]
    with (tmp_path / "out.csv").open(newline="") as file:
        assert [(one["id"], int(one["grade"])) for one in csv.DictReader(file)] == lines
    table = pq.ParquetFile(tmp_path / "out.parquet")
    assert [(one["id"], one["grade"]) for one in table.read().to_pylist()] == lines
    assert table.num_row_groups == 9


def test_every_form_is_read_alike(reports: Path, tmp_path: Path) -> None:
    with (tmp_path / "in.csv").open("w", newline="") as file:
        csv.DictWriter(file, ["id", "text"]).writerows([{"id": "id", "text": "text"}, *REPORTS])
    pq.write_table(pa.Table.from_pylist(REPORTS), tmp_path / "in.parquet", row_group_size=11)
    outputs = set()
    for path in (reports, tmp_path / "in.csv", tmp_path / "in.parquet"):
        run(path, "-o", tmp_path / "out.jsonl", "--workers", 1)
        outputs.add((tmp_path / "out.jsonl").read_bytes())
    assert len(outputs) == 1


def test_a_folder_is_read_as_its_files_in_order(tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    folder.mkdir()
    for number, part in enumerate((REPORTS[:25], REPORTS[25:])):
        pq.write_table(pa.Table.from_pylist(part), folder / f"part-{number}.parquet")
    for source in (folder, folder / "part-*.parquet"):
        run(source, "-o", tmp_path / "out.jsonl", "--workers", 1, "--chunk", 10)
        assert [one["id"] for one in told(tmp_path / "out.jsonl")] == [one["id"] for one in REPORTS]


def test_one_bad_row_harms_no_other(tmp_path: Path) -> None:
    lines = [
        '{"id": 0, "text": "he has a knife"}',
        "{broken",
        '["list"]',
        '{"id": 2}',
        '{"id": 3, "text": "\\ud800 help"}',
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(lines))
    run(tmp_path / "in.jsonl", "-o", tmp_path / "out.jsonl")
    out = told(tmp_path / "out.jsonl")
    assert [(one["id"], "error" in one) for one in out] == [
        (0, False),
        (None, True),
        (None, True),
        (2, True),
        (3, False),
    ]


def test_a_quote_never_closed_costs_its_own_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "_LONGEST_FIELD", 300)
    (tmp_path / "in.csv").write_text('id,text\n1,"open\n' + "filler words\n" * 40 + "9,he has a knife\n")
    run(tmp_path / "in.csv", "-o", tmp_path / "out.jsonl")
    out = told(tmp_path / "out.jsonl")
    assert "CSV" in str(out[0]["error"])
    assert (out[-1]["id"], out[-1]["grade"]) == ("9", 1)


@pytest.mark.parametrize(("form", "whole"), [("jsonl", 0), ("jsonl", 4), ("csv", 1), ("parquet", 4)])
def test_work_is_taken_up_after_any_chunk(
    desk: Triage, reports: Path, tmp_path: Path, form: str, whole: int
) -> None:
    """Stops a run after some chunks by closing the door on it, tears the tail, and goes on."""
    asked, out = tmp_path / f"asked.{form}", tmp_path / f"out.{form}"
    run(reports, "-o", asked, "--workers", 1, "--chunk", 9)
    job = {
        "input": [str(reports), reports.stat().st_size], "parts": "rules", "model": None,
        "rulebook": desk.rulebook.id, "taxonomy": desk.taxonomy.id, "chunk": 9,
    }  # fmt: skip
    place = opened(out, job, resume=False)
    for chunk, _ in zip(rows.chunks([reports], 9), range(whole), strict=False):
        place.add(forms.scored(desk, chunk.rows, form), len(chunk.rows))
    place.close()
    torn = out if form != "parquet" else tmp_path / "out.parquet.parts" / "00000009.parquet"
    with torn.open("ab") as file:
        file.write(b'{"id": "torn')
    with (tmp_path / f"out.{form}.journal").open("ab") as file:
        file.write(b'{"rows": 99')
    run(reports, "-o", out, "--workers", 1, "--chunk", 9, "--resume")
    assert out.read_bytes() == asked.read_bytes()
    assert not list(tmp_path.glob("out*.journal")) + list(tmp_path.glob("out*.parts"))


def test_a_run_killed_outright_loses_and_doubles_nothing(reports: Path, tmp_path: Path) -> None:
    asked, out = tmp_path / "asked.jsonl", tmp_path / "out.jsonl"
    reports.write_text(reports.read_text() * 20)
    run(reports, "-o", asked, "--workers", 1, "--chunk", 5)
    command = [
        "score",
        reports,
        "-o",
        out,
        "--rules-only",
        "--workers",
        2,
        "--chunk",
        5,
    ]
    journal = tmp_path / "out.jsonl.journal"
    killed = subprocess.Popen([Path(sys.executable).with_name("triage"), *map(str, command)])
    while not journal.exists() or journal.read_bytes().count(b"\n") < 5:
        assert killed.poll() is None
        time.sleep(0.005)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert journal.exists()
    refused = run(reports, "-o", out, "--chunk", 5, succeeds=False)
    assert "--resume" in str(refused.exception)
    run(reports, "-o", out, "--chunk", 5, "--workers", 1, "--resume")
    assert out.read_bytes() == asked.read_bytes()


def test_another_input_or_rulebook_is_not_mixed_in(reports: Path, tmp_path: Path) -> None:
    opened(tmp_path / "out.jsonl", {"input": ["other", 1], "rulebook": "r-other"}, resume=False).close()
    refused = run(reports, "-o", tmp_path / "out.jsonl", "--resume", succeeds=False)
    assert "input" in str(refused.exception)
    assert "rulebook" in str(refused.exception)


def test_a_worker_that_dies_costs_time_alone(desk: Triage, reports: Path) -> None:
    pool = workers.Pool(desk, lambda: desk, count=2, form="jsonl")

    def deadly() -> Iterator[Chunk]:
        for number, chunk in enumerate(rows.chunks([reports], 4)):
            if number in {3, 11}:
                os.kill(next(iter(pool._pool._processes)), signal.SIGKILL)
            yield chunk

    written = b"".join(some for _, some in pool.over(deadly()))
    assert written == b"".join(forms.scored(desk, chunk.rows, "jsonl") for chunk in rows.chunks([reports], 4))


def test_all_that_is_missing_is_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for source in (tmp_path / "absent.csv", tmp_path / "empty", tmp_path / "*.parquet"):
        assert str(source) in str(run(source, succeeds=False).exception)


def test_no_input_is_written_over(reports: Path, tmp_path: Path) -> None:
    before = reports.read_bytes()
    for source in (reports, tmp_path):
        refused = run(source, "-o", tmp_path / "." / reports.name, succeeds=False)
        assert "is read from" in str(refused.exception), source
    assert reports.read_bytes() == before


def test_a_bar_is_shown_only_if_asked_or_watched(reports: Path, tmp_path: Path) -> None:
    quiet = run(reports, "-o", tmp_path / "a.jsonl", "--workers", 1)
    shown = run(reports, "-o", tmp_path / "b.jsonl", "--workers", 1, "--progress")
    assert quiet.stderr == ""
    assert "60 reports" in shown.stderr
    assert shown.stdout == ""


@pytest.mark.soak
def test_memory_does_not_grow_with_rows(tmp_path: Path) -> None:
    small, large = (
        growth.scored(growth.noisy(TEXTS, count, tmp_path / "rows.jsonl"), count, "--rules-only")["mb"]
        for count in (2_000, 40_000)
    )
    assert large < 1.15 * small


def test_no_more_is_read_than_is_being_decided(desk: Triage, tmp_path: Path) -> None:
    """Memory stays the same for any number of rows: workers hold a few chunks, the rest is not read yet."""
    taken: list[int] = []

    def endless() -> Iterator[Chunk]:
        for number in range(10**9):
            taken.append(number)
            yield Chunk([{"id": number, "text": "he has a knife"}], number, number)

    done = workers.Pool(desk, lambda: desk, count=2, form="jsonl").over(endless())
    for _ in range(20):
        next(done)
    done.close()
    assert len(taken) <= 20 + 2 * 3 + 1
