"""One rule or example as it stands in a file, checked and made into a value.

Each problem names file, line and mend, and all are found in one pass.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from triage_model import documents
from triage_model.errors import RulebookError
from triage_model.phrase_lists import Lexicons, compiled
from triage_model.policy import Policy
from triage_model.rules import SHAPES, Example, Rule
from triage_model.teams import Taxonomy
from triage_model.types import Grade, TimeStatus

_REQUIRED = ("id", "title", "why", "floors", "phrases", "heading", "owner", "reviewed", "source")
_OPTIONAL = {
    *("team", "co_notify", "flags", "advice", "gaps", "unless", "whole_text", "immune", "recent_days"),
    *("always", "lifts", "lifted", "shapes", "status"),
}
_IMMUNITIES = {"negated", "supposed", "fiction"}
_EXPECTATIONS = ("fires", "set_aside", "silent")


class Names:
    """What a rule may name: teams, flags, advice, gaps, headings, lexicons."""

    def __init__(self, policy: Policy, taxonomy: Taxonomy, lexicons: Lexicons) -> None:
        teams = frozenset(taxonomy.codes())
        self.lexicons = lexicons
        self.headings = frozenset(policy.headings)
        self.lists = {
            "co_notify": teams,
            "flags": frozenset(policy.flags),
            "advice": frozenset(policy.advice),
            "gaps": frozenset(policy.gaps),
            "immune": frozenset(_IMMUNITIES),
            "shapes": SHAPES,
        }
        self.teams = teams


def gather(problems: list[str], reader: Any) -> Any:
    """What a reader reads; None, and its problems among the others, where it cannot."""
    try:
        return reader()
    except RulebookError as error:
        problems += error.problems
        return None


def rule(path: Path, place: int, entry: Any, names: Names, problems: list[str], at: str) -> Rule | None:
    """The rule at a place of a file; None, and what to mend among the problems, where it is none."""
    found = list(_rule_problems(path, place, entry, names, at))
    problems += found
    if found:
        return None
    phrases = {
        key: compiled(path, (place, key), entry.get(key), names.lexicons, problems)
        for key in ("phrases", "unless", "whole_text")
    }
    return Rule(
        id=entry["id"],
        title=entry["title"],
        why=entry["why"],
        floors=_floors(entry["floors"]),
        phrases=phrases["phrases"],
        heading=entry["heading"],
        owner=str(entry["owner"]),
        reviewed=str(entry["reviewed"]),
        source=str(entry["source"]),
        at=at,
        unless=phrases["unless"],
        whole_text=phrases["whole_text"],
        team=entry.get("team"),
        co_notify=tuple(entry.get("co_notify", ())),
        flags=tuple(entry.get("flags", ())),
        advice=tuple(entry.get("advice", ())),
        gaps=tuple(entry.get("gaps", ())),
        immune=frozenset(entry.get("immune", ())),
        recent_days=bool(entry.get("recent_days", False)),
        always=TimeStatus(entry["always"]) if "always" in entry else None,
        lifts=tuple(entry.get("lifts", ())),
        lifted=_floors(entry.get("lifted", {})),
        shapes=frozenset(entry.get("shapes", ())),
        trial=entry.get("status", "live") == "trial",
    )


def _floors(floors: Mapping[str, int]) -> dict[TimeStatus, Grade]:
    return {TimeStatus(status): Grade(grade) for status, grade in floors.items()}


def _rule_problems(path: Path, place: int, entry: Any, names: Names, at: str) -> Iterable[str]:
    if not isinstance(entry, dict):
        yield f"{at}: a rule is a mapping that begins with `- id:`"
        return
    for key in _REQUIRED:
        if key not in entry:
            yield f"{at}: the rule {entry.get('id', '?')} has no `{key}`; add it"
    for key in sorted(set(entry) - set(_REQUIRED) - _OPTIONAL):
        yield f"{documents.where(path, place, key)}: `{key}` is not a field of a rule; correct or remove it"
    yield from _floor_problems(path, place, entry)
    yield from _name_problems(path, place, entry, names)


def _floor_problems(path: Path, place: int, entry: Mapping[str, Any]) -> Iterable[str]:
    for key in ("floors", "lifted"):
        floors = entry.get(key, {})
        statuses = {status.value for status in TimeStatus}
        if not isinstance(floors, dict) or set(floors) - statuses or set(floors.values()) - {1, 2, 3}:
            yield (
                f"{documents.where(path, place, key)}: write {key} as {{now: 1, recent: 2, past: 3}}; "
                "a floor is 1, 2 or 3"
            )


def _name_problems(path: Path, place: int, entry: Mapping[str, Any], names: Names) -> Iterable[str]:
    if entry.get("team") not in {None, *names.teams}:
        yield f"{documents.where(path, place, 'team')}: no team is called `{entry['team']}`; see teams.yaml"
    if "heading" in entry and entry["heading"] not in names.headings:
        yield f"{documents.where(path, place, 'heading')}: no heading `{entry['heading']}`; see policy.yaml"
    if entry.get("status", "live") not in {"live", "trial"}:
        yield f"{documents.where(path, place, 'status')}: a rule is `live` or on `trial`"
    for key, allowed in names.lists.items():
        for value in entry.get(key) or ():
            if value not in allowed:
                yield f"{documents.where(path, place, key)}: `{value}` is not a known name; see policy.yaml"


def examples(path: Path, problems: list[str]) -> dict[str, tuple[Example, ...]]:
    """The examples of a file by rule; none where there is no file."""
    document = gather(problems, lambda: documents.read(path)) if path.is_file() else {}
    return {
        rule_id: tuple(_rule_examples(path, rule_id, entry, problems))
        for rule_id, entry in (document or {}).items()
    }


def _rule_examples(path: Path, rule_id: str, entry: Any, problems: list[str]) -> Iterable[Example]:
    for expect in _EXPECTATIONS:
        for place, item in enumerate((entry or {}).get(expect) or ()):
            at = documents.where(path, rule_id, expect, place)
            try:
                yield _example(item, expect, at)
            except (KeyError, TypeError, ValueError):
                problems.append(f"{at}: an example is a text, or {{text: ..., status: now, floor: 1}}")


def _example(item: Any, expect: str, at: str) -> Example:
    if isinstance(item, str):
        return Example(item, expect, at=at)
    status = TimeStatus(item["status"]) if "status" in item else None
    floor = Grade(item["floor"]) if item.get("floor") else None
    return Example(item["text"], expect, status, floor, at)
