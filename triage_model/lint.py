"""What a rulebook should have beside rules that work: examples enough, reviews, no shadows, protections."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from triage_model import documents
from triage_model.prove import FIRES
from triage_model.rules import Rule, Rulebook
from triage_model.types import Grade, TimeStatus, most_urgent

FEWEST_FIRES, FEWEST_OTHERS, REVIEW_DAYS, SIGNATURES = 12, 10, 400, 2
ALWAYS_PROTECTED = ("R03", "R19")
TEXT_RULES = tuple(f"R{number:02d}" for number in range(1, 48))


def lint(book: Rulebook, folder: Path, today: date) -> list[str]:
    """Every shortcoming of a rulebook, each with file and line."""
    return [
        *_missing(book),
        *_untested(book),
        *_unreviewed(book, today),
        *_shadowed(book),
        *_unprotected(book, folder / "protected.yaml"),
    ]


def numbers(book: Rulebook) -> list[str]:
    """The catalogue numbers of a book's rules, without repeats."""
    return sorted({rule.id.split("-")[0] for rule in book.rules})


def protected(book: Rulebook) -> dict[str, dict[str, int]]:
    """The rules that may not be softened, with their floors: all that reach grade 1, R03 and R19."""
    return {rule.id: _floors(rule) for rule in book.rules if _is_protected(rule)}


def _is_protected(rule: Rule) -> bool:
    reach = most_urgent([*rule.floors.values(), *rule.lifted.values()])
    return reach is Grade.EMERGENCY or rule.id.startswith(ALWAYS_PROTECTED)


def _floors(rule: Rule) -> dict[str, int]:
    return {status.value: int(grade) for status, grade in rule.floors.items()}


def _missing(book: Rulebook) -> Iterator[str]:
    for number in sorted(set(TEXT_RULES) - set(numbers(book))):
        yield f"{number} of the catalogue has no rule; write one"


def _untested(book: Rulebook) -> Iterator[str]:
    fires: dict[str, int] = defaultdict(int)
    others: dict[str, int] = defaultdict(int)
    first: dict[str, str] = {}
    for rule in book.rules:
        number = rule.id.split("-")[0]
        first.setdefault(number, rule.at)
        counts = [example.expect == FIRES for example in rule.examples]
        fires[number] += sum(counts)
        others[number] += len(counts) - sum(counts)
        if not rule.examples:
            yield f"{rule.at}: {rule.id} has no examples; write some"
    for number, at in first.items():
        if fires[number] < FEWEST_FIRES or others[number] < FEWEST_OTHERS:
            have = f"{fires[number]} that must fire and {others[number]} that must not"
            yield f"{at}: {number} has {have}; it needs {FEWEST_FIRES} and {FEWEST_OTHERS}"


def _unreviewed(book: Rulebook, today: date) -> Iterator[str]:
    for rule in book.rules:
        try:
            age = (today - date.fromisoformat(rule.reviewed)).days
        except ValueError:
            yield f"{rule.at}: {rule.id} has no day of review; write reviewed: {today.isoformat()}"
            continue
        if not 0 <= age <= REVIEW_DAYS:
            yield f"{rule.at}: {rule.id} was last reviewed {rule.reviewed}; have its owner review it"


def _shadowed(book: Rulebook) -> Iterator[str]:
    """A phrase written twice in one rule, or an exception that equals a phrase and so silences it."""
    for rule in book.rules:
        seen: set[str] = set()
        for phrase in rule.phrases:
            if phrase.text in seen:
                yield f"{rule.at}: {rule.id} has the phrase `{phrase.text}` twice; remove one"
            seen.add(phrase.text)
        for phrase in rule.unless:
            if phrase.text in seen:
                yield f"{rule.at}: {rule.id} excepts its own phrase `{phrase.text}`; remove one of the two"


def _unprotected(book: Rulebook, path: Path) -> Iterator[str]:
    """A protected rule that is gone, on trial or softer than what two people signed."""
    if not path.is_file():
        yield f"{path}: is missing; it lists the rules that may not be softened without two signatures"
        return
    document: Mapping[str, Any] = documents.read(path) or {}
    yield from _signature_problems(path, document)
    rules = {rule.id: rule for rule in book.rules}
    for rule_id, floors in (document.get("rules") or {}).items():
        yield from _softened(documents.where(path, "rules", rule_id), rule_id, floors, rules.get(rule_id))
    for rule_id in sorted(set(protected(book)) - set(document.get("rules") or {})):
        yield f"{rules[rule_id].at}: {rule_id} can reach grade 1 and is not listed in {path.name}; add it"


def _signature_problems(path: Path, document: Mapping[str, Any]) -> Iterator[str]:
    signed = document.get("signed_by") or []
    if len(set(signed)) < SIGNATURES or not document.get("backtest"):
        yield f"{documents.where(path, 'signed_by')}: needs two signatures and the back-test they read"


def _softened(at: str, rule_id: str, floors: Mapping[str, int], rule: Rule | None) -> Iterable[str]:
    if rule is None:
        return [f"{at}: {rule_id} is protected and is gone from the book; put it back"]
    problems = [f"{at}: {rule_id} is protected and on trial; set it live"] if rule.trial else []
    for status, floor in floors.items():
        held = rule.floors.get(TimeStatus(status))
        if most_urgent([held, Grade(floor)]) is not held:
            problems.append(
                f"{rule.at}: {rule_id} is softer than signed ({status}: {floor}); restore its floor"
            )
    return problems


def protection(book: Rulebook, signed_by: Sequence[str], backtest: str) -> dict[str, Any]:
    """The content of `protected.yaml` for a book."""
    return {"signed_by": list(signed_by), "backtest": backtest, "rules": protected(book)}
