"""Twenty reports a second, hundreds of times what a force gets: none refused, all told, memory flat."""

from pathlib import Path

import pytest

from tests.service import load
from tests.service.load_picture import draw, growth, share


@pytest.mark.parametrize(
    ("seconds", "rate"), [(10, 4), pytest.param(600, 20, marks=pytest.mark.soak)], ids=["short", "whole"]
)
def test_twenty_reports_a_second_are_taken(tmp_path: Path, seconds: int, rate: int) -> None:
    """The short form asks for less: it runs among other tests, on a machine that has other work."""
    seen = load.run(tmp_path, seconds=seconds, rate=rate)
    draw(tmp_path / "load.svg", seen.reports, seen.polls, seen.memory)
    assert seen.errors == []
    assert len(seen.reports) == seen.told == seconds * rate
    assert len(seen.polls) >= seconds // 6
    assert (tmp_path / "load.svg").stat().st_size > 5000
    if seconds >= 600:
        assert share(seen.reports, 99) < 150
        assert growth(seen.memory) < 0.05


def test_growth_and_shares_are_what_they_say() -> None:
    flat = [(float(at), 100.0) for at in range(100)]
    assert growth(flat) == 0
    assert growth([(at, value + at) for at, value in flat]) == pytest.approx(0.461, abs=0.01)
    assert share([(0.0, number / 1000) for number in range(1, 101)], 99) == pytest.approx(99, abs=0.1)
