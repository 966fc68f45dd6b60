"""The same saved model behind the least that serves it: Flask and joblib."""

import os
from dataclasses import asdict
from pathlib import Path

import flask

from triage_model import classifier

model = classifier.load(Path(os.environ["BENCH_MODEL"]))
app = flask.Flask(__name__)


@app.post("/assess")
def assess() -> flask.Response:
    return flask.jsonify(asdict(model.assess([flask.request.get_json()["text"]])))
