"""Closed reports of low grade are read again by chance, blind, and what is found is carried over to all."""

import pytest
import sqlalchemy as sa

from service import desk as desks
from service import draws, handling, inbox, missed, second_reads, verify
from service.cases import Sent
from service.desk import Desk
from service.handling import Answer, Incomplete, NotAllowed
from service.intervals import clopper_pearson
from service.missed import Group
from service.second_reads import Reading
from service.store import migrate
from service.store.review_tables import draws as table
from service.users import User
from triage_model.types import Grade

AMY = User("amy", "handler", "-")
BEN = User("ben", "handler", "-")
ANA = User("ana", "analyst", "-")
SHED = "My bicycle was stolen from the shed last week."


def closed(desk: Desk, ref: str, *, share: float = 1.0, grade: Grade = Grade.SCHEDULED) -> None:
    """A report that amy decided and closed."""
    sure = desk.settings.model_copy(update={"second_read_share": share})
    drawing = Desk(sure, desk.store, desk.live, desk.assessor)
    desks.receive(drawing, ref, Sent(SHED, {}), by="key:1")
    seen = inbox.look(drawing, AMY, ref).item.version
    handling.decide(
        drawing,
        AMY,
        ref,
        seen,
        Answer(grade, "volume_crime", (), "other", "It is over and nobody is exposed"),
    )
    _state(drawing, ref)
    handling.close(drawing, AMY, ref, inbox.look(drawing, AMY, ref).item.version)


def _state(desk: Desk, ref: str) -> None:
    """A second person agrees where one must."""
    item = inbox.look(desk, AMY, ref).item
    if item.second_review_by is not None:
        handling.review(desk, User("rev", "supervisor", "-"), ref, item.version, agrees=True)


def drawn(desk: Desk) -> list[tuple[str, float, bool]]:
    with desk.store.read() as sql:
        rows = sql.execute(sa.select(table.c.ref, table.c.probability, table.c.drawn).order_by(table.c.id))
        return [tuple(row) for row in rows]


def test_every_closing_is_written_down_with_its_chance(desk: Desk) -> None:
    closed(desk, "a", share=1.0)
    closed(desk, "b", share=0.0)
    closed(desk, "c", share=1.0, grade=Grade.PRIORITY)
    assert drawn(desk) == [("a", 1.0, True), ("b", 0.0, False)]
    assert list(verify.problems(desk.store)) == []


def test_about_the_chosen_share_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    hits = sum(draws._chance.random() < 0.05 for _ in range(20_000))
    assert 850 < hits < 1150


def test_who_looked_at_a_report_never_reads_it_blind(desk: Desk) -> None:
    closed(desk, "a")
    assert second_reads.waiting(desk, AMY) == []
    assert second_reads.waiting(desk, ANA) == []
    [draw] = second_reads.waiting(desk, BEN)
    inbox.look(desk, BEN, "a")
    assert second_reads.waiting(desk, BEN) == []
    with pytest.raises(NotAllowed):
        second_reads.show(desk, BEN, draw)


def test_the_reader_is_shown_what_was_there_at_the_closing(desk: Desk) -> None:
    closed(desk, "a")
    desks.receive_message(desk, "a", "m", "he has come back", by="key:1")
    [draw] = second_reads.waiting(desk, BEN)
    assert second_reads.show(desk, BEN, draw).texts == (SHED,)


def test_a_more_urgent_reading_brings_the_report_back(desk: Desk) -> None:
    closed(desk, "a")
    [draw] = second_reads.waiting(desk, BEN)
    assert second_reads.answer(desk, BEN, draw, Reading(Grade.EMERGENCY, "serious_crime", "he is there"))
    item = inbox.queue(desk, AMY)[0]
    assert (item.ref, item.state, item.grade, item.opened_at) == ("a", "waiting", 1, None)
    assert inbox.look(desk, AMY, "a").acts[-1].words == "he is there"
    assert list(verify.problems(desk.store)) == []


def test_the_same_reading_leaves_the_report_closed(desk: Desk) -> None:
    closed(desk, "a")
    [draw] = second_reads.waiting(desk, BEN)
    assert not second_reads.answer(desk, BEN, draw, Reading(Grade.SCHEDULED, "volume_crime"))
    assert inbox.queue(desk, AMY) == ()


def test_of_two_readers_the_first_to_save_is_the_reader(desk: Desk) -> None:
    closed(desk, "a")
    [draw] = second_reads.waiting(desk, BEN)
    second_reads.answer(desk, BEN, draw, Reading(Grade.SCHEDULED, "volume_crime"))
    for who in (BEN, User("cat", "handler", "-")):
        with pytest.raises(NotAllowed):
            second_reads.answer(desk, who, draw, Reading(Grade.PRIORITY, "volume_crime"))


def test_a_reading_names_a_team_there_is(desk: Desk) -> None:
    closed(desk, "a")
    with pytest.raises(Incomplete):
        second_reads.answer(desk, BEN, second_reads.waiting(desk, BEN)[0], Reading(Grade.SCHEDULED, "none"))


def test_what_was_found_is_carried_over_to_all_closings(desk: Desk) -> None:
    for ref in "abcd":
        closed(desk, ref, share=1.0 if ref in "ab" else 0.0)
    for draw, grade in zip(second_reads.waiting(desk, BEN), (1, 3), strict=True):
        second_reads.answer(desk, BEN, draw, Reading(Grade(grade), "volume_crime"))
    with desk.store.read() as sql:
        found = missed.estimate(sql, 0, 1)
    assert (found.closed, found.drawn, found.read, found.found) == (4, 2, 2, 1)
    assert found.number is not None
    assert found.number.value == 2
    assert found.number.low >= 1
    assert found.number.high <= 4


def test_the_bounds_are_the_exact_ones() -> None:
    """Published values for 0 of 20 and 3 of 50."""
    none, some = clopper_pearson(0, 20), clopper_pearson(3, 50)
    assert none is not None
    assert some is not None
    assert (none.low, round(none.high, 4)) == (0.0, 0.1684)
    assert (round(some.low, 4), round(some.high, 4)) == (0.0125, 0.1655)
    assert clopper_pearson(0, 0) is None


def test_closings_that_nobody_read_widen_the_bounds() -> None:
    read = Group(closed=100, drawn=100, read=100, hits=2)
    alone, wider = missed.of_groups([read]), missed.of_groups([read, Group(closed=50)])
    assert alone.number is not None
    assert wider.number is not None
    assert wider.number.high > alone.number.high + 50
    assert missed.of_groups([Group(closed=9, drawn=1)]).number is None


def test_the_bounds_hold_the_truth_as_often_as_they_say() -> None:
    """1,000 closings with 10 missed, a fifth read: the truth lies within in at least 95 of 100 draws."""
    import random

    chance, held = random.Random(7), 0
    for _ in range(300):
        drawn = [place for place in range(1000) if chance.random() < 0.2]
        group = Group(1000, len(drawn), len(drawn), sum(place < 10 for place in drawn))
        number = missed.of_groups([group]).number
        held += number is not None and number.low <= 10 <= number.high
    assert held >= 285


def test_the_tables_come_and_go_with_reports_there(desk: Desk) -> None:
    closed(desk, "a")
    migrate.downgrade(desk.store, "0002")
    assert inbox.queue(desk, AMY, states=("closed",))[0].ref == "a"
    migrate.upgrade(desk.store)
    assert migrate.problems(desk.store) == []
    assert drawn(desk) == []
    assert list(verify.problems(desk.store)) == []
