"""Proves a rulebook by its own examples: each must fire, be set aside or be silent as it says."""

from collections.abc import Iterable
from dataclasses import dataclass

from triage_model.rules import Example, Rule, Rulebook
from triage_model.types import Hit, TimeStatus

FIRES, SET_ASIDE, SILENT = "fires", "set_aside", "silent"


@dataclass(frozen=True, slots=True)
class Proof:
    """What a check looked at, and what must be mended."""

    problems: tuple[str, ...]
    rules: int
    fires: int
    others: int
    mutations: int = 0


def check(book: Rulebook, only: str | None = None) -> Proof:
    """Try every example of every rule, or of those whose id begins with `only`."""
    rules = [rule for rule in book.rules if only is None or rule.id.startswith(only)]
    examples = [(rule, example) for rule in rules for example in rule.examples]
    problems = [problem for rule, example in examples for problem in broken(book, rule, example)]
    fires = sum(example.expect == FIRES for _, example in examples)
    return Proof(tuple(problems), len(rules), fires, len(examples) - fires)


def broken(book: Rulebook, rule: Rule, example: Example) -> Iterable[str]:
    """Why an example does not hold, if it does not. The rule stands beside the others, as in service."""
    hits = [hit for hit in book.hits(book.readings([example.text])) if hit.source == rule.source_name]
    got = outcome(hits)
    quoted = repr(example.text[:70])
    if got != example.expect:
        yield f"{example.at}: {rule.id} should be {_said(example.expect)} and is {_said(got)}: {quoted}"
        return
    top = hits[0] if hits else None
    if top and example.status and top.status is not example.status:
        read = f"should read as {example.status.value} and reads as {top.status.value}"
        yield f"{example.at}: {rule.id} {read}: {quoted}"
    if top and example.floor and top.floor != example.floor:
        floors = f"should set floor {int(example.floor)} and sets {_floor(top)}"
        yield f"{example.at}: {rule.id} {floors}: {quoted}"


def outcome(hits: Iterable[Hit]) -> str:
    """What a rule's hits in a text come to."""
    statuses = [hit.status for hit in hits]
    if any(status is not TimeStatus.NOT_ASSERTED for status in statuses):
        return FIRES
    return SET_ASIDE if statuses else SILENT


def _said(expect: str) -> str:
    return {FIRES: "fired", SET_ASIDE: "set aside", SILENT: "silent"}[expect]


def _floor(hit: Hit) -> str:
    return str(int(hit.floor)) if hit.floor else "none"
