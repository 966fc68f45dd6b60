"""How well answers agree with the labels: the same figures for every candidate."""

import math
from collections.abc import Sequence
from typing import Any

from sklearn.metrics import f1_score

ALARMS = 0.08
Answers = Sequence[tuple[dict[str, float], str]]


def judged(answers: Answers, rows: Sequence[dict[str, Any]]) -> dict[str, float | None]:
    """Macro-F1 of grade and team, and the share of emergencies found when 8% of the others are alarms."""
    grades = [int(max(chances, key=lambda name: chances[name])) for chances, _ in answers]
    chances = [some.get("1", 0.0) for some, _ in answers]
    teams = [team for _, team in answers]
    return {
        "grade_f1": f1_score([row["grade"] for row in rows], grades, average="macro", zero_division=0),
        "team_f1": f1_score([row["team"] for row in rows], teams, average="macro", zero_division=0)
        if any(teams)
        else None,
        "recall": recall_at(chances, [row["grade"] == 1 for row in rows]),
    }


def recall_at(chances: Sequence[float], urgent: Sequence[bool], alarms: float = ALARMS) -> float:
    """The share of the urgent that rings when `alarms` of the others ring too; equals share the last places.

    Counted over the others, so that it means the same whatever share of the part is urgent.
    """
    pairs = list(zip(chances, urgent, strict=True))
    others = sorted((chance for chance, is_urgent in pairs if not is_urgent), reverse=True)
    ours = [chance for chance, is_urgent in pairs if is_urgent]
    places = max(1, math.floor(alarms * len(others)))
    edge = others[places - 1]
    level = (places - sum(chance > edge for chance in others)) / others.count(edge)
    return (sum(chance > edge for chance in ours) + level * ours.count(edge)) / max(len(ours), 1)
