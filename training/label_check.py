"""Whether labels are fit to learn from: copies, leaks between parts, contradictions, personal data, coverage.

The law it keeps: what a model is judged on shares no incident, voice or wording with what it learned from.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from training import coverage, labels, personal, similar
from training.coverage import Target
from training.labels import LabelRow
from triage_model import teams
from triage_model.types import Grade, TimeStatus

MOST_OPENINGS = 4


@dataclass(frozen=True)
class Findings:
    """Problems to mend, notes to look at, and the coverage table."""

    rows: tuple[LabelRow, ...]
    problems: tuple[str, ...]
    notes: Mapping[str, int]
    targets: tuple[Target, ...]

    @property
    def passed(self) -> bool:
        return not self.problems and all(target.met for target in self.targets)


def check(
    sources: Sequence[Path],
    *,
    mapping: Mapping[str, str],
    targets: Path | None,
    taxonomy: Path | None = None,
) -> Findings:
    """Read label files and look for everything that is wrong with them together."""
    rows = labels.read(sources, mapping=mapping, taxonomy=teams.load(taxonomy) if taxonomy else None)
    parts: dict[str, list[LabelRow]] = defaultdict(list)
    for row in rows:
        parts[Path(row.place.rsplit(":", 1)[0]).stem].append(row)
    problems = [*_copies(rows), *_leaks(parts), *_openings(rows), *_lint(rows), *_pairs(rows)]
    problems += personal.problems(rows)
    covered = coverage.table(rows, dict(parts), targets) if targets else []
    notes = {**personal.notes(rows), "a short text that another incident has too": similar.same_short(rows)}
    return Findings(tuple(rows), tuple(problems), notes, tuple(covered))


def _copies(rows: Sequence[LabelRow]) -> Iterator[str]:
    for near in similar.near_duplicates(rows):
        alike = f"{near.second.id} is too like {near.first.id} ({near.likeness:.2f})"
        yield f"{near.second.place}: {alike}; write it anew or give both one incident"


def _leaks(parts: Mapping[str, Sequence[LabelRow]]) -> Iterator[str]:
    for kind in ("incident", "voice"):
        homes: dict[str, set[str]] = defaultdict(set)
        for part, rows in parts.items():
            for row in rows:
                homes[getattr(row, kind)].add(part)
        for name, found in sorted(homes.items()):
            if name and len(found) > 1:
                yield f"{kind} {name} is in {' and '.join(sorted(found))}; keep it in one part"


def _openings(rows: Sequence[LabelRow]) -> Iterator[str]:
    for opening, count in similar.openings(rows).items():
        if count > MOST_OPENINGS:
            first = next(row for row in rows if similar.openings([row])[opening])
            yield f"{first.place}: {count} incidents open as {first.id} does; at most {MOST_OPENINGS} may"


def _lint(rows: Sequence[LabelRow]) -> Iterator[str]:
    for row in rows:
        for says in _contradictions(row):
            yield f"{row.place}: {row.id} {says}"


def _contradictions(row: LabelRow) -> Iterator[str]:
    if row.grade is Grade.EMERGENCY and "trap" in row.tags:
        yield "is a trap of grade 1; a trap is harmless"
    if row.grade is Grade.EMERGENCY and row.time_status in (TimeStatus.PAST, TimeStatus.NOT_ASSERTED):
        yield f"is of grade 1 and {row.time_status}; settle which"
    if row.team and row.team in (*row.team_also, *row.co_notify):
        yield "names its own team again in team_also or co_notify"
    if row.rationale and _plain(row.rationale) not in _plain(row.text):
        yield "has a rationale that is not in its text"
    if row.id != row.id.strip() or any(tag != tag.strip() or not tag for tag in row.tags):
        yield "has blanks around an id or a tag"


def _plain(text: str) -> str:
    return " ".join(text.lower().split()).strip('"')


def _pairs(rows: Sequence[LabelRow]) -> Iterator[str]:
    """A minimal pair is two rows of one incident that differ in grade."""
    pairs: dict[str, list[LabelRow]] = defaultdict(list)
    for row in rows:
        if row.pair:
            pairs[row.pair].append(row)
    for name, members in pairs.items():
        if len(members) != 2:
            yield f"{members[0].place}: pair {name} has {len(members)} rows; a pair has two"
        elif members[0].grade == members[1].grade:
            yield f"{members[0].place}: pair {name} has one grade; its rows must differ"
        elif members[0].incident != members[1].incident:
            yield f"{members[0].place}: pair {name} is of two incidents; give both one"
