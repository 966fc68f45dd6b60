"""No answer trains anything before a named person has read it, and a lowered grade needs two."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from service import cases, export, forget, handling, inbox, labels, verify
from service import desk as desks
from service.cases import Sent
from service.desk import Desk
from service.handling import Answer, Incomplete, NotAllowed
from service.store.review_tables import label_reviews
from service.store.tables import copies, handler_actions
from service.users import User
from training import labels as label_files
from triage_model.types import Grade

AMY = User("amy", "handler", "-")
SAM = User("sam", "supervisor", "-")
SUE = User("sue", "supervisor", "-")
BIKE = "My bicycle was stolen by Dave from the shed last week, ring 07700 900123."


def answered(desk: Desk, ref: str, by: User, grade: int, text: str = BIKE) -> None:
    desks.receive(desk, ref, Sent(text, {}), by="key:1")
    seen = inbox.look(desk, by, ref).item.version
    handling.decide(
        desk,
        by,
        ref,
        seen,
        Answer(Grade(grade), "volume_crime", (), "other", "It is over and nobody is exposed"),
    )


def approve(desk: Desk, who: User, *, agrees: bool = False) -> None:
    [one] = labels.candidates(desk)
    labels.review(desk, who, one.answer_id, "approved", text=one.text, agrees=agrees)


def rows(desk: Desk) -> list[dict[str, object]]:
    return [json.loads(line) for line in labels.file(desk, SAM)[1].splitlines()]


def test_nothing_leaves_that_nobody_read(desk: Desk) -> None:
    answered(desk, "a", AMY, 2)
    assert rows(desk) == []
    approve(desk, SAM)
    [row] = rows(desk)
    assert "07700" not in str(row)
    assert "Dave" not in str(row)
    assert list(verify.problems(desk.store)) == []


def test_what_the_reader_mended_is_what_leaves(desk: Desk) -> None:
    answered(desk, "a", AMY, 2)
    [one] = labels.candidates(desk)
    labels.review(desk, SAM, one.answer_id, "approved", text="mended", agrees=False)
    assert rows(desk)[0]["text"] == "mended"


def test_a_withheld_row_never_leaves(desk: Desk) -> None:
    answered(desk, "a", AMY, 2)
    [one] = labels.candidates(desk)
    labels.review(desk, SAM, one.answer_id, "withheld", text=one.text, agrees=False)
    assert rows(desk) == []
    with desk.store.read() as sql:
        assert labels.counts(sql) == {"waiting": 0, "approved": 0, "withheld": 1}


def test_a_lowered_grade_needs_a_second_person_who_agrees(desk: Desk) -> None:
    answered(desk, "a", SAM, 4)
    assert labels.candidates(desk)[0].down
    with pytest.raises(Incomplete, match="another person"):
        approve(desk, SAM, agrees=True)
    with pytest.raises(Incomplete, match="agree"):
        approve(desk, SUE)
    approve(desk, SUE, agrees=True)
    assert [one["by"] for one in rows(desk)[0]["annotators"]] == ["sam", "sue"]  # type: ignore[attr-defined]


def test_nobody_approves_their_own_answer(desk: Desk) -> None:
    answered(desk, "a", SAM, 2)
    for agrees in (True, False):
        with pytest.raises(Incomplete, match="another person"):
            approve(desk, SAM, agrees=agrees)
    approve(desk, SUE)
    assert [one["by"] for one in rows(desk)[0]["annotators"]] == ["sam"]  # type: ignore[attr-defined]


def test_nobody_stands_beside_themselves_as_a_second_person(desk: Desk) -> None:
    """Also where an earlier release kept such a review."""
    answered(desk, "a", SAM, 2)
    approve(desk, SUE, agrees=True)
    with desk.store.write() as work:
        work.sql.execute(sa.update(label_reviews).values(username="sam"))
    assert [one["by"] for one in rows(desk)[0]["annotators"]] == ["sam"]  # type: ignore[attr-defined]


def test_a_seconded_grade_is_still_approved_by_another(desk: Desk) -> None:
    answered(desk, "a", SAM, 4)
    with desk.store.write() as work:
        read = {"kind": "second_read", "username": "amy", "version": 9, "grade": 4, "details": {}}
        work.sql.execute(sa.insert(handler_actions).values(**read, ref="a", at=work.now))
    with pytest.raises(Incomplete, match="another person"):
        approve(desk, SAM)
    approve(desk, SUE)


def test_an_answer_of_ones_own_may_be_withheld(desk: Desk) -> None:
    answered(desk, "a", SAM, 2)
    [one] = labels.candidates(desk)
    labels.review(desk, SAM, one.answer_id, "withheld", text=one.text, agrees=True)
    with desk.store.read() as sql:
        assert not sql.execute(sa.select(label_reviews.c.agrees)).scalar()


def test_an_answer_that_changed_is_read_again(desk: Desk) -> None:
    answered(desk, "a", AMY, 2)
    approve(desk, SAM)
    seen = inbox.look(desk, AMY, "a").item.version
    handling.decide(desk, AMY, "a", seen, Answer(Grade.EMERGENCY, "serious_crime"))
    assert rows(desk) == []
    approve(desk, SAM)
    assert rows(desk)[0]["grade"] == 1


def test_one_row_is_read_by_one_person(desk: Desk) -> None:
    answered(desk, "a", AMY, 2)
    [one] = labels.candidates(desk)
    approve(desk, SAM)
    for who in (SUE, AMY):
        with pytest.raises(NotAllowed):
            labels.review(desk, who, one.answer_id, "approved", text="x", agrees=False)


def test_the_file_is_one_that_training_reads(desk: Desk, tmp_path: Path) -> None:
    answered(desk, "a", AMY, 2)
    approve(desk, SAM)
    path = tmp_path / "labels.jsonl"
    path.write_bytes(labels.file(desk, SAM)[1])
    assert label_files.read([path])[0].grade == Grade.PRIORITY


def test_the_export_is_remembered_and_forgotten_text_does_not_leave(desk: Desk) -> None:
    answered(desk, "a", AMY, 2)
    approve(desk, SAM)
    name, _body = labels.file(desk, SAM)
    with desk.store.read() as sql:
        assert name in sql.execute(sa.select(copies.c.name)).scalar_one()
    assert name in forget.forget(desk.store, "a", by="test").copies[0]
    assert rows(desk) == []
    with desk.store.read() as sql:
        assert not sql.execute(sa.text("select sealed from label_reviews")).scalar()


def test_a_draft_of_the_command_line_counts_a_blind_second_reading(desk: Desk, tmp_path: Path) -> None:
    answered(desk, "a", SAM, 4)
    for grade, rows_then in ((3, 0), (4, 1)):
        with desk.store.write() as work:
            read = {"kind": "second_read", "username": "amy", "version": 9, "grade": grade, "details": {}}
            work.sql.execute(sa.insert(handler_actions).values(**read, ref="a", at=work.now))
        assert export.draft(desk.store, tmp_path / "x") == rows_then


def test_an_answer_to_an_earlier_assessment_does_not_train(desk: Desk) -> None:
    answered(desk, "a", AMY, 2)
    with desk.store.write() as work:
        work.sql.execute(sa.text("update reports set decision_id = decision_id + 1"))
    assert labels.candidates(desk) == []


def test_of_two_who_read_at_once_the_first_is_the_reader(desk: Desk) -> None:
    answered(desk, "a", AMY, 2)
    [one] = labels.candidates(desk)
    with ThreadPoolExecutor(1) as other:
        with desk.store.write() as work:
            assert cases.locked(work, "a")
            late = other.submit(
                labels.review, desk, SUE, one.answer_id, "approved", text=one.text, agrees=False
            )
            time.sleep(0.5)  # the other waits for the lock by now
            kept = {"answer_id": one.answer_id, "ref": "a", "verdict": "withheld", "agrees": False}
            kept |= {"username": "sam", "salt": "-", "sealed": None, "at": work.now}
            work.sql.execute(sa.insert(label_reviews).values(kept))
        with pytest.raises(NotAllowed):
            late.result()
    assert rows(desk) == []
