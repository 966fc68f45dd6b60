"""Labelled reports: one reader for every command and every kind of file (CSV, JSON Lines, Parquet).

The law it keeps: a file is used only when all of it can be used, and every problem in it is
reported at once with its line. Report text never appears in a message.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from training import label_files, label_schema
from triage_model import policy, teams
from triage_model.errors import LabelError
from triage_model.teams import Taxonomy
from triage_model.types import Grade, TimeStatus

_STATUS = {"N": TimeStatus.NOW, "R": TimeStatus.RECENT, "P": TimeStatus.PAST, "X": TimeStatus.NOT_ASSERTED}


@dataclass(frozen=True, slots=True)
class Annotation:
    """What one person, reading alone, said of a report."""

    by: str
    grade: Grade | None = None
    team: str | None = None
    time_status: TimeStatus | None = None


@dataclass(frozen=True, slots=True)
class LabelRow:
    """One report with what it should be given. Rows of one `incident` are never split apart."""

    id: str
    text: str
    grade: Grade | None = None
    team: str | None = None
    team_also: tuple[str, ...] = ()
    co_notify: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    time_status: TimeStatus | None = None
    role: str | None = None
    rationale: str = ""
    annotators: tuple[Annotation, ...] = ()
    source: str = ""
    incident: str = ""
    pair: str | None = None
    voice: str = ""
    tags: tuple[str, ...] = ()
    written_on: str = ""
    place: str = ""

    @property
    def accepted_teams(self) -> tuple[str, ...]:
        """The team, and others that a good labeller would accept as first choice."""
        return (self.team, *self.team_also) if self.team else ()


COLUMNS = tuple(field.name for field in fields(LabelRow) if field.name != "place")


def read(
    sources: Sequence[Path], *, mapping: Mapping[str, str] | None = None, taxonomy: Taxonomy | None = None
) -> list[LabelRow]:
    """Every row of some label files or folders of them. Raises LabelError with every problem."""
    owners = taxonomy or teams.load()
    problems: list[str] = []
    rows: list[LabelRow] = []
    named: list[tuple[str, str]] = []
    for path in _files(sources):
        raw, bad = label_files.raw_rows(path, mapping or {})
        bad += label_schema.problems(raw, path, owners, tuple(policy.load().flags))
        problems += bad
        named += [(_name(entry, path), f"{path}:{entry.line}") for entry in raw]
        rows += [] if bad else [_row(entry, path, owners) for entry in raw]
    problems += _repeated_ids(named)
    if problems:
        raise LabelError(problems)
    if not rows:
        raise LabelError(f"{', '.join(map(str, sources))}: holds no labelled rows; name a file that does")
    return rows


def grade_codes(taxonomy: Taxonomy) -> dict[str, Grade]:
    """Every way in which a label file may write a grade: its number or its name."""
    by_name = {name: grade for grade, name in taxonomy.grade_names.items()}
    return {**{str(int(grade)): grade for grade in Grade}, **by_name}


def _files(sources: Iterable[Path]) -> Iterator[Path]:
    for source in sources:
        if source.is_dir():
            yield from sorted(source.glob("train*.jsonl"))
            yield from (source / name for name in ("dev.jsonl", "test.jsonl") if (source / name).is_file())
        else:
            yield source


def _name(entry: label_files.Raw, path: Path) -> str:
    return str(entry.values.get("id") or f"{path.stem}-{entry.line}")


def _row(entry: label_files.Raw, path: Path, taxonomy: Taxonomy) -> LabelRow:
    values = entry.values
    name = _name(entry, path)
    grade = values.get("grade")
    return LabelRow(
        id=name,
        text=str(values["text"]),
        grade=grade_codes(taxonomy)[str(grade)] if grade is not None else None,
        team=values.get("team"),
        team_also=_list(values, "team_also"),
        co_notify=_list(values, "co_notify"),
        flags=_list(values, "flags"),
        time_status=_status(values.get("time_status")),
        role=values.get("role"),
        rationale=str(values.get("rationale") or ""),
        annotators=tuple(_annotation(one, taxonomy) for one in values.get("annotators") or ()),
        source=str(values.get("source") or ""),
        incident=str(values.get("incident") or name),
        pair=values.get("pair"),
        voice=str(values.get("voice") or ""),
        tags=_list(values, "tags"),
        written_on=str(values.get("written_on") or ""),
        place=f"{path}:{entry.line}",
    )


def _list(values: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(values.get(name) or ())


def _status(value: Any) -> TimeStatus | None:
    if value is None:
        return None
    return _STATUS.get(value) or TimeStatus(value)


def _annotation(one: Mapping[str, Any], taxonomy: Taxonomy) -> Annotation:
    grade = one.get("grade")
    return Annotation(
        by=str(one.get("by", "")),
        grade=grade_codes(taxonomy)[str(grade)] if grade is not None else None,
        team=one.get("team"),
        time_status=_status(one.get("time_status")),
    )


def _repeated_ids(named: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Of every row that could be read, so that no slip waits until the others are mended."""
    seen: dict[str, str] = {}
    for name, place in named:
        if name in seen:
            yield f"{place}: the id {name} is used at {seen[name]}; give each row its own"
        seen.setdefault(name, place)
