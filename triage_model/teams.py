"""Who may own a report and what the four grades are called: data that each force or help desk brings."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from triage_model import documents
from triage_model.errors import RulebookError
from triage_model.types import Grade

DEFAULT = Path(__file__).with_name("teams.yaml")
_FIELDS = {"code", "name", "remit", "valid_from", "valid_to", "restricted"}


@dataclass(frozen=True, slots=True)
class Team:
    """One owner of reports. `restricted` reports are visible to named roles only."""

    code: str
    name: str
    remit: str
    valid_from: date | None = None
    valid_to: date | None = None
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """The teams in order of precedence, and the names of the grades."""

    id: str
    teams: tuple[Team, ...]
    default_team: str
    grade_names: Mapping[Grade, str]
    grade_labels: Mapping[Grade, str]

    def codes(self, on: date | None = None) -> tuple[str, ...]:
        """Codes of the teams that are valid on a day, or of all."""
        return tuple(team.code for team in self.teams if on is None or _valid(team, on))

    def team(self, code: str) -> Team | None:
        return next((team for team in self.teams if team.code == code), None)

    def in_order(self, codes: Iterable[str]) -> tuple[str, ...]:
        """The given codes without repeats, in order of precedence; an unknown one comes last."""
        order = {team.code: place for place, team in enumerate(self.teams)}
        return tuple(sorted(dict.fromkeys(codes), key=lambda code: order.get(code, len(order))))


def load(path: Path = DEFAULT) -> Taxonomy:
    """Read a taxonomy. Raises RulebookError with every problem in it."""
    document = documents.read(path)
    problems = list(_problems(path, document))
    if problems:
        raise RulebookError(problems)
    teams = tuple(Team(**{name: entry[name] for name in entry}) for entry in document["teams"])
    grades = {Grade(number): entry for number, entry in document["grades"].items()}
    return Taxonomy(
        id="t-" + hashlib.sha256(path.read_bytes()).hexdigest()[:12],
        teams=teams,
        default_team=document["default_team"],
        grade_names={grade: entry["name"] for grade, entry in grades.items()},
        grade_labels={grade: entry["label"] for grade, entry in grades.items()},
    )


def _valid(team: Team, on: date) -> bool:
    begun = team.valid_from is None or team.valid_from <= on
    return begun and (team.valid_to is None or on <= team.valid_to)


def _problems(path: Path, document: Any) -> Iterable[str]:
    if not isinstance(document, dict) or not isinstance(document.get("teams"), list):
        yield f"{path}:1: a taxonomy needs `grades`, `default_team` and a list of `teams`"
        return
    if set(document.get("grades") or {}) != {1, 2, 3, 4}:
        yield f"{documents.where(path, 'grades')}: give the grades 1, 2, 3 and 4 a name and a label each"
    codes = [entry.get("code") for entry in document["teams"] if isinstance(entry, dict)]
    if document.get("default_team") not in codes:
        yield f"{documents.where(path, 'default_team')}: name one of the teams below"
    for place, entry in enumerate(document["teams"]):
        yield from _team_problems(documents.where(path, "teams", place), entry, codes[:place])


def _team_problems(at: str, entry: Any, earlier: list[Any]) -> Iterable[str]:
    if not isinstance(entry, dict) or not {"code", "name", "remit"} <= set(entry):
        yield f"{at}: a team needs code, name and remit"
        return
    if unknown := set(entry) - _FIELDS:
        yield f"{at}: {', '.join(sorted(unknown))} is not a field of a team; remove or correct it"
    if entry["code"] in earlier:
        yield f"{at}: the code {entry['code']} is used above; give each team its own"
