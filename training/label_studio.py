"""What people labelled in Label Studio, from its export as JSON: one row for each task that has a label.

Laws: nobody is chosen over another. Where people differ, the row has the label that was marked as ground
truth, and without one it is a problem with its mend. Who labelled is kept as a number, never as an address.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

ASKED = ("grade", "team")
NO_EXPORT = "is not Label Studio's export; export the project again as JSON (not JSON-MIN)"
Values = dict[str, Any]


def rows(path: Path) -> tuple[list[tuple[int, Values]], list[str]]:
    """Every labelled task under our column names with its number in the file, and what is to be mended."""
    try:
        tasks = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError):
        return [], [f"{path}: {NO_EXPORT}"]
    if not isinstance(tasks, list) or not tasks:
        return [], [f"{path}: {NO_EXPORT}"]
    found: list[tuple[int, Values]] = []
    problems: list[str] = []
    for number, task in enumerate(tasks, 1):
        says = list(_wrong(task))
        problems += [f"{path}:{number}: {one}" for one in says]
        if not says and (given := _given(task)):
            found.append((number, _row(task, given)))
            problems += [f"{path}:{number}: {one}" for one in _differences(found[-1][1], given)]
    return found, problems


def _wrong(task: Any) -> Iterator[str]:
    """What keeps a task from being read at all."""
    whole = isinstance(task, dict) and isinstance(task.get("data"), dict)
    if not whole or not isinstance(task.get("annotations"), list):
        yield NO_EXPORT
        return
    for one in task["annotations"]:
        if not isinstance(one, dict) or not isinstance(one.get("result", []), list):
            yield NO_EXPORT
        elif not _skipped(one):
            yield from (f"{name} must be one choice; label it again" for name in _doubled(one))


def _doubled(annotation: Mapping[str, Any]) -> Iterator[str]:
    for name in ASKED:
        if len(_choices(annotation, name)) > 1:
            yield name


def _choices(annotation: Mapping[str, Any], name: str) -> list[Any]:
    """What was chosen for one question of the labelling page."""
    chosen: list[Any] = []
    for part in annotation.get("result", []):
        value = part.get("value") if isinstance(part, dict) and part.get("from_name") == name else None
        listed = value.get("choices") if isinstance(value, dict) else None
        chosen += listed if isinstance(listed, list) else []
    return chosen


def _skipped(annotation: Mapping[str, Any]) -> bool:
    return bool(annotation.get("was_cancelled"))


def _given(task: Mapping[str, Any]) -> list[Values]:
    """What each person said, in order of time; of one, what is settled or else the last counts."""
    said: dict[str, Values] = {}
    for place, one in enumerate(sorted(task["annotations"], key=_when), 1):
        answer: Values = {name: next(iter(_choices(one, name)), None) for name in ASKED}
        if not _skipped(one) and any(answer.values()):
            by, settled = _who(one.get("completed_by"), place), bool(one.get("ground_truth"))
            if settled or not said.get(by, {}).get("settled"):
                said.pop(by, None)
                said[by] = {"by": by, **answer, "settled": settled}
    return list(said.values())


def _when(annotation: Mapping[str, Any]) -> tuple[str, str]:
    """When it was last changed: an early one may be mended after a later one."""
    made = str(annotation.get("created_at") or "")
    return str(annotation.get("updated_at") or made), made


def _who(completed_by: Any, place: int) -> str:
    """A person's number; where the export has the account in full, its number alone."""
    number = completed_by.get("id") if isinstance(completed_by, dict) else completed_by
    return f"label-studio-{number}" if number is not None else f"label-studio-unknown-{place}"


def _row(task: Mapping[str, Any], given: Sequence[Values]) -> Values:
    settled = [one for one in given if one["settled"]] or given
    answers = {name: settled[0][name] for name in ASKED}
    annotators = [{name: one[name] for name in ("by", *ASKED)} for one in given]
    return {"source": "label studio", **task["data"], **answers, "annotators": annotators}


def _differences(row: Values, given: Sequence[Values]) -> Iterator[str]:
    """Where more than one answer stands, and none or several of them are marked as settled."""
    standing = [one for one in given if one["settled"]] or given
    for name in ASKED:
        if any(one[name] != row[name] for one in standing):
            yield f"people differ on the {name}; settle it and mark that annotation as ground truth"
