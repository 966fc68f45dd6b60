"""What one training run made, before anything of it is written down."""

from dataclasses import dataclass
from typing import Any

from training.figures import Outcome
from training.gates import Check
from triage_model.classifier import Classifier


@dataclass(frozen=True)
class Run:
    """What a run made: the classifier, what it answered on unseen rows, and how it was checked."""

    classifier: Classifier
    facts: dict[str, Any]
    whole: tuple[Outcome, ...]
    model_only: tuple[Outcome, ...]
    rules_only: tuple[Outcome, ...]
    before: tuple[Outcome, ...] | None = None
    checks: tuple[Check, ...] = ()

    @property
    def passed(self) -> bool:
        return all(check.passed for check in self.checks)
