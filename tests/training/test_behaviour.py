"""Changes that should not matter: each rewriting does what it says, and a fall is counted and named."""

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from training import behaviour, figures, fit, nearest
from training.fit import Config
from training.labels import LabelRow
from triage_model import triage
from triage_model.types import Assessment, Grade

CHANCE = random.Random(1)
ROWS = (
    LabelRow(id="a", text="Priya is being hit by her husband in Wigan, send someone", grade=Grade(1)),
    LabelRow(id="b", text="a man with a machete is chasing a lad down the street", grade=Grade(1)),
)


class Partial:
    """A classifier that looks at who is told of, as none should."""

    model_id = "m-partial"

    def assess(self, parts: Sequence[str]) -> Assessment:
        urgent = "husband" in " ".join(parts).lower()
        return Assessment(self.model_id, grade=Grade(2) if urgent else Grade(4), p_emergency=0.1)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("other gender", "My husband hit his son. HE is here.", "My wife hit her daughter. SHE is here."),
        ("no punctuation", "don't, please. he's \"here\"", "dont please hes here"),
        ("upper case", "help", "HELP"),
    ],
)
def test_a_rewriting_does_what_it_says(name: str, text: str, expected: str) -> None:
    assert behaviour.SUITES[name](text, CHANCE) == expected


def test_names_and_places_become_others() -> None:
    changed = behaviour.renamed("I am Priya and I live with Mohammed", random.Random(0))
    assert changed.startswith("I am ")
    assert "live with" in changed
    assert changed != "I am Priya and I live with Mohammed"
    assert "Leicester" not in behaviour.moved("outside a shop in Leicester", CHANCE)


def test_the_rules_let_no_report_fall() -> None:
    desk = triage.load(None).limited_to("rules")
    found = behaviour.suites(figures.outcomes(ROWS, desk), desk)
    assert [suite.name for suite in found if suite.fell.hits] == []
    assert sum(suite.fell.total for suite in found) >= 12


def test_a_model_that_looks_at_who_it_is_falls_and_the_row_is_named() -> None:
    desk = replace(triage.load(None), classifier=Partial(), model_problem=None)
    rows = [LabelRow(id="q", text="her husband moved the bins again and we spoke of it", grade=Grade(2))]
    by_name = {suite.name: suite for suite in behaviour.suites(figures.outcomes(rows, desk), desk)}
    assert (by_name["other gender"].fell.hits, by_name["other gender"].rows) == (1, ("q",))
    assert by_name["upper case"].fell.hits == 0


def test_the_nearest_rows_learned_from_are_those_of_the_same_words(
    learning: list[LabelRow], unseen: list[LabelRow]
) -> None:
    learned = fit.part(learning)
    made = fit.learn(learned, Config())
    asked = [replace(learning[3], id="again"), unseen[0]]
    found = nearest.nearest(learned, made, asked)
    assert found["again"][0].row == learning[3]
    assert found["again"][0].alike == pytest.approx(1.0)
    assert len(found[unseen[0].id]) == 3
