"""Small real classifiers for tests: each answers, waits or fails as it is told."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from triage_model.types import Assessment, Grade


@dataclass
class Steady:
    """Always answers the same grade, after a pause."""

    grade: Grade = Grade.RESOLUTION_WITHOUT_DEPLOYMENT
    pause: float = 0.0
    model_id: str = "m-steady"
    asked: list[int] = field(default_factory=list)

    def assess(self, parts: Sequence[str]) -> Assessment:
        self.asked.append(len(parts))
        time.sleep(self.pause)
        return Assessment(
            self.model_id, self.grade, 0.01, teams=(("neighbourhood", 0.9), ("volume_crime", 0.1))
        )


@dataclass
class Failing:
    """Always fails, quoting what it read, as a careless library would."""

    model_id: str = "m-failing"

    def assess(self, parts: Sequence[str]) -> Assessment:
        raise ValueError(f"cannot read {parts[0]}")


@dataclass
class Listening:
    """Answers an emergency when any part holds a word, else the least urgent grade."""

    word: str
    model_id: str = "m-listening"

    def assess(self, parts: Sequence[str]) -> Assessment:
        heard = any(self.word in part for part in parts)
        grade = Grade.EMERGENCY if heard else Grade.RESOLUTION_WITHOUT_DEPLOYMENT
        return Assessment(self.model_id, grade, 0.9 if heard else 0.01, teams=(("neighbourhood", 1.0),))
