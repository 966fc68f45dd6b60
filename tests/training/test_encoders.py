"""The ceiling that features are compared with: an encoder's arithmetic on weights made for the test."""

import json

import numpy as np
import pytest

from training import encoders, weights
from triage_model.errors import ArtifactError

PIECES = {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "knife": 3, "help": 4, "##er": 5, ".": 6}


def test_a_text_is_cut_as_the_weights_were_learned() -> None:
    assert encoders._ids("HELPER. knife zzz", PIECES) == [1, 4, 5, 6, 3, 0, 2]
    assert len(encoders._ids("help " * 1_000, PIECES)) == encoders.LONGEST + 2


def test_texts_of_any_order_and_length_keep_their_rows(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tokenizer.json").write_text(json.dumps({"model": {"vocab": PIECES}}))
    monkeypatch.setattr(weights, "read", lambda folder: _random())
    texts = ["knife", "help. helper", "help", "knife help"]
    together = encoders.embedded(tuple(texts), tmp_path)
    alone = np.vstack([encoders.embedded((text,), tmp_path) for text in texts])
    assert np.allclose(together, alone, atol=1e-5)
    assert np.allclose(np.linalg.norm(together, axis=1), 1)
    assert not np.allclose(together[0], together[2], atol=1e-2)


def test_other_weights_than_the_published_are_refused(tmp_path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"\x08\0\0\0\0\0\0\0{}      ")
    with pytest.raises(ArtifactError, match="not the published file"):
        weights.read(tmp_path)


def _random() -> dict[str, weights.Matrix]:
    rng = np.random.default_rng(7)
    size, wide = weights.SIZE, 4 * weights.SIZE
    shapes = {"embeddings.word_embeddings.weight": (len(PIECES), size)}
    shapes |= {"embeddings.position_embeddings.weight": (512, size)}
    shapes |= {"embeddings.token_type_embeddings.weight": (2, size)}
    lines = {"attention.self.query": (size, size), "attention.self.key": (size, size)}
    lines |= {"attention.self.value": (size, size), "attention.output.dense": (size, size)}
    lines |= {"intermediate.dense": (wide, size), "output.dense": (size, wide)}
    for layer in range(weights.LAYERS):
        for name, shape in lines.items():
            shapes[f"encoder.layer.{layer}.{name}.weight"] = shape
            shapes[f"encoder.layer.{layer}.{name}.bias"] = shape[:1]
    made = {name: rng.normal(0, 0.1, shape).astype(np.float32) for name, shape in shapes.items()}
    norms = [
        "embeddings",
        *(f"encoder.layer.{n}.{at}" for n in range(6) for at in ("attention.output", "output")),
    ]
    for at in norms:
        made[f"{at}.LayerNorm.weight"] = np.ones(size, np.float32)
        made[f"{at}.LayerNorm.bias"] = np.zeros(size, np.float32)
    return made
