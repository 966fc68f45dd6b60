"""What `labels suggest` gives to Label Studio comes back from it as labels."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from training import label_exports, labels
from training.commands import COMMANDS
from training.pools import Pooled
from training.suggest import Suggestion
from triage_model import teams
from triage_model.errors import LabelError
from triage_model.types import Grade

TEXTS = {
    "LP-1": "my bike was taken from the shed last week and the lock was cut",
    "LP-2": "someone keeps parking across my drive every sunday morning",
    "LP-3": "the street light outside number nine has been broken since may",
}
Json = dict[str, Any]


def annotation(by: object, grade: str | None, team: str | None, **more: object) -> Json:
    """As Label Studio 1.x exports one: each question is a part of the result."""
    asked = [(name, value) for name, value in (("grade", grade), ("team", team)) if value is not None]
    result = [
        {"value": {"choices": [value]}, "id": f"x{name}", "from_name": name, "to_name": "text",
         "type": "choices", "origin": "manual"}
        for name, value in asked
    ]  # fmt: skip
    return {
        "id": 70, "completed_by": by, "result": result, "was_cancelled": False, "ground_truth": False,
        "created_at": "2026-11-25T10:00:00.000000Z", "updated_at": "2026-11-25T10:00:09.000000Z",
        "lead_time": 6.5, "prediction": {}, "result_count": len(result), "task": 1, "parent_prediction": None,
    } | more  # fmt: skip


def export(path: Path, *annotations: list[Json]) -> Path:
    """The tasks that `labels suggest` wrote, as the export has them once people labelled them."""
    made = [Suggestion(Pooled(name, text, "x:1"), "audit", "-", 0.2) for name, text in TEXTS.items()]
    label_exports.write(made, path, teams.load(), with_text=True)
    tasks = json.loads(path.read_text(encoding="utf-8"))
    whole = [
        {"id": number, "inner_id": number, **task, "annotations": given, "drafts": [], "predictions": [],
         "total_annotations": len(given), "cancelled_annotations": 0, "project": 3, "updated_by": 1}
        for number, (task, given) in enumerate(zip(tasks, annotations, strict=False), 1)
    ]  # fmt: skip
    path.write_text(json.dumps(whole), encoding="utf-8")
    return path


FIRST, OTHER = annotation(1, "3", "volume_crime"), annotation(2, "3", "volume_crime")


@pytest.fixture
def page(tmp_path: Path) -> Path:
    return tmp_path / "next.json"


def test_labels_and_labellers_come_back(page: Path) -> None:
    first, other = labels.read([export(page, [FIRST, OTHER], [annotation(1, "4", "contact_desk")])])
    assert (first.id, first.text, first.grade, first.team) == (
        "LP-1",
        TEXTS["LP-1"],
        Grade(3),
        "volume_crime",
    )
    assert [(one.by, one.grade, one.team) for one in first.annotators] == [
        ("label-studio-1", Grade(3), "volume_crime"),
        ("label-studio-2", Grade(3), "volume_crime"),
    ]
    assert (other.id, other.grade, len(other.annotators)) == ("LP-2", Grade(4), 1)


def test_every_choice_of_the_page_is_one_that_is_read(page: Path) -> None:
    export(page, [])
    shown = re.findall(r'Choice value="([^"]+)"', page.with_suffix(".xml").read_text())
    codes = [code for code in shown if code not in "1234"]
    assert set(codes) == set(teams.load().codes())
    for code in codes:
        (row,) = labels.read([export(page, [annotation(1, "2", code)])])
        assert (row.grade, row.team) == (Grade(2), code)


@pytest.mark.parametrize(
    "whom", [{"id": 7, "email": "ann@example.org", "first_name": "Ann", "last_name": ""}, 7]
)
def test_a_labeller_is_a_number_and_no_address(page: Path, whom: object) -> None:
    (row,) = labels.read([export(page, [annotation(whom, "3", "volume_crime")])])
    assert [one.by for one in row.annotators] == ["label-studio-7"]


def test_people_who_differ_are_named_until_one_is_the_ground_truth(page: Path) -> None:
    differs = annotation(2, "2", "volume_crime", created_at="2026-11-26T10:00:00Z")
    with pytest.raises(LabelError, match=r"next\.json:1: people differ on the grade; .*ground truth") as told:
        labels.read([export(page, [FIRST, differs])])
    assert "bike" not in str(told.value)
    (row,) = labels.read([export(page, [FIRST, differs | {"ground_truth": True}])])
    assert (row.grade, [one.grade for one in row.annotators]) == (Grade(2), [Grade(3), Grade(2)])
    with pytest.raises(LabelError, match="differ"):
        labels.read([export(page, [FIRST | {"ground_truth": True}, differs | {"ground_truth": True}])])


def test_what_was_skipped_or_not_begun_is_left_out(page: Path) -> None:
    skipped = annotation(2, "1", "roads", was_cancelled=True)
    rows = labels.read([export(page, [skipped, FIRST], [skipped], [])])
    assert [(row.id, row.grade) for row in rows] == [("LP-1", Grade(3))]


def test_of_one_person_the_last_answer_counts(page: Path) -> None:
    later = annotation(1, "2", "volume_crime", created_at="2026-11-27T10:00:00Z")
    (row,) = labels.read([export(page, [later, FIRST])])
    assert (row.grade, len(row.annotators)) == (Grade(2), 1)


def test_of_one_person_the_answer_changed_last_counts(page: Path) -> None:
    mended = FIRST | {"updated_at": "2026-11-28T10:00:00Z"}
    later = annotation(1, "2", "volume_crime", created_at="2026-11-27T10:00:00Z", updated_at=None)
    (row,) = labels.read([export(page, [mended, later])])
    assert (row.grade, len(row.annotators)) == (Grade(3), 1)


def test_what_is_settled_stands_whatever_the_same_person_says_later(page: Path) -> None:
    settled = FIRST | {"ground_truth": True}
    later = annotation(1, "2", "volume_crime", updated_at="2026-11-27T10:00:00Z")
    for given in ([settled, later], [later, settled, annotation(2, "4", "volume_crime")]):
        assert labels.read([export(page, given)])[0].grade == Grade(3)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("", "export the project again as JSON"),
        ("{}", "export the project again as JSON"),
        ("[]", "export the project again as JSON"),
        ('[{"id": 1, "text": "x", "grade": "3", "annotator": 1}]', "json:1: is not Label Studio's export"),
        ('[{"data": {"text": "x"}}]', "json:1: is not Label Studio's export"),
        ('[{"data": {"text": "x"}, "annotations": [7]}]', "json:1: is not Label Studio's export"),
        (
            json.dumps([{"data": {"id": "a", "text": "x"}, "annotations": [annotation(1, "9", "x")]}]),
            "`grade` is",
        ),
    ],
)
def test_another_file_is_refused_with_its_mend(page: Path, body: str, says: str) -> None:
    page.write_text(body)
    with pytest.raises(LabelError, match=says):
        labels.read([page])


def test_two_choices_where_one_is_asked_for_are_a_problem(page: Path) -> None:
    both = annotation(1, "3", "volume_crime")
    both["result"][0]["value"]["choices"] = ["3", "4"]
    with pytest.raises(LabelError, match=r"next\.json:1: grade must be one choice"):
        labels.read([export(page, [both])])


def test_people_without_an_account_are_not_taken_for_one(page: Path) -> None:
    (row,) = labels.read([export(page, [annotation(None, "3", "roads"), annotation(None, "3", "roads")])])
    assert len({one.by for one in row.annotators}) == 2


def test_the_commands_take_an_export(page: Path) -> None:
    command = next(command for command in COMMANDS if command.name == "labels")
    good = export(page, [FIRST, OTHER], [annotation(1, "4", "roads")])
    told = CliRunner().invoke(command, ["agreement", str(good)])
    assert "to be settled by a third reader" in told.output
    assert CliRunner().invoke(command, ["check", str(good)]).exit_code == 0
    bad = export(page, [FIRST, annotation(2, "1", "volume_crime")])
    refused = CliRunner().invoke(command, ["check", str(bad)])
    assert "differ on the grade" in str(refused.exception)
