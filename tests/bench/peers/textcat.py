"""spaCy's own text classifier, as a bag of words or with its convolutional network: one for each question."""

import random
import sys

import spacy
from spacy.training import Example
from spacy.util import fix_random_seed, minibatch
from task import Answers, Row, run

BOW = {
    "@architectures": "spacy.TextCatBOW.v3",
    "exclusive_classes": True,
    "ngram_size": 2,
    "no_output_layer": False,
    "length": 262144,
}
TOK2VEC = {
    "@architectures": "spacy.HashEmbedCNN.v2", "pretrained_vectors": None, "width": 96, "depth": 4, "embed_size": 2000,
    "window_size": 1, "maxout_pieces": 3, "subword_features": True,
}  # fmt: skip
CNN = {
    "@architectures": "spacy.TextCatReduce.v1", "exclusive_classes": True, "use_reduce_first": False, "use_reduce_last": False,
    "use_reduce_max": False, "use_reduce_mean": True, "tok2vec": TOK2VEC,
}  # fmt: skip
MODEL, ROUNDS = (BOW, 10) if sys.argv[3] == "bow" else (CNN, 6)


def learn(rows: list[Row]):  # type: ignore[no-untyped-def]
    grade, team = (trained(rows, question) for question in ("grade", "team"))

    def answer(texts: list[str]) -> Answers:
        pairs = zip(grade.pipe(texts), team.pipe(texts), strict=True)
        return [(dict(one.cats), max(other.cats, key=other.cats.get)) for one, other in pairs]

    return answer


def trained(rows: list[Row], question: str):  # type: ignore[no-untyped-def]
    fix_random_seed(0)
    nlp = spacy.blank("en")
    nlp.add_pipe("textcat", config={"model": MODEL})
    names = sorted({str(row[question]) for row in rows})
    examples = [
        Example.from_dict(
            nlp.make_doc(row["text"]), {"cats": {name: float(name == str(row[question])) for name in names}}
        )
        for row in rows
    ]
    nlp.initialize(lambda: examples)
    for _ in range(ROUNDS):
        random.shuffle(examples)
        for some in minibatch(examples, 64):
            nlp.update(some, drop=0.2)
    return nlp


if __name__ == "__main__":
    run(["spacy"], learn)
