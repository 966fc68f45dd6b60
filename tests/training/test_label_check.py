"""Labels that copy, leak, contradict themselves or hold personal data are found, and named by line."""

from dataclasses import replace
from pathlib import Path

import pytest

from training import agreement, coverage, label_check, labels, personal, similar
from training.labels import Annotation, LabelRow
from triage_model.types import Grade, TimeStatus

LONG = "my neighbour came round on tuesday and said that his van had been scratched outside the chip shop"


def row(name: str, text: str = "hello there", **changes: object) -> LabelRow:
    plain = LabelRow(
        id=name, text=text, grade=Grade(4), team="contact_desk", incident=name, place=f"train.jsonl:{name}"
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def test_a_copy_is_found_outside_its_incident_only() -> None:
    copy = LONG.replace("tuesday", "monday")
    assert [n.second.id for n in similar.near_duplicates([row("1", LONG), row("2", copy)])] == ["2"]
    same = [row("1", LONG), row("2", copy, incident="1")]
    assert not list(similar.near_duplicates(same))


@pytest.mark.parametrize(
    ("text", "kind"),
    [("ring me on 07911 123456", "telephone"), ("ring 07700 900123 or 0116 496 0123 or 101", None), ("+44 7911 123456", "telephone"),
     ("write to a.person@gmail.com", "e-mail"), ("me@shop.example or x@example.com", None), ("my NI is AB 12 34 56 C", "Insurance"),
     ("card 4111 1111 1111 1111", "card"), ("ref 1234567890123456", None), ("call 0300 123 2040", None)],
)  # fmt: skip
def test_personal_data_is_found_and_not_repeated(text: str, kind: str | None) -> None:
    found = list(personal.problems([row("7", text)]))
    assert bool(found) == (kind is not None)
    assert all(
        kind is not None and kind in one and text not in one and "train.jsonl:7" in one for one in found
    )


@pytest.mark.parametrize(
    "wrong",
    [{"grade": Grade(1), "tags": ("trap",)}, {"grade": Grade(1), "time_status": TimeStatus.PAST}, {"co_notify": ("contact_desk",)},
     {"rationale": "not there"}, {"tags": ("a ",)}, {"pair": "p1"}],
)  # fmt: skip
def test_a_row_that_contradicts_itself_is_named(tmp_path: Path, wrong: dict[str, object]) -> None:
    bad = row("3", **wrong)
    found = [*label_check._lint([bad]), *label_check._pairs([bad])]
    assert len(found) == 1
    assert "train.jsonl:3" in found[0]


def test_a_voice_or_incident_in_two_parts_is_a_leak() -> None:
    parts = {"train": [row("1", voice="v1")], "dev": [row("1", voice="v1")]}
    assert len(list(label_check._leaks(parts))) == 2


def test_a_cue_that_gives_grade_1_away_shows(learning: list[LabelRow]) -> None:
    shouting = [replace(r, text=r.text.upper() + "!" * 9) if r.grade == 1 else r for r in learning]
    assert coverage.cue_aucs(shouting)["exclamation marks"] == 1.0
    assert coverage.cue_aucs(learning)["exclamation marks"] == 0.5


def test_every_target_is_measured(learning: list[LabelRow], unseen: list[LabelRow]) -> None:
    table = coverage.table([*learning, *unseen], {"train": learning, "dev": unseen, "test": unseen})
    assert len(table) == len(coverage.documents.read(coverage.TARGETS))


def test_perfect_and_chance_agreement() -> None:
    grades = [1, 2, 3, 4] * 10
    assert agreement.quadratic_kappa(grades, grades) == 1.0
    assert agreement.quadratic_kappa(grades, [4, 3, 2, 1] * 10) == pytest.approx(-1.0)
    assert agreement.kappa([str(g) for g in grades], [str(g) for g in sorted(grades)]) == pytest.approx(0.0)
    assert agreement.kappa(["a"] * 5, ["a"] * 5) is None


def test_a_dispute_about_an_emergency_is_listed() -> None:
    said = [(1, 2), (2, 4), (3, 4)]
    rows = [
        row(f"{a}{b}", annotators=(Annotation("x", Grade(a)), Annotation("y", Grade(b)))) for a, b in said
    ]
    assert agreement.disputes(rows) == {"two grades or more apart": ["24"], "only one said grade 1": ["12"]}


def test_the_check_passes_clean_labels(train_file: Path) -> None:
    assert labels.read([train_file])
    found = label_check.check([train_file], mapping={}, targets=None)
    assert all("too like" in problem or "open as" in problem for problem in found.problems)
