"""Saves the same model as an MLflow model, to be served by `mlflow models serve`."""

import os
import sys
from dataclasses import asdict
from pathlib import Path

import mlflow.pyfunc

from triage_model import classifier


class Model(mlflow.pyfunc.PythonModel):
    def load_context(self, context) -> None:  # type: ignore[no-untyped-def]
        self.model = classifier.load(Path(os.environ["BENCH_MODEL"]))

    def predict(self, context, model_input, params=None):  # type: ignore[no-untyped-def]
        return [asdict(self.model.assess([text])) for text in model_input["text"]]


if __name__ == "__main__":
    mlflow.pyfunc.save_model(sys.argv[1], python_model=Model(), pip_requirements=[])
