"""More urgent is said in one place."""

import ast
from itertools import product
from pathlib import Path

import pytest

from training import urgency
from triage_model.types import Grade

HOME = Path(urgency.__file__).parent
ORDERED = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


@pytest.mark.parametrize(("grade", "other"), list(product(Grade, Grade)))
def test_a_grade_falls_below_a_more_urgent_one(grade: Grade, other: Grade) -> None:
    order = [Grade.EMERGENCY, Grade.PRIORITY, Grade.SCHEDULED, Grade.RESOLUTION_WITHOUT_DEPLOYMENT]
    assert urgency.falls_below(grade, other) == (order.index(grade) > order.index(other))


@pytest.mark.parametrize("path", sorted(HOME.rglob("*.py")), ids=lambda path: path.stem)
def test_no_grade_is_compared_by_its_number(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ORDERED):
            sides = (node.left, *node.comparators)
            grades = [ast.unparse(side) for side in sides if _is_grade(side)]
            assert not grades, f"{path}:{node.lineno} compares {grades}"


def _is_grade(side: ast.expr) -> bool:
    """Something named grade, or a member of Grade."""
    if isinstance(side, ast.Attribute):
        return side.attr.endswith("grade") or ast.unparse(side.value) == "Grade"
    return isinstance(side, ast.Name) and side.id.endswith("grade")
