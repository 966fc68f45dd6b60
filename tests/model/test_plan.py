"""The plan is arithmetic: from known figures, known needs."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from triage_model.commands.plan import plan
from triage_model.errors import InputError
from triage_model.scoring import plan as arithmetic
from triage_model.scoring.plan import Load, Measured

ONE = Measured(
    batch_per_s=500, batch_mb=300, served_per_s=100, accepted_per_s=50, worker_mb=200, decision_bytes=4_000, machine="a machine"
)  # fmt: skip
LOAD = Load(forces=43, reports=6_500, years=10, cores=4, busiest=20, asks=3, review=0.33, minutes=3)


def test_ten_years_are_counted_in_core_hours() -> None:
    needs = arithmetic.back_test(LOAD, ONE)
    assert needs["reports"] == 43 * 6_500 * 120
    assert needs["core-hours"] == pytest.approx(33_540_000 / 500 / 3_600)
    assert needs["hours on these cores"] == pytest.approx(needs["core-hours"] / 4)


def test_a_core_is_kept_half_idle_in_the_busiest_minute() -> None:
    needs = arithmetic.serving(LOAD, replace(ONE, served_per_s=4.0))
    assert needs["calls a second, busiest minute"] == pytest.approx(8.5, abs=0.1)
    assert needs["cores"] == 5
    assert needs["memory, MB"] == 1_000


def test_what_gives_way_first_stands_first() -> None:
    rooms = [limit.room for limit in arithmetic.limits(LOAD, ONE)]
    assert rooms == sorted(rooms)
    assert arithmetic.limits(LOAD, ONE)[0].what.startswith("readers")
    slow = arithmetic.limits(LOAD, replace(ONE, accepted_per_s=0.001))
    assert "commits" in slow[0].what


def test_the_command_plans_from_the_figures_that_ship(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "var" / "bench").mkdir(parents=True)
    (tmp_path / "var" / "bench" / "latest.json").write_text('{"start": {}}')
    told = CliRunner().invoke(plan, ["--forces", "1", "--reports", "900"]).output
    assert "1 forces, 900" in told
    assert "gives way first" in told


def test_half_a_benchmark_is_refused(tmp_path: Path) -> None:
    (tmp_path / "half.json").write_text(json.dumps({"readers": []}))
    with pytest.raises(InputError, match="whole benchmark"):
        arithmetic.measured(tmp_path / "half.json")


@pytest.mark.parametrize("torn", ["", '{"readers": [', "7", "[{}]"])
def test_a_torn_benchmark_is_passed_over_with_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, torn: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "var" / "bench").mkdir(parents=True)
    (tmp_path / "var" / "bench" / "latest.json").write_text(torn)
    assert arithmetic.measured() == arithmetic.measured(arithmetic.SHIPPED)
    assert "torn" in caplog.text


@pytest.mark.parametrize("torn", ["", "7", '{"serving": 7}', '{"serving": [], "growth": []}'])
def test_a_torn_benchmark_that_is_named_is_refused(tmp_path: Path, torn: str) -> None:
    (tmp_path / "torn.json").write_text(torn)
    with pytest.raises(InputError, match="whole benchmark"):
        arithmetic.measured(tmp_path / "torn.json")
