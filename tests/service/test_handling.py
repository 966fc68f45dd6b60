"""What handlers see and do, and the laws that hold whoever does it."""

import pytest

from service import desk as desks
from service import handling, inbox
from service.cases import Sent
from service.desk import Desk, UnknownReport
from service.handling import Answer, Conflict, Incomplete, NotAllowed
from service.users import User
from triage_model.types import Grade

AMY = User("amy", "handler", "-")
BOB = User("bob", "supervisor", "-")
MACHETE = "theres a lad outside the shop waving a machete about, people running"
SHED = "My bicycle was stolen from the shed last week."
COMPLAINT = "I want to complain about the police officer who was rude to me at the station last month."


def send(desk: Desk, ref: str, text: str) -> int:
    desks.receive(desk, ref, Sent(text, {}), by="key:1")
    return version(desk, ref)


def version(desk: Desk, ref: str, user: User = BOB) -> int:
    return inbox.look(desk, user, ref).item.version


def message(desk: Desk, ref: str, name: str, text: str) -> None:
    desks.receive_message(desk, ref, name, text, by="key:1")


def grade(desk: Desk, ref: str) -> int:
    return next(
        item.grade
        for item in inbox.queue(desk, BOB, states=("waiting", "opened", "decided", "closed"))
        if item.ref == ref
    )


def test_the_queue_runs_by_grade_then_clock(desk: Desk) -> None:
    for ref, text in (("a", SHED), ("b", MACHETE), ("c", SHED), ("d", MACHETE)):
        desks.receive(desk, ref, Sent(text, {}), by="key:1")
    items = inbox.queue(desk, AMY)
    assert [item.ref for item in items] == ["b", "d", "a", "c"]
    assert "machete" in items[0].headline


def test_the_first_look_stops_the_clock_and_is_audited(desk: Desk) -> None:
    desks.receive(desk, "a", Sent(SHED, {}), by="key:1")
    assert inbox.queue(desk, AMY)[0].state == "waiting"
    inbox.look(desk, AMY, "a")
    item = inbox.queue(desk, AMY)[0]
    assert (item.state, item.changed) == ("opened", False)
    message(desk, "a", "m", "more")
    assert inbox.queue(desk, AMY)[0].changed


def test_two_handlers_cannot_overwrite_each_other(desk: Desk) -> None:
    seen = send(desk, "a", MACHETE)
    handling.decide(desk, AMY, "a", seen, Answer(Grade.EMERGENCY, "serious_crime"))
    with pytest.raises(Conflict) as told:
        handling.decide(
            desk, BOB, "a", seen, Answer(Grade.PRIORITY, "serious_crime", (), "calm", "All calm now")
        )
    assert told.value.version == seen + 1
    assert grade(desk, "a") == 1


def test_lowering_takes_a_reason(desk: Desk) -> None:
    seen = send(desk, "a", MACHETE)
    with pytest.raises(Incomplete, match="why the grade goes down"):
        handling.decide(desk, AMY, "a", seen, Answer(Grade.PRIORITY, "serious_crime"))


def test_lowering_an_emergency_awaits_a_second_person(desk: Desk) -> None:
    seen = send(desk, "a", MACHETE)
    handling.decide(desk, AMY, "a", seen, Answer(Grade.SCHEDULED, "serious_crime", (), "over", "It is over"))
    assert grade(desk, "a") == 3
    with pytest.raises(Incomplete):
        handling.close(desk, AMY, "a", seen + 1)
    with pytest.raises(NotAllowed):
        handling.review(desk, AMY, "a", seen + 1, agrees=True)
    handling.review(desk, BOB, "a", seen + 1, agrees=False)
    assert grade(desk, "a") == 1


def test_a_second_look_that_nobody_waits_for_lowers_nothing(desk: Desk) -> None:
    seen = send(desk, "a", SHED)
    handling.decide(desk, AMY, "a", seen, Answer(Grade.EMERGENCY, "serious_crime"))
    with pytest.raises(Incomplete):
        handling.review(desk, BOB, "a", seen + 1, agrees=False)
    assert grade(desk, "a") == 1


def test_thanks_realarms_nobody_and_new_danger_does(desk: Desk) -> None:
    seen = send(desk, "a", MACHETE)
    handling.decide(desk, AMY, "a", seen, Answer(Grade.SCHEDULED, "serious_crime", (), "over", "It is over"))
    message(desk, "a", "m1", "Thank you very much for your help with this earlier today.")
    assert grade(desk, "a") == 3
    message(desk, "a", "m2", "he has come back with a knife and he is trying to get in")
    assert grade(desk, "a") == 1


def test_a_message_reopens_what_was_closed(desk: Desk) -> None:
    seen = send(desk, "a", SHED)
    suggested = inbox.look(desk, BOB, "a").item
    handling.decide(desk, AMY, "a", seen, Answer(Grade(suggested.grade), suggested.team))
    handling.close(desk, AMY, "a", seen + 1)
    assert inbox.queue(desk, AMY) == ()
    message(desk, "a", "m1", "Just to say I found the receipt for it.")
    assert [item.state for item in inbox.queue(desk, AMY)] == ["waiting"]


def test_nothing_is_closed_undecided(desk: Desk) -> None:
    seen = send(desk, "a", SHED)
    with pytest.raises(Incomplete):
        handling.close(desk, AMY, "a", seen)


def test_restricted_reports_are_for_named_roles(desk: Desk) -> None:
    seen = send(desk, "a", SHED)
    handling.decide(desk, BOB, "a", seen, Answer(Grade.EMERGENCY, "professional_standards", ("restricted",)))
    assert inbox.queue(desk, AMY) == ()
    assert inbox.counts(desk, AMY) == {}
    with pytest.raises(UnknownReport):
        inbox.look(desk, AMY, "a")
    with pytest.raises(UnknownReport):
        handling.take(desk, AMY, "a", seen + 1)


@pytest.mark.parametrize("role", ["analyst", "admin"])
def test_only_those_who_read_may_read(desk: Desk, role: str) -> None:
    seen = send(desk, "a", SHED)
    user = User("x", role, "-")
    assert inbox.queue(desk, user) == ()
    with pytest.raises(NotAllowed):
        handling.take(desk, user, "a", seen)


def test_every_act_stays_in_the_history(desk: Desk) -> None:
    seen = send(desk, "a", MACHETE)
    handling.take(desk, AMY, "a", seen)
    handling.note(desk, AMY, "a", seen + 1, "Rang back, no answer")
    handling.hand_over(desk, AMY, "a", seen + 2, to="response_patrol", words="please attend")
    acts = [(act.kind, act.words) for act in inbox.look(desk, BOB, "a").acts if act.kind != "opened"]
    assert acts == [("taken", None), ("noted", "Rang back, no answer"), ("handed_over", "please attend")]
