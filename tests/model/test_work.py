"""What a report costs, counted in calls: the same on any machine, busy or idle.

The budget stands in `work.json`. A change that costs more than a quarter more, or saves as much, says so
here; the second so that a budget grown loose cannot hide a doubling. To set it anew:
`python -m tests.model.test_work`, and say in the commit why.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest

from training import fit, labels
from triage_model import loading, reader, reading, triage
from triage_model.classifier import Classifier
from triage_model.triage import Triage
from triage_model.types import Report
from triage_model.wire import decision_json

BUDGET = Path(__file__).with_name("work.json")
TOLERANCE = 1.25
TEXTS = (
    "There is a man with a knife outside the shop on the corner and he is shouting at people, please come now.",
    "I would like to know when the front desk is open because my wallet was handed in last week. Thank you.",
    "my ex keeps turning up at my work. he hasnt hit me this time but last month he grabbed me by the neck and said "
    "next time i wont get up. i have changed the locks, my sister knows. im scared to walk home on my own",
    "Somebody scratched my car, reg FX12 ABC, while it was parked by the station on 12/05/2025 between 3.30pm and 6pm. "
    "No cameras that I know of and nobody saw it. I need a reference for the insurance. My number is 07700 900123.",
    "Kids gather in the alley behind the flats every weekend, they smoke and leave broken glass and it is getting worse.",
)  # fmt: skip
Stage = Callable[[str], object]


@contextmanager
def counted() -> Iterator[Counter[CodeType | str]]:
    """Every call that is made, of Python functions by their code and of others by their name."""
    calls: Counter[CodeType | str] = Counter()

    def note(frame: FrameType, event: str, called: Any) -> None:
        if event == "call":
            calls[frame.f_code] += 1
        elif event == "c_call":
            calls[called.__name__] += 1

    sys.setprofile(note)
    try:
        yield calls
    finally:
        sys.setprofile(None)


def desk() -> Triage:
    part = fit.part(
        [
            labels.LabelRow(id=f"{n}-{i}", text=f"{text} {i}", grade=labels.Grade(i % 4 + 1), team=team, incident=f"{n}-{i}")
            for n, (text, team) in enumerate(zip(TEXTS[:4], ("serious_crime", "contact_desk", "domestic_abuse", "neighbourhood"), strict=True))
            for i in range(n, n + 24, 4)
        ]
    )  # fmt: skip
    book = triage.load(None)
    made: Classifier = fit.fit(part, part, [4] * len(part.rows), fit.Config())
    return Triage(book.rulebook, book.policy, book.taxonomy, book.signposts, made)


def stages(whole: Triage) -> dict[str, Stage]:
    """The parts of the work that are counted each by itself, so that no doubling hides in the sum."""
    book, assessor = whole.rulebook, whole.classifier
    assert assessor is not None

    def read_new_words(text: str) -> object:
        for seen in reader._seen.values():
            seen.clear()
        return reader.read(text)

    return {
        "whole": lambda text: decision_json(whole.decide(Report(text))),
        "reading for the rules": lambda text: book.readings([text]),
        "rules": lambda text: book.hits(book.readings([text])),
        "reading for the classifier": reader.read,
        "reading words never met": read_new_words,
        "classifier": lambda text: assessor.assess([text]),
    }


def cost(stage: Stage) -> float:
    """Calls for one report, once all that is kept has been worked out."""
    for text in TEXTS:
        stage(text)
    with counted() as calls:
        for text in TEXTS:
            stage(text)
    return calls.total() / len(TEXTS)


@pytest.fixture(scope="module")
def whole() -> Triage:
    return desk()


def within(calls: float, budget: float) -> bool:
    return budget / TOLERANCE <= calls <= budget * TOLERANCE


@pytest.mark.parametrize("name", json.loads(BUDGET.read_text()) if BUDGET.exists() else [])
def test_a_report_costs_what_was_agreed(whole: Triage, name: str) -> None:
    stage, budget = stages(whole)[name], json.loads(BUDGET.read_text())[name]
    calls = cost(stage)
    assert within(calls, budget), f"{name}: {calls:.0f} calls for a report, {budget} agreed"
    assert not within(2 * calls, budget)


def test_work_done_twice_does_not_pass(whole: Triage) -> None:
    once = stages(whole)["rules"]
    assert not within(cost(lambda text: (once(text), once(text))), json.loads(BUDGET.read_text())["rules"])


def test_a_text_is_read_once_for_the_rules_and_once_for_the_classifier(whole: Triage) -> None:
    with counted() as calls:
        whole.decide(Report(TEXTS[0], messages=(TEXTS[1],)))
    assert calls[reading.read.__code__] == calls[reader.read.__code__] == 2


def test_a_rulebook_is_read_once_at_the_start() -> None:
    with counted() as calls:
        loading.load(None)
    assert calls[loading.rulefiles.load.__code__] == 1


if __name__ == "__main__":
    agreed = {name: round(cost(stage)) for name, stage in stages(desk()).items()}
    BUDGET.write_text(json.dumps(agreed, indent=1) + "\n")
