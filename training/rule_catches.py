"""Whether a change of rules lets go of a report that must be caught: rules and the current model together.

The law it keeps: a rulebook that misses a confirmed miss again is refused, as a model is (`promotion.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from training import gates, labels, options, promotion_policy
from training.labels import LabelRow
from triage_model import classifier
from triage_model.triage import Triage

NONE_ANSWERS = "no model answers at {}: whether the must-catch rows are still caught was not tried"


@dataclass(frozen=True, slots=True)
class Catches:
    """What was found, in a sentence, and whether the rules are refused for it."""

    refused: bool
    says: str


def tried(present: Triage, proposed: Triage, model: Path | None, policy: Path | None) -> Catches:
    """Both rulebooks, each with the model, on the rows that the promotion policy says must be caught.

    Only a default model may be absent: one that is named, or is there and damaged, raises ArtifactError.
    """
    folder = model or options.CURRENT
    if model is None and not folder.is_symlink() and not folder.exists():
        return Catches(False, NONE_ANSWERS.format(folder))
    made = classifier.load(folder)
    files = promotion_policy.of(folder.parent, policy, present.taxonomy).must_catch
    if gone := [str(file) for file in files if not file.is_file()]:
        return Catches(True, f"REFUSED: {', '.join(gone)} must be caught and is missing; put it back")
    rows = labels.read(files, taxonomy=present.taxonomy) if files else []
    return _judged(
        rows, *(replace(desk, classifier=made, model_problem=None) for desk in (present, proposed))
    )


def _judged(rows: Sequence[LabelRow], present: Triage, proposed: Triage) -> Catches:
    before = gates.missed_of(rows, present)
    lost = [row.id for row in gates.missed_of(rows, proposed) if row not in before]
    if lost:
        says = f"{len(lost)} of {len(rows)} must-catch rows are caught now and would be missed"
        return Catches(True, f"REFUSED: {says}: {', '.join(lost)}")
    return Catches(False, f"must-catch rows: {len(rows)} tried with the model, none lost")
