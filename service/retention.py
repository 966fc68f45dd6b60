"""How long each kind of report is kept, and which are due to be forgotten.

Law: being due forgets nothing. What is due is proposed under a code; a person confirms that very list
with the code, and a list that has changed since then has another. A report on hold is never due.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from service import cases, clock
from service.cases import Row
from service.desk import UnknownReport
from service.store.store import Store
from service.store.tables import reports
from triage_model import documents
from triage_model.errors import SettingsError
from triage_model.triage import Triage

DEFAULT = Path(__file__).with_name("retention.yaml")
HOLD, KEPT = "hold", "operational"
DAY = 86_400.0
_ASKS = ("grades", "teams", "flags", "restricted")
_FIELDS = {"name", "days", "why", *_ASKS}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of report and for how many days after its closing it is kept."""

    name: str
    days: int
    grades: frozenset[int] = frozenset()
    teams: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()
    restricted: bool = False

    def fits(self, row: Row) -> bool:
        named = self.grades or self.teams or self.flags or self.restricted
        told = row.grade in self.grades or row.team in self.teams or bool(self.flags & set(row.flags))
        return not named or told or (self.restricted and row.restricted)


@dataclass(frozen=True, slots=True)
class Due:
    """A closed report whose time is over."""

    ref: str
    kind: str
    closed_at: float


def load(path: Path | None = None) -> tuple[Kind, ...]:
    """The kinds of a file. Raises SettingsError with every problem in it, RulebookError if it is no YAML."""
    chosen = path or DEFAULT
    document = documents.read(chosen)
    problems = list(_problems(chosen, document))
    if problems:
        raise SettingsError(problems)
    return tuple(_kind(entry) for entry in document["kinds"])


def due(sql: sa.Connection, kinds: tuple[Kind, ...], now: float) -> list[Due]:
    """Closed reports that are past the time of their kind and not on hold, oldest first."""
    shortest = min(kind.days for kind in kinds)
    old = (reports.c.closed_at < now - shortest * DAY) & (reports.c.state == "closed")
    kept = reports.c.forgotten_at.is_(None) & (reports.c.retention != HOLD)
    rows = sql.execute(sa.select(reports).where(old, kept).order_by(reports.c.closed_at, reports.c.ref))
    found = ((row, _kind_over(row, kinds, now)) for row in rows)
    return [Due(row.ref, kind.name, row.closed_at) for row, kind in found if kind is not None]


def may_go(kinds: tuple[Kind, ...]) -> Callable[[Row, float], bool]:
    """Whether a report, by its row alone, is still due at a moment: asked again before it is forgotten."""

    def still(row: Row, now: float) -> bool:
        # One that another forgot meanwhile may go: where its copies are is still to be said.
        there = row.state == "closed" and row.retention != HOLD
        return there and _kind_over(row, kinds, now) is not None

    return still


def proposed(store: Store, kinds: tuple[Kind, ...]) -> list[Due]:
    """What is due now."""
    with store.read() as sql:
        return due(sql, kinds, clock.now())


def code(found: list[Due]) -> str:
    """What names a list of due reports, so that nothing but that list is confirmed."""
    return hashlib.sha256("\n".join(one.ref for one in found).encode()).hexdigest()[:8]


def hold(store: Store, ref: str, *, held: bool, by: str, why: str) -> None:
    """Keep a report whatever its age, or let it go again. Raises UnknownReport."""
    with store.write() as work:
        row = cases.locked(work, ref)
        if row is None:
            raise UnknownReport
        cases.change(work, row, {"retention": HOLD if held else KEPT}, same_version=True)
        work.audit(by, "administration", ref, why=f"{'hold' if held else 'no hold'}: {why}"[:200])


def strangers(kinds: tuple[Kind, ...], triage: Triage) -> list[str]:
    """Teams and flags that a schedule names and that the taxonomy and the policy do not know."""
    teams, flags = set(triage.taxonomy.codes()), set(triage.policy.flags)
    named = [
        (kind.name, name) for kind in kinds for name in sorted((kind.teams - teams) | (kind.flags - flags))
    ]
    return [
        f"retention: kind {kind} names {name}, which is neither a team nor a flag" for kind, name in named
    ]


def _kind_over(row: Row, kinds: tuple[Kind, ...], now: float) -> Kind | None:
    """The kind of a closed report, if its time is over."""
    kind = next(kind for kind in kinds if kind.fits(row))
    return kind if row.closed_at < now - kind.days * DAY else None


def _kind(entry: Mapping[str, Any]) -> Kind:
    sets = {name: frozenset(entry.get(name, ())) for name in ("grades", "teams", "flags")}
    return Kind(entry["name"], entry["days"], **sets, restricted=entry.get("restricted", False))


def _problems(path: Path, document: Any) -> Iterator[str]:
    kinds = document.get("kinds") if isinstance(document, dict) else None
    if not isinstance(kinds, list) or not kinds:
        yield f"{path}:1: a retention file needs a list of `kinds`"
        return
    names = [entry.get("name") if isinstance(entry, dict) else None for entry in kinds]
    for place, entry in enumerate(kinds):
        yield from _kind_problems(documents.where(path, "kinds", place), entry, names[:place])
    if isinstance(kinds[-1], dict) and any(name in kinds[-1] for name in _ASKS):
        at = documents.where(path, "kinds", len(kinds) - 1)
        yield f"{at}: the last kind must take the rest: name nothing in it"


def _kind_problems(at: str, entry: Any, earlier: list[Any]) -> Iterator[str]:
    if not isinstance(entry, dict) or not {"name", "days", "why"} <= set(entry):
        yield f"{at}: a kind needs name, days and why"
        return
    if unknown := set(entry) - _FIELDS:
        yield f"{at}: {', '.join(sorted(map(str, unknown)))} is not a field of a kind; remove or correct it"
    if type(entry["days"]) is not int or entry["days"] < 1:
        yield f"{at}: days must be a whole number from 1"
    if entry["name"] in earlier:
        yield f"{at}: the name {entry['name']} is used above; give each kind its own"
    yield from (f"{at}: {problem}" for problem in (*_wrong_words(entry), *_wrong_asks(entry)))


def _wrong_words(entry: Mapping[str, Any]) -> Iterator[str]:
    for name in ("name", "why"):
        if not isinstance(entry[name], str) or not entry[name].strip():
            yield f"{name} must be words; put what looks like a number or a date into quotes"


def _wrong_asks(entry: Mapping[str, Any]) -> Iterator[str]:
    for name in ("teams", "flags"):
        asked = entry.get(name, [])
        if not isinstance(asked, list) or not all(isinstance(one, str) for one in asked):
            yield f"{name} must be a list of codes, such as [child, missing]"
    grades = entry.get("grades", [])
    if not isinstance(grades, list) or not all(type(one) is int and 1 <= one <= 4 for one in grades):
        yield "grades must be a list of whole numbers from 1 to 4, such as [1, 2]"
    if entry.get("restricted", True) is not True:
        yield "leave `restricted` out, or say true"
