"""What people decide, read from `policy.yaml`: clocks, flags, advice, prevalence, policy floors."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from triage_model import documents
from triage_model.errors import RulebookError
from triage_model.teams import Taxonomy
from triage_model.types import Grade

DEFAULT = Path(__file__).with_name("policy.yaml")
_KEYS = {
    *("checked_on", "prevalence", "clocks", "first_action", "questions", "headings", "flags"),
    *("restricted_flags", "suppress_flags", "advice", "advice_sources", "gaps", "floors", "high_water"),
    *("unreadable", "rules"),
}
FLOORS = ("R48", "R49", "R50", "R51", "R52")


@dataclass(frozen=True, slots=True)
class Policy:
    """The numbers and words that a force sets. Times are minutes, chances are between 0 and 1."""

    prevalence: float
    clock_minutes: Mapping[Grade, int]
    review_minutes: int
    first_action: Mapping[Grade, str]
    questions: tuple[str, ...]
    headings: tuple[str, ...]
    flags: Mapping[str, str]
    restricted_flags: frozenset[str]
    suppress_flags: frozenset[str]
    advice: Mapping[str, str]
    gaps: Mapping[str, str]
    floors: Mapping[str, Mapping[str, Any]]
    high_water_says: str
    min_words: int
    known_share: float
    extra_alarms_a_day: float


@dataclass(frozen=True, slots=True)
class Terms:
    """What a decision is made under: the data that people decide, and the digest of the rules."""

    policy: Policy
    taxonomy: Taxonomy
    rulebook_id: str


def load(path: Path = DEFAULT) -> Policy:
    """Read the policy. Raises RulebookError with every problem in it."""
    document = documents.read(path)
    problems = list(_problems(path, document))
    if problems:
        raise RulebookError(problems)
    return Policy(
        prevalence=float(document["prevalence"]["value"]),
        clock_minutes={Grade(g): int(m) for g, m in document["clocks"]["minutes"].items()},
        review_minutes=int(document["clocks"]["review_minutes"]),
        first_action={Grade(g): str(a) for g, a in document["first_action"].items()},
        questions=tuple(document["questions"]),
        headings=tuple(document["headings"]),
        flags=document["flags"],
        restricted_flags=frozenset(document["restricted_flags"]),
        suppress_flags=frozenset(document["suppress_flags"]),
        advice=document["advice"],
        gaps=document["gaps"],
        floors=document["floors"],
        high_water_says=document["high_water"]["says"],
        min_words=int(document["unreadable"]["min_words"]),
        known_share=float(document["unreadable"]["known_share"]),
        extra_alarms_a_day=float(document["rules"]["extra_alarms_a_day"]),
    )


def _problems(path: Path, document: Any) -> Iterable[str]:
    if not isinstance(document, dict):
        yield f"{path}:1: a policy is a mapping of settings"
        return
    for key in sorted(_KEYS - set(document)):
        yield f"{path}:1: `{key}` is missing; copy it from the policy that ships with the package"
    for key in sorted(set(document) - _KEYS):
        yield f"{documents.where(path, key)}: `{key}` is not a setting; correct its spelling or remove it"
    if not _KEYS - set(document):
        yield from _value_problems(path, document)


def _value_problems(path: Path, document: Mapping[str, Any]) -> Iterable[str]:
    prevalence = document["prevalence"].get("value")
    if not isinstance(prevalence, float) or not 0 < prevalence < 1:
        yield f"{documents.where(path, 'prevalence')}: `value` is a share between 0 and 1, such as 0.03"
    if set(document["clocks"].get("minutes") or {}) != {1, 2, 3, 4}:
        yield f"{documents.where(path, 'clocks')}: give `minutes` for the grades 1 to 4"
    for name in FLOORS:
        if not (document["floors"].get(name) or {}).get("says"):
            yield f"{documents.where(path, 'floors', name)}: {name} needs `says`, which handlers read"
    for name in (*document["restricted_flags"], *document["suppress_flags"]):
        if name not in document["flags"]:
            yield f"{documents.where(path, 'flags')}: the flag `{name}` is used and not listed"
