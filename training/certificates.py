"""What may be said of a model's misses: a certificate of live reports, a plain statement of written ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training import certify, desks, figures, gates, judge, labels, registry
from training.certify import Claim
from training.figures import Outcome
from training.gates import Check
from triage_model import artefact

RELEASE_GATE = Path(__file__).with_name("release_gate.yaml")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be shown, of which kind of sample, on whose desk."""

    most: float
    confidence: float
    live: bool
    gate: Path | None = None
    taxonomy: Path | None = None
    rules: Path | None = None


@dataclass(frozen=True)
class Certificate:
    """What was shown. `facts` go into the manifest."""

    claim: Claim
    says: str
    checks: tuple[Check, ...]
    certified: bool
    facts: dict[str, Any]


def make(sources: Sequence[Path], model: Path, asked: Asked, mapping: Mapping[str, str]) -> Certificate:
    """Judge a model for a certificate."""
    desk = desks.with_model(asked.taxonomy, asked.rules, model)
    rows = labels.read(sources, mapping=mapping, taxonomy=desk.taxonomy)
    found = figures.outcomes(rows, desk)
    claim = _claim(found, asked)
    gate = gates.load(asked.gate or RELEASE_GATE)
    checks = tuple(gates.checks(gate, found, desk))
    passed = asked.live and claim.most <= asked.most and all(check.passed for check in checks)
    says = _live(claim, passed) if asked.live else _written(claim, found, sources)
    facts = {
        "certified": passed,
        "says": says,
        "missed": claim.missed,
        "emergencies": claim.emergencies,
        "most": claim.most,
        "confidence": claim.confidence,
        "checks": {check.name: check.passed for check in checks},
    }
    return Certificate(claim, says, checks, passed, facts)


def write(model: Path, made: Certificate) -> None:
    """Put a certificate into a model's manifest. Who signed before signs again."""
    folder = artefact.resolve(model)
    body = {name: value for name, value in artefact.verify(folder).items() if name != "files"}
    artefact.write_manifest(folder, {**body, "certificate": made.facts})
    registry.record(folder.parent, "certified" if made.certified else "judged", folder.name, says=made.says)


def power_lines(claim: Claim, *, most: float, confidence: float) -> list[str]:
    """How many confirmed emergencies a claim needs, for some numbers of misses."""
    lines = [f"the largest claim these data carry: misses at most {claim.most:.3f} of emergencies"]
    for missed in sorted({0, 1, 3, 6, claim.missed}):
        count = certify.needed(missed, most=most, confidence=confidence)
        more = max(0, count - claim.emergencies)
        lines.append(f"with {missed} missed, at most {most:.3f} needs {count} emergencies: {more} more")
    for share in (most / 3, most / 2, most):
        chance = certify.power(share, claim.emergencies, most=most, confidence=confidence)
        lines.append(f"a model that truly misses {share:.3f} would show it here with chance {chance:.2f}")
    return lines


def _claim(found: Sequence[Outcome], asked: Asked) -> Claim:
    """Of the whole of triage, whose threshold was chosen before these rows were seen."""
    answered = [1.0 if o.decision.grade == 1 else 0.0 for o in found if o.row.grade == 1]
    return certify.claim_at(answered, 0.5, confidence=asked.confidence)


def _live(claim: Claim, passed: bool) -> str:
    word = "Certified" if passed else "Not certified"
    return f"{word}: misses at most {claim.most:.3f} of emergencies with {claim.confidence:.0%} confidence."


def _written(claim: Claim, found: Sequence[Outcome], sources: Sequence[Path]) -> str:
    names = ", ".join(source.stem for source in sources)
    between = judge.by_voice(found)
    interval = "too few voices for an interval"
    if between:
        interval = f"recall {between[0]:.3f} to {between[1]:.3f} by drawing voices again"
    missed = f"{claim.missed} of {claim.emergencies} missed"
    return f"On written sample {names}, {missed}; {interval}; no claim about live reports."
