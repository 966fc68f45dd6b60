"""More urgent is said in one place."""

import ast
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from training import urgency
from triage_model.types import Grade

HOME = Path(urgency.__file__).parent.parent
PACKAGES = ("training", "service", "triage_model")
FILES = sorted(path for name in PACKAGES for path in (HOME / name).rglob("*.py"))
ORDERED = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


@pytest.mark.parametrize(("grade", "other"), list(product(Grade, Grade)))
def test_a_grade_falls_below_a_more_urgent_one(grade: Grade, other: Grade) -> None:
    order = [Grade.EMERGENCY, Grade.PRIORITY, Grade.SCHEDULED, Grade.RESOLUTION_WITHOUT_DEPLOYMENT]
    assert urgency.falls_below(grade, other) == (order.index(grade) > order.index(other))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_no_grade_is_compared_by_its_number(path: Path) -> None:
    found = [f"{path}:{line} compares {grades}" for line, grades in _compared(path.read_text("utf-8"))]
    assert not found


@pytest.mark.parametrize(
    "code",
    [
        "row.grade < 2",
        'row["grade"] < 2',
        'row.get("grade", 4) >= 2',
        "int(o.grade) > 3",
        "Grade(number) > Grade.PRIORITY",
        "1 == o.grade <= 2",
        "(row.grade or 4) <= 2",
        "row.grade.value < 2",
    ],
)
def test_a_comparison_by_number_is_found_in_any_form(code: str) -> None:
    assert list(_compared(code))


@pytest.mark.parametrize("code", ["row.grade == 2", "minutes <= clock[row.grade]", "len(grades) > 1"])
def test_what_compares_no_grade_is_left_alone(code: str) -> None:
    assert not list(_compared(code))


def _compared(code: str) -> Iterator[tuple[int, list[str]]]:
    """The lines that put grades in an order by their numbers."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Compare) and any(isinstance(op, ORDERED) for op in node.ops):
            sides = (node.left, *node.comparators)
            if grades := [ast.unparse(side) for side in sides if _is_grade(side)]:
                yield node.lineno, grades


def _is_grade(side: ast.expr) -> bool:
    """Something named grade, a member of Grade, or a number made of one."""
    match side:
        case ast.Attribute(value=owner, attr=name):
            of_one = name == "value" and _is_grade(owner)
            return of_one or name.endswith("grade") or ast.unparse(owner) == "Grade"
        case ast.Name(id=name) | ast.Constant(value=str(name)):
            return name.endswith("grade")
        case ast.Subscript(slice=key):
            return isinstance(key, ast.Constant) and _is_grade(key)
        case ast.Call(func=called, args=given):
            return ast.unparse(called) == "Grade" or any(map(_is_grade, given))
        case ast.BoolOp(values=either):
            return any(map(_is_grade, either))
    return False
