"""Who lets a model answer, and how it is taken back.

The law it keeps: a model that misses a confirmed miss again is not promoted, and where two people
must sign, two different keys have signed.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from training import gates, registry, signing
from training.gates import Check
from triage_model import artefact, classifier, triage
from triage_model.errors import ArtifactError


def promote(models: Path, model_id: str, *, keys: Sequence[Path], gate: Path | None, by: str) -> list[Check]:
    """Check, sign and make current; nothing changes if a check fails."""
    folder = models / model_id
    artefact.verify(folder)
    signers = [signing.read_key(file) for file in keys]
    checks = _checks(folder, gate, [signing.public_key(key) for key in signers])
    if not all(check.passed for check in checks):
        return checks
    if signers:
        signing.sign(folder, signers)
    registry.make_current(models, model_id)
    public = [signing.public_key(key) for key in signers]
    registry.record(models, "promoted", model_id, by=by, keys=public)
    return checks


def rollback(models: Path, model_id: str | None, *, by: str) -> str:
    """Point back at the model before, or at one that is named; its files are checked first."""
    chosen = model_id or registry.previous(models)
    if chosen is None:
        raise ArtifactError(f"{models}: no other model has answered before; name one of `triage models`")
    artefact.verify(models / chosen)
    registry.make_current(models, chosen)
    registry.record(models, "rolled back", chosen, by=by)
    return chosen


def _checks(folder: Path, gate_file: Path | None, public: Sequence[str]) -> list[Check]:
    if gate_file is None:
        return []
    gate = gates.load(gate_file)
    made = gates.caught(gate.must_catch, _desk(folder)) if gate.must_catch else []
    different = len(set(public))
    signed = Check("signatures", different >= gate.signatures, str(different), f"at least {gate.signatures}")
    return [*made, signed]


def _desk(folder: Path) -> triage.Triage:
    return replace(triage.load(), classifier=classifier.load(folder), model_problem=None)
