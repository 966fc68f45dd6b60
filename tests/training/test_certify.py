"""What is claimed of misses holds as often as it says, and never more than the data carry."""

import numpy as np
import pytest
from mapie.risk_control import BinaryClassificationController

from training import certify, thresholds
from training.thresholds import Budget
from triage_model.errors import LabelError


@pytest.mark.parametrize(("missed", "most", "count"), [(0, 0.05, 59), (0, 0.02, 149), (0, 0.01, 299)])
def test_the_published_sample_sizes_come_out(missed: int, most: float, count: int) -> None:
    assert certify.needed(missed, most=most) == count


def test_too_few_emergencies_carry_no_claim() -> None:
    assert certify.threshold([0.99] * 50, most=0.03) is None
    assert certify.claim_at([0.99] * 50, 0.5).most == pytest.approx(0.0582, abs=1e-3)


def test_enough_emergencies_carry_a_claim_up_to_their_chances() -> None:
    claim = certify.threshold([0.905] * 300, most=0.03)
    assert claim is not None
    assert claim.threshold == pytest.approx(0.905)
    assert claim.missed == 0


def test_the_trial_ends_at_the_first_failure() -> None:
    grid = [0.2, 0.6, 0.1]
    claim = certify.threshold([0.5] * 300, most=0.03, grid=grid)
    assert claim is not None
    assert claim.threshold == 0.2


def test_the_bound_is_broken_in_at_most_one_of_twenty_draws() -> None:
    """Emergencies whose true chances are known: the chosen threshold's true miss share is known too."""
    draws, most, broken = np.random.default_rng(7), 0.05, 0
    grid = list(np.linspace(0.3, 0.7, 41))
    for _ in range(2000):
        chances = draws.beta(5, 1, size=200)
        claim = certify.threshold(list(chances), most=most, grid=grid)
        broken += claim is not None and claim.threshold**5 > most
    assert broken / 2000 <= 0.05


def test_power_grows_with_data_and_shrinks_with_misses() -> None:
    assert certify.power(0.01, 600, most=0.03) > certify.power(0.01, 200, most=0.03)
    assert certify.power(0.01, 600, most=0.03) > certify.power(0.02, 600, most=0.03)
    assert certify.power(0.03, 600, most=0.03) <= 0.05


@pytest.mark.parametrize("seed", range(5))
def test_another_library_finds_the_same_threshold(seed: int) -> None:
    """MAPIE's risk control, by fixed-sequence testing over the same thresholds."""
    draws, grid = np.random.default_rng(seed), np.linspace(0.0, 0.995, 200)
    emergencies, others = draws.beta(5, 1.2, 400), draws.beta(1, 4, 1000)
    chances = np.concatenate([emergencies, others]).reshape(-1, 1)
    known = np.repeat([1, 0], [400, 1000])
    other = BinaryClassificationController(
        lambda given: np.hstack([1 - given, given]),
        "recall",
        0.93,
        confidence_level=0.95,
        list_predict_params=grid,
        fwer_method="fixed_sequence",
    )
    other.calibrate(chances, known)
    claim = certify.threshold(list(emergencies), most=0.07, grid=list(grid))
    assert claim is not None
    assert claim.threshold == pytest.approx(np.max(other.valid_predict_params))


def _unseen(emergencies: int) -> tuple[np.ndarray, list[int], list[int]]:
    """Emergencies whose chance is high but for one in fifty, and others whose chance is low."""
    low = emergencies // 50
    first = [0.9] * (emergencies - low) + [0.3] * low + [0.4] * 100 + [0.1] * 900
    urgency = np.repeat(np.array(first)[:, None], 3, axis=1)
    return urgency, [1] * emergencies + [4] * 1000, [4] * len(first)


def test_a_share_that_may_be_missed_is_held_whatever_the_alarms_cost() -> None:
    budget = Budget(false_emergencies=0.01, raised=0.01)
    by_alarms = thresholds.choose(*_unseen(500), budget)
    by_misses = thresholds.choose(
        *_unseen(500), Budget(false_emergencies=0.01, raised=0.01, most_missed=0.02)
    )
    assert by_alarms.emergency > 0.4
    assert by_misses.emergency <= 0.3


def test_a_rule_that_finds_an_emergency_counts_as_found() -> None:
    urgency, grades, floors = _unseen(500)
    floors[490:500] = [1] * 10
    chosen = thresholds.choose(urgency, grades, floors, Budget(false_emergencies=0.01, most_missed=0.02))
    assert chosen.emergency > 0.4


def test_too_few_emergencies_for_a_share_are_told_with_how_many_it_takes() -> None:
    with pytest.raises(LabelError, match="give 149 or more"):
        thresholds.choose(*_unseen(50), Budget(most_missed=0.02))
