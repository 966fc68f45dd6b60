"""What is claimed of misses holds as often as it says, and never more than the data carry."""

import numpy as np
import pytest

from training import certify


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
