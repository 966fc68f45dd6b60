"""Lists for people who label: CSV or JSON Lines for handlers, tasks for Label Studio.

The law it keeps (8): a list for handlers names reports, whose text they open where they may; text is written
only when it is asked for, or where a tool cannot work without it, into a file of its owner alone.
"""

import csv
import io
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from training.suggest import Suggestion
from triage_model import spreadsheets
from triage_model.teams import Taxonomy

KINDS = (".csv", ".jsonl", ".json")


def write(made: Sequence[Suggestion], out: Path, taxonomy: Taxonomy, *, with_text: bool) -> None:
    """By the ending of the file: .csv, .jsonl, or .json for Label Studio, its labelling page beside it."""
    if out.suffix == ".json":
        _private(out, json.dumps([_task(one) for one in made], ensure_ascii=False, indent=1) + "\n")
        _private(out.with_suffix(".xml"), labelling_page(taxonomy))
        return
    rows = [_row(one, with_text=with_text) for one in made]
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    _private(out, _table(rows) if out.suffix == ".csv" else lines)


def labelling_page(known: Taxonomy) -> str:
    """What Label Studio shows: the text, the four grades and the teams of a taxonomy."""
    grades = [(str(int(grade)), name) for grade, name in known.grade_names.items()]
    owners = [(team.code, team.name) for team in known.teams]
    shown = _choices("grade", grades) + _choices("team", owners)
    return f'<View>\n  <Text name="text" value="$text"/>\n{shown}</View>\n'


def _choices(name: str, values: Sequence[tuple[str, str]]) -> str:
    lines = "".join(
        f"    <Choice value={quoteattr(code)} alias={quoteattr(code)} hint={quoteattr(says)}/>\n"
        for code, says in values
    )
    head = f'  <Choices name="{name}" toName="text" choice="single" required="true" showInline="true">\n'
    return f"{head}{lines}  </Choices>\n"


def _row(one: Suggestion, *, with_text: bool) -> dict[str, Any]:
    facts = {
        "id": one.report.id,
        "reason": one.reason,
        "says": one.says,
        "inclusion_probability": one.inclusion,
    }
    return {**facts, "text": one.report.text} if with_text else facts


def _task(one: Suggestion) -> dict[str, Any]:
    """The reason is kept apart, not shown: whoever labels should not know what the model thought."""
    meta = {"reason": one.reason, "says": one.says, "inclusion_probability": one.inclusion}
    return {"data": {"id": one.report.id, "text": one.report.text}, "meta": meta}


def _table(rows: Sequence[dict[str, Any]]) -> str:
    out = io.StringIO(newline="")
    names = list(rows[0]) if rows else ["id", "reason", "says", "inclusion_probability"]
    writer = csv.DictWriter(out, names)
    writer.writeheader()
    writer.writerows(map(spreadsheets.shown, rows))
    return out.getvalue()


def _private(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as out:
        out.write(text)
