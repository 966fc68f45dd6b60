"""What a run takes is measured in a process of its own, on rows that differ from those they were drawn from."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from training import fit, scale, vocabulary
from training.fit import Config
from training.labels import LabelRow


def test_rows_are_drawn_again_with_slips_of_their_own(learning: list[LabelRow]) -> None:
    drawn = list(scale.resampled(learning, 200))
    assert [row.id for row in drawn] == [row.id for row in scale.resampled(learning, 200)]
    assert len({row.incident for row in drawn}) == 200
    assert len({row.text for row in drawn} - {row.text for row in learning}) > 100


def test_a_run_is_measured(train_file: Path, dev_file: Path, tmp_path: Path) -> None:
    cost = scale.one(train_file, dev_file, tmp_path)
    assert cost.rows == 64
    assert cost.busy_seconds > 0
    assert "| 64 |" in scale.as_markdown([cost])
    assert scale.as_picture([cost]).startswith("<svg")


@pytest.mark.soak
def test_each_size_is_measured_in_its_own_process(train_file: Path, dev_file: Path) -> None:
    (cost,) = scale.costs([train_file], dev_file, [100])
    assert cost.rows == 100
    assert 50 < cost.peak_mib < 4096
    assert 0 < cost.busy_seconds < 300


def test_what_is_over_the_limits_is_not_within_them() -> None:
    cost = scale.Cost(rows=1, seconds=1.0, busy_seconds=1.0, peak_mib=1.0)
    assert cost.within
    assert not replace(cost, peak_mib=scale.MOST_MIB + 1).within
    assert not replace(cost, busy_seconds=scale.MOST_SECONDS + 1).within


def test_many_rows_are_held_in_single_precision(
    learning: list[LabelRow], monkeypatch: pytest.MonkeyPatch
) -> None:
    part = fit.part(learning)
    exact = fit.learn(part, Config())
    monkeypatch.setattr(vocabulary, "MANY", len(learning) - 1)
    assert vocabulary.table(part.readings, exact.vocabulary).numbers.dtype == np.float32
    single = fit.learn(part, Config())
    assert exact.team_head is not None
    assert single.team_head is not None
    np.testing.assert_allclose(single.team_head.weights, exact.team_head.weights, atol=0.02)
