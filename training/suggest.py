"""What to label next: reports that would teach the most, and a random share by which the rest can be judged.

The audit share is drawn first and by chance alone, so that each of its rows has a known probability of being
there: figures over all reports can be estimated from it, which no chosen list allows.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from training.pools import Pooled
from training.progress import Say, over
from triage_model.triage import Triage
from triage_model.types import Decision, Report

AUDIT = "audit"
_SHARES = {"uncertain": 2, "disagreement": 1, "rare": 1}


@dataclass(frozen=True, slots=True)
class Asked:
    """How many to choose, and how many of them by chance alone."""

    count: int = 100
    audit: float = 0.2
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """A report with what the model alone and the rules alone say of it."""

    report: Pooled
    model: Decision
    rules: Decision


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A report to label, why, and for the audit share with which probability it was drawn."""

    report: Pooled
    reason: str
    says: str
    inclusion: float | None = None


def looked_at(reports: Sequence[Pooled], desk: Triage, *, say: Say) -> list[Seen]:
    """Every report as the model alone and the rules alone answer it."""
    alone, rules = desk.limited_to("model"), desk.limited_to("rules")
    return [
        Seen(one, alone.decide(Report(one.text)), rules.decide(Report(one.text)))
        for one in over(reports, "reading reports", say)
    ]


def chosen(seen: Sequence[Seen], asked: Asked) -> list[Suggestion]:
    """The audit share first, then the others by reason, no report twice."""
    count = min(asked.count, len(seen))
    by_chance = min(round(count * asked.audit), len(seen))
    places = random.Random(asked.seed).sample(range(len(seen)), by_chance)
    probability = by_chance / len(seen) if seen else 0.0
    made = [Suggestion(seen[i].report, AUDIT, "drawn by chance", probability) for i in sorted(places)]
    taken = {one.report.id for one in made}
    for reason, wanted in _wanted(count - by_chance).items():
        made += _best(seen, reason, wanted, taken)
    return made


def _wanted(count: int) -> dict[str, int]:
    whole = sum(_SHARES.values())
    parts = {reason: count * share // whole for reason, share in _SHARES.items()}
    return {**parts, "uncertain": count - sum(parts.values()) + parts["uncertain"]}


def _best(seen: Sequence[Seen], reason: str, wanted: int, taken: set[str]) -> Iterator[Suggestion]:
    """The reports for which a reason is strongest, of those not taken yet."""
    scored = [(*one, seen[i].report) for i, one in enumerate(_REASONS[reason](seen))]
    for score, says, report in sorted(scored, key=lambda one: (-one[0], one[2].id)):
        if wanted and score > 0.0 and report.id not in taken:
            taken.add(report.id)
            wanted -= 1
            yield Suggestion(report, reason, says)


Scored = list[tuple[float, str]]


def _uncertain(seen: Sequence[Seen]) -> Scored:
    """How close the first two grades and the first two teams are."""
    return [_closeness(one.model) for one in seen]


def _closeness(decision: Decision) -> tuple[float, str]:
    grades = sorted((p for _, p in decision.grade_probabilities if p is not None), reverse=True)
    teams = [p for _, p in decision.teams if p is not None]
    gaps = [ranked[0] - ranked[1] for ranked in (grades, teams) if len(ranked) > 1]
    says = f"grade {int(decision.grade)} or another; {' or '.join(code for code, _ in decision.teams[:2])}"
    return (1.0 - sum(gaps) / len(gaps) if gaps else 0.0), says


def _disagreement(seen: Sequence[Seen]) -> Scored:
    """How many grades lie between model and rules; above all where either sees an emergency alone."""
    found = []
    for one in seen:
        model, rules = int(one.model.grade), int(one.rules.grade)
        alone = 1.0 if (model == 1) != (rules == 1) else 0.0
        found.append((abs(model - rules) + alone, f"model says grade {model}, rules say {rules}"))
    return found


def _rare(seen: Sequence[Seen]) -> Scored:
    """How seldom the pool holds the report's team or a rule that fired on it."""
    teams = Counter(one.model.team for one in seen)
    rules = Counter(source for one in seen for source in _fired(one))
    found = []
    for one in seen:
        counts = {one.model.team: teams[one.model.team], **{source: rules[source] for source in _fired(one)}}
        name = min(counts, key=lambda key: (counts[key], key))
        found.append((1.0 / counts[name], f"{name}: {counts[name]} of {len(seen)}"))
    return found


def _fired(one: Seen) -> set[str]:
    return {item.source for item in one.rules.evidence if item.source.startswith("rule:")}


_REASONS: dict[str, Callable[[Sequence[Seen]], Scored]] = {
    "uncertain": _uncertain,
    "disagreement": _disagreement,
    "rare": _rare,
}
