"""What one training run made, before anything of it is written down."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from training.behaviour import Suite
from training.figures import Outcome
from training.gates import Check
from training.nearest import Neighbour
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
    suites: tuple[Suite, ...] = ()
    nearest: Mapping[str, tuple[Neighbour, ...]] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        return all(check.passed for check in self.checks)
