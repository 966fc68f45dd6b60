"""Kinds of report that a model must not fail quietly: each judged apart, or said to have too few rows."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from training import figures
from training.figures import FEWEST, Outcome
from training.intervals import Share
from training.labels import LabelRow

Belongs = Callable[[LabelRow], bool]


@dataclass(frozen=True, slots=True)
class Slice:
    """The emergencies of one kind of report, and how many of them were found."""

    name: str
    rows: int
    emergencies: Share
    team: Share

    @property
    def enough(self) -> bool:
        return self.emergencies.total >= FEWEST


def tagged(*tags: str) -> Belongs:
    return lambda row: bool(set(tags) & set(row.tags))


def in_role(role: str) -> Belongs:
    return lambda row: row.role == role


def owned_by(team: str) -> Belongs:
    return lambda row: row.team == team


KINDS: dict[str, Belongs] = {
    "under 15 words": lambda row: len(row.text.split()) < 15,
    "over 150 words": lambda row: len(row.text.split()) > 150,
    "second language": tagged("second_language"),
    "misspelt": tagged("misspelt", "dictated"),
    "dialect": tagged("dialect"),
    "all capitals": tagged("all_caps"),
    "night": tagged("night"),
    "forum voice": tagged("forum"),
    "no alarming word": tagged("oblique"),
    "covert": tagged("covert"),
    "minimising": tagged("minimising", "understated", "polite"),
    "buried": tagged("buried", "key_fact_last", "three_matters"),
    "child reporter": in_role("child"),
    "third party": in_role("third_party"),
    "professional": in_role("professional"),
}


def slices(found: Sequence[Outcome]) -> Iterator[Slice]:
    """Every kind of report, then every team, then every rule that fired."""
    teams = sorted({o.row.team for o in found if o.row.team})
    kinds = {**KINDS, **{f"team {team}": owned_by(team) for team in teams}}
    for name, belongs in kinds.items():
        yield _slice(name, [o for o in found if belongs(o.row)])
    for family in sorted({source for o in found for source in _fired(o)}):
        yield _slice(f"rule {family}", [o for o in found if family in _fired(o)])


def below(found: Sequence[Outcome], room: float) -> list[Slice]:
    """Kinds with enough rows whose emergencies are found less often than all, by more than some room."""
    overall = figures.emergencies_found(found).value or 0.0
    return [s for s in slices(found) if s.enough and (s.emergencies.value or 0.0) < overall - room]


def _fired(outcome: Outcome) -> set[str]:
    sources = (item.source for item in outcome.decision.evidence if item.source.startswith("rule:"))
    return {source.removeprefix("rule:").split("-")[0] for source in sources}


def _slice(name: str, part: Sequence[Outcome]) -> Slice:
    return Slice(name, len(part), figures.emergencies_found(part), figures.team_top(1)(part))
