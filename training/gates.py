"""What a model must show before it may answer. A shut gate names each check that failed, and why.

`data/samples/gate.yaml` is the light gate for a sample model; `release_gate.yaml` is the one that
the word "certified" requires.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from training import figures, labels, slices
from training.figures import MEASURES, Outcome
from training.intervals import Share
from training.labels import LabelRow
from training.urgency import falls_below
from triage_model import documents
from triage_model.errors import LabelError
from triage_model.triage import Triage
from triage_model.types import Report

_KEYS = {"name", "laws", "must_catch", "at_least", "at_most", "no_worse", "slices", "signatures"}
_BOUNDS = ("value", "low", "high")
_ODD = ("", ".", "\x00", "help " * 4000, "\U0001f62d", "ਮਦਦ")


@dataclass(frozen=True, slots=True)
class Check:
    """One question put to a model: what was found, what was asked for, and whether it passes."""

    name: str
    passed: bool
    found: str
    limit: str


@dataclass(frozen=True, slots=True)
class Gate:
    """The checks of one gate, as its file has them."""

    name: str
    laws: bool
    must_catch: Path | None
    at_least: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    at_most: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    no_worse: Mapping[str, float] = field(default_factory=dict)
    slices: float | None = None
    signatures: int = 0


def load(path: Path) -> Gate:
    """Read a gate. Raises LabelError with every problem in it."""
    body = documents.read(path)
    problems = list(_problems(path, body))
    if problems:
        raise LabelError(problems)
    caught = body.get("must_catch")
    return Gate(
        name=str(body["name"]),
        laws=bool(body.get("laws", True)),
        must_catch=path.parent / caught if caught else None,
        at_least=body.get("at_least") or {},
        at_most=body.get("at_most") or {},
        no_worse=body.get("no_worse") or {},
        slices=body.get("slices"),
        signatures=int(body.get("signatures", 0)),
    )


def checks(
    gate: Gate, found: Sequence[Outcome], desk: Triage, *, before: Sequence[Outcome] | None = None
) -> list[Check]:
    """Every check of a gate, on a triage with the new model; `before` is what the current model answered."""
    made = [*(_laws(desk, found) if gate.laws else ())]
    made += caught(gate.must_catch, desk) if gate.must_catch else []
    made += [_limit(name, rule, found, at_least=True) for name, rule in gate.at_least.items()]
    made += [_limit(name, rule, found, at_least=False) for name, rule in gate.at_most.items()]
    made += [_slices_hold(found, gate.slices)] if gate.slices is not None else []
    if before is not None:
        made += [_not_worse(name, room, found, before) for name, room in gate.no_worse.items()]
    return made


def _laws(desk: Triage, found: Sequence[Outcome]) -> Iterator[Check]:
    rules = desk.limited_to("rules")
    sample = found[:200]
    floors = [rules.decide(Report(o.row.text)).grade for o in sample]
    lowered = [o.row.id for o, at in zip(sample, floors, strict=True) if falls_below(o.decision.grade, at)]
    yield Check("no grade below the rules' floor", not lowered, _names(lowered), "none")
    torn = [o.row.id for o in found if not all(_slices(o, item) for item in o.decision.evidence)]
    yield Check("evidence points into its text", not torn, _names(torn), "none")
    bare = [o.row.id for o in found if not {"grade", "team"} <= {item.about for item in o.decision.evidence}]
    yield Check("evidence for every grade and team", not bare, _names(bare), "none")
    again = [o.row.id for o in sample if desk.decide(Report(o.row.text, ref=o.row.id)) != o.decision]
    yield Check("the same text gives the same decision", not again, _names(again), "none")
    odd = [
        n for n, text in enumerate(("", ".", "\x00", "help " * 4000)) if desk.decide(Report(text)).degraded
    ]
    yield Check("an odd text does not stop the model", not odd, _names(map(str, odd)), "none")


def _slices(outcome: Outcome, item: Any) -> bool:
    return item.span is None or 0 <= item.span.start <= item.span.end <= len(outcome.row.text)


def caught(path: Path, desk: Triage) -> list[Check]:
    rows = labels.read([path], taxonomy=desk.taxonomy)
    missed = [row.id for row in missed_of(rows, desk)]
    return [Check(f"must catch ({len(rows)} rows)", not missed, _names(missed), "none missed")]


def missed_of(rows: Iterable[LabelRow], desk: Triage) -> list[LabelRow]:
    """The rows that a triage grades less urgent than their label."""
    return [row for row in rows if row.grade and falls_below(desk.decide(Report(row.text)).grade, row.grade)]


def _limit(name: str, rule: Mapping[str, Any], found: Sequence[Outcome], *, at_least: bool) -> Check:
    bound = rule.get("bound", "value")
    measured = _measured(name, rule, found)
    value = getattr(measured, bound) if isinstance(measured, Share) else measured
    passed = value is not None and (value >= rule["limit"] if at_least else value <= rule["limit"])
    side = "at least" if at_least else "at most"
    shown = str(measured) if isinstance(measured, Share) else _number(measured)
    of = "" if bound == "value" else f" ({bound} bound)"
    return Check(name, passed, shown, f"{side} {rule['limit']}{of}")


def _measured(name: str, rule: Mapping[str, Any], found: Sequence[Outcome]) -> Share | float | None:
    prevalence = float(rule.get("prevalence", 0.03))
    if name == "precision":
        return figures.precision(found, prevalence)
    if name == "calibration error":
        return figures.emergency_calibration(found, prevalence)
    return MEASURES[name](found)


def _slices_hold(found: Sequence[Outcome], room: float) -> Check:
    """No kind of report with enough emergencies has fewer of them found than all, by more than some room."""
    low = [s.name for s in slices.below(found, room)]
    return Check("kinds of report", not low, _names(low), f"none more than {room} below all")


def _not_worse(name: str, room: float, found: Sequence[Outcome], before: Sequence[Outcome]) -> Check:
    new, old = MEASURES[name](found).value, MEASURES[name](before).value
    passed = new is not None and old is not None and new >= old - room
    return Check(f"{name}: no worse than now", passed, _number(new), f"at least {_number(old)} less {room}")


def _number(value: float | None) -> str:
    return "not enough data" if value is None else f"{value:.3f}"


def _names(found: Iterable[str]) -> str:
    listed = list(found)
    return "none" if not listed else f"{len(listed)}: {', '.join(listed[:10])}"


def _problems(path: Path, body: Any) -> Iterator[str]:
    if not isinstance(body, dict) or "name" not in body:
        yield f"{path}:1: a gate is a mapping with a `name` and checks"
        return
    for key in sorted(set(body) - _KEYS):
        yield f"{documents.where(path, key)}: `{key}` is not a check; correct its spelling or remove it"
    for kind in ("at_least", "at_most"):
        for name, rule in (body.get(kind) or {}).items():
            yield from _limit_problems(documents.where(path, kind, name), name, rule)
    for name in body.get("no_worse") or {}:
        if name not in MEASURES:
            yield f"{documents.where(path, 'no_worse', name)}: `{name}` is not a measure"


def _limit_problems(at: str, name: str, rule: Any) -> Iterator[str]:
    known = {*MEASURES, "precision", "calibration error"}
    if name not in known:
        yield f"{at}: `{name}` is not a measure; choose from {', '.join(sorted(known))}"
    if not isinstance(rule, dict) or "limit" not in rule or rule.get("bound", "value") not in _BOUNDS:
        yield f"{at}: write {{limit: 0.9, bound: {' or '.join(_BOUNDS)}}}"
