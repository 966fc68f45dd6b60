"""The bench measures what it says: figures by hand, clones that differ, noise that repeats."""

import random
from pathlib import Path

import pytest

from tests.bench import growth, judge, readme
from triage_model import loading


@pytest.mark.parametrize(
    ("chances", "urgent", "found"),
    [([0.9, 0.8, 0.7, 0.0], [True, False, True, False], 0.5), ([0.5] * 4, [True] * 2 + [False] * 2, 0.5), ([0.9, 0.8, 0.1, 0.0], [True, True, False, False], 1.0)],
)  # fmt: skip
def test_emergencies_found_at_equal_alarms(chances: list[float], urgent: list[bool], found: float) -> None:
    assert judge.recall_at(chances, urgent, alarms=0.5) == found


def test_figures_follow_the_answers() -> None:
    rows = [{"grade": 1 + n % 4, "team": f"t{n % 2}"} for n in range(40)]
    right = [({str(row["grade"]): 0.9}, str(row["team"])) for row in rows]
    assert judge.judged(right, rows)["grade_f1"] == judge.judged(right, rows)["team_f1"] == 1.0
    wrong = [({"4": 0.9}, "t0") for _ in rows]
    assert judge.judged(wrong, rows)["grade_f1"] == pytest.approx(0.1)


def test_cloned_rules_are_others() -> None:
    rules = loading.rulebook().rules
    clones = list(growth._clones(rules, len(rules)))
    assert len({rule.id for rule in (*rules, *clones)}) == 2 * len(rules)
    changed = sum(one.phrases != other.phrases for one, other in zip(rules, clones, strict=True))
    assert changed > 0.9 * sum(bool(rule.phrases) for rule in rules)


def test_noise_is_the_same_each_time(tmp_path: Path) -> None:
    texts = [" ".join(random.Random(n).choices("abcdef", k=20)) for n in range(5)]
    one, two = (growth.noisy(texts, 30, tmp_path / name).read_bytes() for name in ("one", "two"))
    assert one == two
    assert len(one.splitlines()) == 30


def test_the_readme_tells_what_was_run_and_what_was_not() -> None:
    machine = {"processor": "x", "cores": 2, "memory_gb": 8, "python": "3.11", "load_15_min": 0.5}
    start = {"one_report_s": 2.5, "one_report_rules_only_s": 0.45, "packages": 9, "install_mb": 10.0}
    told = readme.markdown({"machine": machine, "model": "m-1", "minutes": 3.0, "start": start})
    assert "| 2.5 s |" in told
    assert "Not run here yet: readers, serving, growth, kills." in told
    assert told.count("\n| ") >= 4
