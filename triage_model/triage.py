"""The front door: a report goes in, a decision comes out, whatever the classifier does."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, Protocol

from triage_model import floors
from triage_model.decide import decide
from triage_model.policy import Policy, Terms
from triage_model.reading import Reading
from triage_model.rules import Rulebook
from triage_model.signposts import Signposts
from triage_model.teams import Taxonomy
from triage_model.types import Assessment, Decision, Grade, Hit, Report

log = logging.getLogger(__name__)

Parts = Literal["whole", "rules", "model"]


class Assessor(Protocol):
    """Anything that can give an opinion of a report: a trained classifier."""

    @property
    def model_id(self) -> str: ...

    def assess(self, parts: Sequence[str]) -> Assessment: ...


@dataclass(frozen=True, slots=True)
class Triage:
    """Everything that is needed to decide. `model_problem` says why there is no classifier."""

    rulebook: Rulebook
    policy: Policy
    taxonomy: Taxonomy
    signposts: Signposts
    classifier: Assessor | None = None
    model_problem: str | None = None
    only: Parts = "whole"

    def decide(self, report: Report, *, high_water: Grade | None = None, with_model: bool = True) -> Decision:
        """Suggest a grade and a team. `with_model=False` answers at once, as if the model were late."""
        assessment = self._assess(report) if with_model and self.only != "rules" else None
        readings = self.rulebook.readings(report.parts)
        hits = self._hits(report, readings, assessment)
        return decide(
            report,
            hits,
            assessment,
            Terms(self.policy, self.taxonomy, self.rulebook.id),
            high_water=high_water,
            signposts=self.signposts.matching(readings),
            degraded=self.only == "whole" and assessment is None,
        )

    def _hits(self, report: Report, readings: Sequence[Reading], opinion: Assessment | None) -> list[Hit]:
        if self.only == "model":
            return []
        found = self.rulebook.hits(readings)
        missing = [floors.unscored(self.policy)] if self.only == "whole" and opinion is None else []
        return [*found, *missing, *floors.hits(report, readings, found, opinion, self.rulebook, self.policy)]

    def _assess(self, report: Report) -> Assessment | None:
        if self.classifier is None:
            return None
        try:
            return self.classifier.assess(report.parts)
        except Exception as error:  # whatever the classifier does, the rules must still answer
            log.error("classifier failed: %s", type(error).__name__)
            return None

    def limited_to(self, only: Parts) -> "Triage":
        """The same triage showing its rules alone, or its classifier alone."""
        return replace(self, only=only)


def load(model: Path | None = None, **sources: Any) -> Triage:
    """Read all that is needed, and the model in a folder if it can be trusted: see `loading.load`."""
    from triage_model import loading

    return loading.load(model, **sources)
