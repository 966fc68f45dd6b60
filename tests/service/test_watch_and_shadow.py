"""Change is noticed, no change is not; and a shadow is kept apart."""

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from service import desk as desks
from service import handling, inbox, second_reads, shadow, switches, watch
from service.assessor import Assessor
from service.cases import Sent
from service.desk import Desk
from service.handling import Answer
from service.live import Live
from service.measures import Measures
from service.second_reads import Reading
from service.settings import Settings
from service.store.store import Store
from service.users import User
from service.watch import ALARM_AT, CHECKED, WORSE, evidence
from tests.service.classifiers import Steady
from tests.service.conftest import desk_over
from triage_model.triage import Triage
from triage_model.types import Grade

AMY, BEN = User("amy", "handler", "-"), User("ben", "handler", "-")
BOB = User("bob", "supervisor", "-")
SHED = "My bicycle was stolen from the shed last week."


def stream(share: float, length: int, seed: int) -> list[bool]:
    chance = random.Random(seed)
    return [chance.random() < share for _ in range(length)]


def words(share: float, length: int, seed: int) -> list[float]:
    """The share of unknown words, report by report: of some mean, and spread as widely as it is found."""
    chance = random.Random(seed)
    return [chance.betavariate(1.0, 1 / share - 1) for _ in range(length)]


@pytest.mark.parametrize("runs", [60, pytest.param(2000, marks=pytest.mark.soak)])
def test_no_change_is_quiet_for_years_in_all_shares_together(runs: int) -> None:
    """At most 1 run in 100, whatever the length: 4 in 60, or 36 in 2,000, would be luck of 1 in 300."""
    alarms = 0
    for seed in range(runs):
        found = [
            evidence(stream(0.05, 1500, seed), 0.05),
            evidence(stream(0.12, 1500, seed + 1), 0.12),
            evidence(words(0.11, 1500, seed + 2), 0.11),
            evidence(stream(0.02, 300, seed + 3), 0.02, WORSE),
        ]
        alarms += max(found) >= ALARM_AT
    assert alarms <= (3 if runs == 60 else 35)


@pytest.mark.parametrize(("share", "within"), [(0.20, 220), (0.04, 450)])
def test_other_words_are_noticed(share: float, within: int) -> None:
    assert sum(evidence(words(share, within, seed), 0.11) >= ALARM_AT for seed in range(20)) >= 14


def test_more_misses_are_noticed_and_fewer_are_welcome() -> None:
    noticed = [evidence(stream(0.12, 150, seed), 0.02, WORSE) >= ALARM_AT for seed in range(20)]
    assert sum(noticed) >= 16
    assert evidence([False] * 5000, 0.02, WORSE) < 2


def test_an_expectation_that_is_a_little_off_alarms_nobody() -> None:
    assert [seed for seed in range(10) if evidence(stream(0.055, 3000, seed), 0.05) >= ALARM_AT] == []


@pytest.mark.parametrize(("share", "within"), [(0.15, 300), (0.10, 700), (0.0, 250), (0.02, 1500)])
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
    shares = {"alarms": 0.03, "reviews": 0.1, "unknown_words": 0.1, "misses": 0.02}
    expected = {f"expected_{name}": share for name, share in shares.items()}
    yield Desk(Settings(pages=False, second_read_share=1.0, **expected), store, answering, assessor)
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


def measured(desk: Desk) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in Measures(desk).collect()
        for sample in family.samples
    }


def test_what_is_watched_is_measured(desk: Desk) -> None:
    desks.receive(desk, "a", Sent(SHED, {}), by="key:1")
    samples = measured(desk)
    assert samples["triage_change_evidence", "alarms"] < 2
    assert samples["triage_change_evidence", "reviews"] < 20
    assert samples["triage_share", "alarms"] == 0
    assert samples["triage_share", "unknown_words"] < 0.2


def test_words_nobody_knows_raise_the_alarm(desk: Desk) -> None:
    for number in range(16):
        desks.receive(desk, f"r{number}", Sent("My blorvik was snagletted from the grundle", {}), by="key:1")
    assert measured(desk)["triage_share", "unknown_words"] == pytest.approx(3 / 7, abs=0.15)
    assert measured(desk)["triage_change_evidence", "unknown_words"] >= ALARM_AT


def missed(desk: Desk, ref: str) -> None:
    """A report that amy closed as routine and that ben, who reads it blind, finds urgent."""
    desks.receive(desk, ref, Sent(SHED, {}), by="key:1")
    item = inbox.look(desk, AMY, ref).item
    handling.decide(desk, AMY, ref, item.version, Answer(Grade(item.grade), item.team))
    handling.close(desk, AMY, ref, item.version + 1)
    [draw] = second_reads.waiting(desk, BEN)
    second_reads.answer(desk, BEN, draw, Reading(Grade.PRIORITY, "volume_crime"))


def test_misses_that_second_readers_find_raise_the_alarm(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    missed(desk, "a")
    assert 1 < measured(desk)["triage_change_evidence", "misses"] < ALARM_AT
    watch.warn(desk)
    assert "share of misses" not in caplog.text
    for ref in ("b", "c", "d", "e", "f"):
        missed(desk, ref)
    assert measured(desk)["triage_share", "misses"] == 1
    watch.warn(desk)
    assert "share of misses" not in caplog.text, "it looks every ten minutes"
    switches.note(desk.store, CHECKED, 0.0)
    watch.warn(desk)
    assert "the share of misses is not what is expected" in caplog.text
    assert "bicycle" not in caplog.text


def test_no_expectation_no_alarm(store: Store, rules: Triage) -> None:
    for desk in desk_over(store, replace(rules, classifier=Steady(), model_problem=None)):
        desks.receive(desk, "a", Sent(SHED, {}), by="key:1")
        assert not [name for name in measured(desk) if name[0] == "triage_change_evidence"]
