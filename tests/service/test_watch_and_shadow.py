"""Change is noticed, no change is not; and a shadow is kept apart."""

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from service import desk as desks
from service import inbox, shadow
from service.assessor import Assessor
from service.cases import Sent
from service.desk import Desk
from service.live import Live
from service.measures import Measures
from service.settings import Settings
from service.store.store import Store
from service.users import User
from service.watch import ALARM_AT, evidence
from tests.service.classifiers import Steady
from triage_model.triage import Triage
from triage_model.types import Grade

BOB = User("bob", "supervisor", "-")
SHED = "My bicycle was stolen from the shed last week."


def stream(share: float, length: int, seed: int) -> list[bool]:
    chance = random.Random(seed)
    return [chance.random() < share for _ in range(length)]


def test_no_change_is_quiet_for_years() -> None:
    """1 in 100 at most, whatever the length: of 100 runs of 3,000 reports, at most 4 alarm (99.6% sure)."""
    alarms = sum(evidence(stream(0.05, 3000, seed), 0.05) >= ALARM_AT for seed in range(100))
    assert alarms <= 4


@pytest.mark.parametrize(("share", "within"), [(0.15, 300), (0.10, 600), (0.0, 250), (0.02, 1500)])
def test_a_change_is_noticed_within_weeks(share: float, within: int) -> None:
    noticed = sum(evidence(stream(share, within, seed), 0.05) >= ALARM_AT for seed in range(20))
    assert noticed >= 14


@pytest.fixture
def desk(store: Store, rules: Triage) -> Iterator[Desk]:
    """A live model that finds everything routine, a shadow that finds everything urgent."""
    live = replace(rules, classifier=Steady(), model_problem=None)
    other = replace(rules, classifier=Steady(Grade.PRIORITY, model_id="m-shadow"), model_problem=None)
    answering = Live(lambda: live, lambda: other)
    assessor = Assessor(answering, deadline=5.0)
    yield Desk(Settings(pages=False, expected_alarms=0.03, expected_reviews=0.1), store, answering, assessor)
    assessor.close()


def test_a_shadow_is_kept_and_never_shown(desk: Desk) -> None:
    desks.receive(desk, "a", Sent(SHED, {}), by="key:1")
    before = inbox.look(desk, BOB, "a")
    assert shadow.score(desk) == 1
    assert shadow.score(desk) == 0
    after = inbox.look(desk, BOB, "a")
    assert (after.decision, after.history, after.item.grade) == (
        before.decision,
        before.history,
        before.item.grade,
    )
    assert shadow.differences(desk, "m-shadow") == {(before.item.grade, 2): 1}


def test_what_is_watched_is_measured(desk: Desk) -> None:
    desks.receive(desk, "a", Sent(SHED, {}), by="key:1")
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in Measures(desk).collect()
        for sample in family.samples
    }
    assert samples["triage_change_evidence", "alarms"] < 2
    assert samples["triage_change_evidence", "reviews"] < 20
