"""What rings and for whom, what climbs, and that a lowered grade cannot slip past its second look."""

import pytest
import sqlalchemy as sa

from service import alarms, clock, escalate, handling, inbox, users
from service import desk as desks
from service.cases import Sent
from service.desk import Desk
from service.handling import Answer, Incomplete
from service.store.tables import reports
from service.users import User
from triage_model.types import Grade

AMY = User("amy", "handler", "-")
BEN = User("ben", "handler", "-")
SUE = User("sue", "supervisor", "-")
MACHETE = "theres a lad outside the shop waving a machete about, people running"
SHED = "My bicycle was stolen from the shed last week."
OVER = ("not_happening", "It is over and nobody is hurt")


def send(desk: Desk, ref: str, text: str = MACHETE) -> int:
    desks.receive(desk, ref, Sent(text, {}), by="key:1")
    return version(desk, ref)


def version(desk: Desk, ref: str) -> int:
    return inbox.look(desk, SUE, ref).item.version


def ringing(desk: Desk, user: User = AMY) -> list[tuple[str, str]]:
    return [(alarm.item.ref, alarm.why) for alarm in alarms.ringing(desk, user)]


def decide(desk: Desk, ref: str, grade: int, *reason: str, user: User = AMY) -> None:
    answer = Answer(Grade(grade), "serious_crime", (), *reason)
    handling.decide(desk, user, ref, version(desk, ref), answer)


def put(desk: Desk, ref: str, **values: object) -> None:
    with desk.store.write() as work:
        work.sql.execute(sa.update(reports).where(reports.c.ref == ref).values(**values))


def pending(desk: Desk, ref: str) -> float | None:
    return inbox.look(desk, SUE, ref).item.second_review_by


def test_an_emergency_rings_until_someone_takes_it(desk: Desk) -> None:
    seen = send(desk, "a")
    assert ringing(desk) == [("a", "emergency")]
    handling.take(desk, AMY, "a", seen)
    assert ringing(desk) == []


def test_an_emergency_handed_to_a_team_rings_until_someone_there_takes_it(desk: Desk) -> None:
    seen = send(desk, "a")
    handling.take(desk, AMY, "a", seen)
    handling.hand_over(desk, AMY, "a", seen + 1, to="domestic_abuse", words="")
    assert ringing(desk) == [("a", "emergency")]


def test_a_report_is_handed_to_a_team_or_to_a_person_who_handles_reports(desk: Desk) -> None:
    users.add(desk.store, "ben", "handler", None)
    users.add(desk.store, "ann", "analyst", None)
    seen = send(desk, "a")
    for nobody in ("", "ann", "no such name"):
        with pytest.raises(Incomplete, match="Choose a team"):
            handling.hand_over(desk, AMY, "a", seen, to=nobody, words="")
    handling.hand_over(desk, AMY, "a", seen, to="ben", words="he knows the street")
    assert inbox.look(desk, SUE, "a").item.holder == "ben"


def test_a_broken_promise_rings_for_supervisors_until_it_is_opened(desk: Desk) -> None:
    desks.receive(desk, "a", Sent(SHED, {}), by="key:1")
    put(desk, "a", due_by=clock.now() - 1)
    escalate.overdue(desk)
    assert ringing(desk, AMY) == []
    assert ringing(desk, SUE) == [("a", "overdue")]
    inbox.look(desk, AMY, "a")
    assert ringing(desk, SUE) == []


def test_a_lowered_grade_that_nobody_reviewed_rings_again(desk: Desk) -> None:
    send(desk, "a")
    decide(desk, "a", 3, *OVER)
    assert ringing(desk) == []
    put(desk, "a", second_review_by=clock.now() - 1)
    escalate.overdue(desk)
    assert ringing(desk, BEN) == [("a", "review")]
    handling.review(desk, BEN, "a", version(desk, "a"), agrees=True)
    assert ringing(desk, BEN) == []


@pytest.mark.parametrize("later", [(3,), (4, *OVER), (2,)])
def test_deciding_again_does_not_lose_the_second_look(desk: Desk, later: tuple[int, str, str]) -> None:
    send(desk, "a")
    decide(desk, "a", 3, *OVER)
    promised = pending(desk, "a")
    decide(desk, "a", *later)
    assert promised is not None
    assert pending(desk, "a") == promised


def test_raising_it_again_needs_no_second_look_and_no_reason(desk: Desk) -> None:
    send(desk, "a")
    decide(desk, "a", 3, *OVER)
    decide(desk, "a", 1)
    assert pending(desk, "a") is None


def test_a_grade_that_a_handler_raised_takes_a_reason_to_lower(desk: Desk) -> None:
    send(desk, "a", SHED)
    decide(desk, "a", 1)
    with pytest.raises(Incomplete, match="why the grade goes down"):
        decide(desk, "a", 2)
    with pytest.raises(Incomplete, match="three words or more"):
        decide(desk, "a", 2, "other", "calm")
    decide(desk, "a", 2, *OVER)


def test_a_caution_is_taken_away_only_with_a_sentence(desk: Desk) -> None:
    seen = send(desk, "a")
    handling.decide(desk, AMY, "a", seen, Answer(Grade.EMERGENCY, "serious_crime", ("contact_caution",)))
    with pytest.raises(Incomplete, match="why it is safe"):
        handling.decide(desk, AMY, "a", seen + 1, Answer(Grade.EMERGENCY, "serious_crime"))


def test_a_trainees_grade_is_kept_and_changes_nothing(desk: Desk) -> None:
    seen = send(desk, "a")
    handling.grade_first(desk, AMY, "a", seen, Grade.SCHEDULED, "volume_crime")
    opened = inbox.look(desk, SUE, "a")
    assert (opened.item.grade, opened.item.version) == (1, seen)
    assert ("graded_first", 3) in [(act.kind, act.grade) for act in opened.acts]


def test_an_unread_report_climbs_and_never_among_emergencies(desk: Desk) -> None:
    now = clock.now()
    for ref in ("late3", "new2", "old2", "on3", "late2", "one"):
        desks.receive(desk, ref, Sent(SHED, {}), by="key:1")
    for ref, grade, due, alarm in (
        ("one", 1, now + 120, None),
        ("old2", 2, now + 300, None),
        ("new2", 2, now + 5000, None),
        ("late2", 2, now - 9, now),
        ("late3", 3, now - 9, now),
        ("on3", 3, now + 9, None),
    ):
        put(desk, ref, grade=grade, due_by=due, escalated_at=alarm)
    order = [item.ref for item in inbox.queue(desk, AMY)]
    assert order == ["one", "late2", "old2", "late3", "new2", "on3"]


def test_the_mark_changes_with_the_queue_and_not_without(desk: Desk) -> None:
    seen = send(desk, "a")
    before = alarms.mark(desk)
    assert alarms.mark(desk) == before
    handling.take(desk, AMY, "a", seen)
    assert alarms.mark(desk) != before


def test_the_queue_finds_by_flag_and_reference_beyond_its_first_rows(desk: Desk) -> None:
    for ref in ("LP-1", "LP_2"):
        desks.receive(desk, ref, Sent(SHED, {}), by="key:1")
    put(desk, "LP_2", flags=["contact_caution"], grade=4)
    assert [item.ref for item in inbox.queue(desk, AMY, flag="contact_caution", limit=1)] == ["LP_2"]
    assert inbox.queue(desk, AMY, flag="contact") == ()
    assert [item.ref for item in inbox.queue(desk, AMY, ref_like="lp_")] == ["LP_2"]
