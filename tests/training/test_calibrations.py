"""The comparison of calibrations prefers what is right where the right one is known."""

import numpy as np
import pytest

from training import calibrations, fit
from training.labels import LabelRow

DRAWS = np.random.default_rng(3)
SCORES = DRAWS.normal(0, 3, 4000)
VOICES = [f"v{i % 20}" for i in range(4000)]


def _error(method: str, truth: np.ndarray) -> float:
    hits = np.random.default_rng(4).random(len(truth)) < truth
    chances = calibrations.crossed(calibrations.METHODS[method], SCORES, hits, VOICES)
    return calibrations.calibration.calibration_error(chances, hits)


def test_a_shifted_score_needs_a_shift() -> None:
    truth = 1 / (1 + np.exp(-(0.5 * SCORES - 2)))
    assert _error("sigmoid", truth) < 0.02
    assert _error("temperature", truth) > 0.05
    assert _error("as they come", truth) > 0.05


def test_a_score_that_is_only_too_sure_needs_a_divisor() -> None:
    truth = 1 / (1 + np.exp(-SCORES / 3))
    assert _error("temperature", truth) < 0.02
    assert _error("as they come", truth) > 0.05


def test_steps_follow_what_is_no_curve() -> None:
    truth = np.where(SCORES > 0, 0.6, 0.3)
    assert _error("isotonic", truth) < 0.03 < _error("sigmoid", truth)


def test_no_row_judges_the_curve_it_drew() -> None:
    seen: list[set[float]] = []

    def spying(scores: np.ndarray, hits: np.ndarray, asked: np.ndarray) -> np.ndarray:
        seen.append(set(scores) & set(asked))
        return np.full(len(asked), 0.5)

    calibrations.crossed(spying, SCORES, SCORES > 0, VOICES)
    assert seen == [set()] * calibrations.FOLDS


def test_every_method_is_told_for_every_question(learning: list[LabelRow], unseen: list[LabelRow]) -> None:
    unseen = [*unseen, *[row for row in learning if row.text.count("shop")]]
    lines = list(calibrations.compared(fit.part(learning), fit.part(unseen)))
    assert len(lines) == 3 * len(calibrations.METHODS)
    assert all(0 <= line.error <= 1 and line.loss > 0 for line in lines)
    assert calibrations.as_markdown(lines).count("\n") == len(lines) + 1


@pytest.mark.parametrize("name", list(calibrations.METHODS))
def test_chances_are_chances(name: str) -> None:
    chances = calibrations.METHODS[name](SCORES[:100], SCORES[:100] > 1, np.array([-900.0, 0.0, 900.0]))
    assert np.all((chances >= 0) & (chances <= 1))
    assert list(chances) == sorted(chances)
