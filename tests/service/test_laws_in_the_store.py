"""Law 2 and law 5 as they hold of stored reports: nothing falls, nothing is lost, nothing is doubled."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from service import cases, handling, inbox, switches
from service import desk as desks
from service.cases import Sent
from service.desk import Desk
from service.handling import Answer
from service.store.store import Store
from service.users import User
from tests.service.classifiers import Failing, Listening, Steady
from tests.service.conftest import desk_over
from triage_model.triage import Assessor, Triage
from triage_model.types import Grade

BOB = User("bob", "supervisor", "-")
SHED = "My bicycle was stolen from the shed last week."
PARTS = [
    "thanks, that is all from me for now",
    "he is outside with a knife and he is trying to get in",
    "my lawn mower has been stolen as well, some time last week",
    "the word is wibble",
]


def with_model(store: Store, rules: Triage, model: Assessor, **settings: object) -> Iterator[Desk]:
    yield from desk_over(store, replace(rules, classifier=model, model_problem=None), **settings)


def send(desk: Desk, ref: str, text: str) -> dict[str, object]:
    return desks.receive(desk, ref, Sent(text, {}), by="key:1")[0]


def until_assessed(desk: Desk, ref: str, state: str, seconds: float = 5.0) -> inbox.Opened:
    until = time.monotonic() + seconds
    while True:
        opened = inbox.look(desk, BOB, ref)
        if opened.item.assessed == state or time.monotonic() > until:
            assert opened.item.assessed == state
            return opened
        time.sleep(0.02)


def test_a_late_model_is_answered_for_and_follows(store: Store, rules: Triage) -> None:
    for desk in with_model(
        store, rules, Steady(Grade.RESOLUTION_WITHOUT_DEPLOYMENT, pause=0.5), deadline_ms=50
    ):
        began = time.monotonic()
        answer = send(desk, "a", SHED)
        assert time.monotonic() - began < 0.45
        assert (answer["degraded"], answer["grade"]) == (True, 2)
        opened = until_assessed(desk, "a", "complete")
        assert [past.because for past in opened.history] == ["received", "completed"]
        assert opened.item.grade > 2, "the provisional floor is replaced by a completed assessment"


def test_a_failing_model_never_fails_the_report(
    store: Store, rules: Triage, caplog: pytest.LogCaptureFixture
) -> None:
    for desk in with_model(store, rules, Failing()):
        answer = send(desk, "a", "planted words of a reporter")
        assert (answer["degraded"], answer["grade"]) == (True, 2)
        assert "planted" not in caplog.text


def test_a_hanging_model_uses_up_nothing(store: Store, rules: Triage) -> None:
    slow = Steady(pause=0.3)
    for desk in with_model(store, rules, slow, deadline_ms=1):
        answers = [send(desk, f"r{number}", SHED) for number in range(40)]
        assert all(answer["degraded"] for answer in answers)
        assert len(slow.asked) <= 20


def test_what_a_crash_left_is_recovered_once(store: Store, rules: Triage) -> None:
    for desk in with_model(store, rules, Steady()):
        with store.write() as work:
            cases.accept(work, "a", Sent(SHED, {}), by="key:1", triage=rules)
        waiting = inbox.queue(desk, BOB)[0]
        assert (waiting.grade, waiting.assessed) == (2, "pending")
        assert desks.recover(desk, older_than=0.0) == 1
        assert desks.recover(desk, older_than=0.0) == 0
        assert len(inbox.look(desk, BOB, "a").history) == 1


def test_a_model_that_comes_back_completes_what_was_degraded(store: Store, rules: Triage) -> None:
    for desk in desk_over(store, rules):
        assert send(desk, "a", SHED)["degraded"] is True
        assert desks.recover(desk, older_than=0.0) == 0
    for desk in with_model(store, rules, Steady()):
        assert desks.recover(desk, older_than=0.0) == 1
        assert inbox.look(desk, BOB, "a").item.assessed == "complete"


def test_a_supervisor_can_do_without_the_model(store: Store, rules: Triage) -> None:
    model = Steady()
    for desk in with_model(store, rules, model):
        switches.turn(store, switches.RULES_ONLY, True, by="user:bob")
        assert send(desk, "a", SHED)["degraded"] is True
        assert model.asked == []
        assert desks.recover(desk, older_than=0.0) == 0


def test_a_model_that_hears_new_danger_raises_after_the_handler(store: Store, rules: Triage) -> None:
    for desk in with_model(store, rules, Listening("wibble")):
        send(desk, "a", SHED)
        seen = inbox.look(desk, BOB, "a").item
        handling.decide(desk, BOB, "a", seen.version, Answer(Grade(seen.grade), seen.team))
        desks.receive_message(desk, "a", "m1", PARTS[0], by="key:1")
        assert inbox.look(desk, BOB, "a").item.grade == seen.grade
        desks.receive_message(desk, "a", "m2", PARTS[3], by="key:1")
        assert inbox.look(desk, BOB, "a").item.grade == 1


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.lists(some.sampled_from([*PARTS, "decide"]), max_size=6), some.booleans())
def test_the_suggestion_never_falls(store: Store, rules: Triage, steps: list[str], modelled: bool) -> None:
    """Whatever comes in whatever order, with and without a model."""
    ref = f"r{time.monotonic_ns()}"
    model = replace(rules, classifier=Listening("wibble"), model_problem=None) if modelled else rules
    for desk in desk_over(store, model):
        send(desk, ref, SHED)
        last = inbox.look(desk, BOB, ref).item
        for number, step in enumerate(steps):
            if step == "decide":
                answer = Answer(
                    Grade.RESOLUTION_WITHOUT_DEPLOYMENT, "volume_crime", (), "other", "Spoke to them"
                )
                handling.decide(desk, BOB, ref, last.version, answer)
            else:
                desks.receive_message(desk, ref, f"m{number}", step, by="key:1")
            now = inbox.look(desk, BOB, ref).item
            assert now.suggested_grade <= last.suggested_grade
            assert now.grade <= last.grade or step == "decide"
            last = now
