"""fastText with word pairs: one supervised model for each question."""

import re
import tempfile
from pathlib import Path

import fasttext
from task import Answers, Row, run

NAME = "fasttext-numpy2-wheel"


def learn(rows: list[Row]):  # type: ignore[no-untyped-def]
    grade, team = (trained(rows, question) for question in ("grade", "team"))

    def answer(texts: list[str]) -> Answers:
        told = []
        for text in map(plain, texts):
            labels, chances = grade.predict(text, k=-1)
            told.append(
                (
                    {name[9:]: float(p) for name, p in zip(labels, chances, strict=True)},
                    team.predict(text)[0][0][9:],
                )
            )
        return told

    return answer


def plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower())) or "nothing"


def trained(rows: list[Row], question: str):  # type: ignore[no-untyped-def]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.writelines(f"__label__{row[question]} {plain(row['text'])}\n" for row in rows)
        file.flush()
        return fasttext.train_supervised(
            str(Path(file.name)),
            epoch=40,
            lr=0.5,
            wordNgrams=2,
            dim=50,
            thread=1,
            seed=0,
            verbose=0,
            bucket=200_000,
        )


if __name__ == "__main__":
    run([NAME], learn)
