"""Reads a rulebook folder: rule files by hazard family, their examples, lexicons, cues, real words.

Layout of the folder: `<family>.yaml` holds rules, `<family>.examples.yaml` their examples (read only
when asked for, so that a service starts fast), `lexicons.yaml` shared word lists, `context.yaml` the
cues, `typing.yaml` emoji and joined words, `policy_floors.yaml` the phrases of R49 and R51,
`real_words.txt` words that are never taken for typos, `english.txt` words by which English is known,
`topics.txt` words that say what a message of a few words is about.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from triage_model import context, documents
from triage_model.errors import RulebookError
from triage_model.phrase_lists import Lexicons, compiled
from triage_model.phrases import PhraseSet
from triage_model.policy import Policy
from triage_model.rules import SHAPES, Example, Rule, Rulebook, vocabulary_words
from triage_model.spelling import Vocabulary
from triage_model.teams import Taxonomy
from triage_model.types import Grade, TimeStatus

SHARED = {"lexicons.yaml", "context.yaml", "typing.yaml", "policy_floors.yaml"}
UNREAD = {"protected.yaml"}
WORD_LISTS = ("real_words.txt", "english.txt", "topics.txt")
_REQUIRED = ("id", "title", "why", "floors", "phrases", "heading", "owner", "reviewed", "source")
_OPTIONAL = {
    *("team", "co_notify", "flags", "advice", "gaps", "unless", "whole_text", "immune", "recent_days"),
    *("always", "lifts", "lifted", "shapes", "status"),
}
_IMMUNITIES = {"negated", "supposed", "fiction"}
_EXPECTATIONS = ("fires", "set_aside", "silent")


def load(
    folder: Path,
    policy: Policy,
    taxonomy: Taxonomy,
    *,
    stems: frozenset[str] = frozenset(),
    examples: bool = False,
) -> Rulebook:
    """Read a rulebook. Raises RulebookError with every problem, each with file, line and mend.

    `stems` are those of other phrases that will be matched on the same readings.
    """
    if absent := [name for name in ("context.yaml", *WORD_LISTS) if not (folder / name).is_file()]:
        raise RulebookError(
            f"{folder}: is not a rulebook folder (no {', '.join(absent)} in it); name another folder, "
            "or copy what is missing from the rulebook that ships"
        )
    problems: list[str] = []
    lexicons = _lexicons(folder / "lexicons.yaml", problems)
    cues = _gather(problems, lambda: context.load(folder / "context.yaml", lexicons))
    names = _Names(policy, taxonomy, lexicons)
    rules = [rule for path in rule_files(folder) for rule in _rules(path, names, problems, examples)]
    asked = _policy_phrases(folder / "policy_floors.yaml", lexicons, problems)
    problems += _repeated(rules)
    if problems or cues is None:
        raise RulebookError(problems)
    words, own_stems = vocabulary_words(rules, cues, asked)
    real, english, topics = (_words(folder / name) for name in WORD_LISTS)
    vocabulary = _vocabulary(folder, words | topics, own_stems, stems, real, english)
    return Rulebook(digest(folder), tuple(rules), cues, vocabulary, asked, topics)


def rule_files(folder: Path) -> list[Path]:
    """The files of a rulebook that hold rules, in order of name."""
    every = sorted(folder.glob("*.yaml"))
    return [
        path
        for path in every
        if path.name not in SHARED | UNREAD and not path.name.endswith(".examples.yaml")
    ]


def digest(folder: Path) -> str:
    """Names a rulebook by all that decides what it answers; its examples do not."""
    read = hashlib.sha256()
    for path in [*rule_files(folder), *(folder / name for name in (*sorted(SHARED), *WORD_LISTS))]:
        read.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return "r-" + read.hexdigest()[:12]


class _Names:
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


def _gather(problems: list[str], reader: Any) -> Any:
    try:
        return reader()
    except RulebookError as error:
        problems += error.problems
        return None


def _lexicons(path: Path, problems: list[str]) -> Lexicons:
    document = _gather(problems, lambda: documents.read(path)) or {}
    for name, entries in document.items():
        if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
            problems.append(f"{documents.where(path, name)}: the lexicon `{name}` should be a list of words")
    return {name: entries for name, entries in document.items() if isinstance(entries, list)}


def _policy_phrases(path: Path, lexicons: Lexicons, problems: list[str]) -> dict[str, PhraseSet]:
    document = _gather(problems, lambda: documents.read(path)) or {}
    return {
        name: PhraseSet(compiled(path, (name,), texts, lexicons, problems))
        for name, texts in document.items()
    }


def _words(path: Path) -> frozenset[str]:
    return frozenset(path.read_text(encoding="utf-8").split())


def _vocabulary(
    folder: Path,
    words: frozenset[str],
    stems: frozenset[str],
    others: frozenset[str],
    real: frozenset[str],
    english: frozenset[str],
) -> Vocabulary:
    typing = documents.read(folder / "typing.yaml")
    joined = {name: tuple(parts.split()) for name, parts in typing["joined"].items()}
    return Vocabulary(words, stems, real - words, joined, typing["emoji"], stems | others, english)


def _rules(path: Path, names: _Names, problems: list[str], examples: bool) -> Iterable[Rule]:
    document = _gather(problems, lambda: documents.read(path))
    if not isinstance(document, list):
        problems.append(f"{path}:1: a rule file is a list of rules, each beginning with `- id:`")
        return
    shown = _examples(path.with_suffix(".examples.yaml"), problems) if examples else {}
    for place, entry in enumerate(document):
        at = documents.where(path, place) if isinstance(entry, dict) else f"{path}:1"
        rule = _rule(path, place, entry, names, problems, at)
        if rule is not None:
            yield _with_examples(rule, shown)
    known = {entry.get("id") for entry in document if isinstance(entry, dict)}
    beside = path.with_suffix(".examples.yaml")
    problems += [f"{beside}: `{name}` has examples and no rule" for name in shown if name not in known]


def _with_examples(rule: Rule, shown: Mapping[str, tuple[Example, ...]]) -> Rule:
    return replace(rule, examples=shown.get(rule.id, ()))


def _rule(path: Path, place: int, entry: Any, names: _Names, problems: list[str], at: str) -> Rule | None:
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


def _rule_problems(path: Path, place: int, entry: Any, names: _Names, at: str) -> Iterable[str]:
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


def _name_problems(path: Path, place: int, entry: Mapping[str, Any], names: _Names) -> Iterable[str]:
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


def _examples(path: Path, problems: list[str]) -> dict[str, tuple[Example, ...]]:
    document = _gather(problems, lambda: documents.read(path)) if path.is_file() else {}
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


def _repeated(rules: Sequence[Rule]) -> Iterable[str]:
    seen: dict[str, str] = {}
    for rule in rules:
        if rule.id in seen:
            yield f"{rule.at}: the id {rule.id} is used at {seen[rule.id]} too; give this rule its own"
        seen.setdefault(rule.id, rule.at)
