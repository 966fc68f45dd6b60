"""Who lets a model answer, and how it is taken back.

The law it keeps: a model that misses a confirmed miss again is not promoted, with a gate or without one,
and where two people must sign, two different people have signed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from training import desks, gates, promotion_policy, registry, signing
from training.gates import Check, Gate
from training.promotion_policy import Policy
from triage_model import artefact, classifier, teams
from triage_model.errors import ArtifactError
from triage_model.triage import Triage


@dataclass(frozen=True, slots=True)
class Asked:
    """Who promotes, with which keys, under which gate and policy, on whose desk."""

    by: str
    keys: Sequence[Path] = ()
    gate: Path | None = None
    policy: Path | None = None
    taxonomy: Path | None = None
    rules: Path | None = None


def promote(models: Path, model_id: str, asked: Asked) -> list[Check]:
    """Check, sign and make current. If only signatures are wanting, those given are kept."""
    folder = _itself(models / model_id)
    owners = teams.load(asked.taxonomy) if asked.taxonomy else None
    policy = promotion_policy.of(models, asked.policy, owners)
    signers = [signing.read_key(file) for file in asked.keys]
    public = [signing.public_key(key) for key in signers]
    gate = gates.load(asked.gate) if asked.gate else None
    caught = list(_caught(folder, asked, policy, gate))
    checks = [*caught, _signed(folder, policy, gate, public)]
    if signers and all(check.passed for check in caught):
        signing.sign(folder, signers)
    if all(check.passed for check in checks):
        registry.make_current(models, model_id)
        registry.record(models, "promoted", model_id, by=asked.by, keys=public)
    return checks


def rollback(models: Path, model_id: str | None, *, by: str) -> str:
    """Point back at the model before, or at one that is named; its files and signatures are checked first."""
    chosen = model_id or registry.previous(models)
    if chosen is None:
        raise ArtifactError(f"{models}: no other model has answered before; name one of `triage models`")
    signed = _signed(_itself(models / chosen), promotion_policy.of(models), None, [])
    if not signed.passed:
        raise ArtifactError(f"{models / chosen}: signed by {signed.found}; `triage promote` it instead")
    registry.make_current(models, chosen)
    registry.record(models, "rolled back", chosen, by=by)
    return chosen


def _itself(folder: Path) -> Path:
    """The folder, if its files are those of its manifest and its model is the one that it is named for."""
    artefact.verify(folder)
    if not folder.name.endswith(artefact.digest(folder / artefact.MODEL)[:12]):
        raise ArtifactError(f"{folder}: holds another model than its name says; restore it from a copy")
    return folder


def _caught(folder: Path, asked: Asked, policy: Policy, gate: Gate | None) -> Iterator[Check]:
    files = [*policy.must_catch, *([gate.must_catch] if gate and gate.must_catch else [])]
    desk = _desk(folder, asked) if files else None
    for file in dict.fromkeys(path.resolve() for path in files):
        if desk is not None and file.is_file():
            yield from gates.caught(file, desk)
        else:
            says = f"there; or write {promotion_policy.NAME} beside the models"
            yield Check(f"must catch ({file.name})", False, f"{file} is missing", says)


def _signed(folder: Path, policy: Policy, gate: Gate | None, public: Sequence[str]) -> Check:
    """Different people, not different files: with names in the policy, a key counts for its owner."""
    needed = max(policy.signatures, gate.signatures if gate else 0)
    names = {key: name for name, key in policy.people.items()}
    before = artefact.signers(folder, list(names))
    people = {names[key] for key in (*public, *before) if key in names} if names else set(public)
    found = f"{len(people)}: {', '.join(sorted(people))}" if names and people else str(len(people))
    return Check("signatures", len(people) >= needed, found, f"at least {needed}")


def _desk(folder: Path, asked: Asked) -> Triage:
    desk = desks.load(asked.taxonomy, asked.rules, say=desks.tell)
    return replace(desk, classifier=classifier.load(folder), model_problem=None)
