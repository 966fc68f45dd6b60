"""The same saved model as a BentoML service."""

import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import bentoml

from triage_model import classifier


@bentoml.service(workers=1)
class Assessor:
    def __init__(self) -> None:
        self.model = classifier.load(Path(os.environ["BENCH_MODEL"]))

    @bentoml.api
    def assess(self, text: str) -> dict[str, Any]:
        return asdict(self.model.assess([text]))
