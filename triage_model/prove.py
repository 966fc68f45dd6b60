"""Proves a rulebook by its own examples: each must fire, be set aside or be silent as it says."""

from collections.abc import Iterable
from dataclasses import dataclass

from triage_model import mutations
from triage_model.rules import Example, Rule, Rulebook
from triage_model.types import Grade, Hit, TimeStatus, most_urgent

FIRES, SET_ASIDE, SILENT = "fires", "set_aside", "silent"
_SLIPS = {"typo", "doubled letter"}


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
    fires = [(rule, example) for rule, example in examples if example.expect == FIRES]
    tried = [
        (rule, example, name, text) for rule, example in fires for name, text in typed(book, rule, example)
    ]
    problems += [problem for one in tried for problem in fallen(book, *one)]
    return Proof(tuple(problems), len(rules), len(fires), len(examples) - len(fires), len(tried))


def typed(book: Rulebook, rule: Rule, example: Example) -> Iterable[tuple[str, str]]:
    """The ways of typing an example that must keep its floor."""
    for name, text in mutations.ways(example.text, whole_text=bool(rule.whole_text or rule.shapes)):
        if name not in _SLIPS or _one_slip(book, example.text, text):
            yield name, text


def _one_slip(book: Rulebook, text: str, slipped: str) -> bool:
    """Whether a slip is the word's only one, and does not make another word of it, real or ours."""
    before, after = (book.readings([one])[0].tokens for one in (text, slipped))
    gone = [token for token in before if token.plain not in {other.plain for other in after}]
    new = [token for token in after if token.plain not in {other.plain for other in before}]
    taken = (book.vocabulary.real_words | book.vocabulary.words) - {token.plain for token in gone}
    spelled = {token.plain for token in gone}
    return all(token.plain == token.word for token in gone) and all(
        token.plain not in taken and token.word in {token.plain, *spelled} for token in new
    )


def fallen(book: Rulebook, rule: Rule, example: Example, name: str, text: str) -> Iterable[str]:
    """Whether a rule's floor falls when its example is typed another way."""
    before, after = _rule_floor(book, rule, example.text), _rule_floor(book, rule, text)
    if most_urgent([before, after]) is not after:
        yield f"{example.at}: {rule.id} loses its floor of {before} typed with {name}: {example.text[:70]!r}"


def _rule_floor(book: Rulebook, rule: Rule, text: str) -> Grade | None:
    hits = book.hits(book.readings([text]))
    return most_urgent(hit.floor for hit in hits if hit.source == rule.source_name)


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
