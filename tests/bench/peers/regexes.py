"""200 plain regular expressions tried one after another, as a force without a rulebook would write them."""

import re
from collections import Counter
from itertools import pairwise

from task import Answers, Row, run

COUNT = 200


def learn(rows: list[Row]):  # type: ignore[no-untyped-def]
    """Word pairs that most set emergencies apart, each an expression that allows three words between."""
    urgent, other = Counter(), Counter()
    for row in rows:
        words = re.findall(r"[a-z']+", row["text"].lower())
        (urgent if row["grade"] == 1 else other).update(set(pairwise(words)))
    telling = sorted(urgent, key=lambda pair: (-(urgent[pair] - 3 * other[pair]), pair))[:COUNT]
    patterns = [
        re.compile(rf"\b{re.escape(a)}\b(?:\W+\w+){{0,3}}\W+{re.escape(b)}\b", re.IGNORECASE)
        for a, b in telling
    ]

    def answer(texts: list[str]) -> Answers:
        told = []
        for text in texts:
            found = sum(pattern.search(text) is not None for pattern in patterns)
            told.append(
                (
                    {"1": found / COUNT, "4": 1 - found / COUNT}
                    if not found
                    else {"1": 0.5 + found / COUNT / 2, "4": 0.0},
                    "",
                )
            )
        return told

    return answer


if __name__ == "__main__":
    run([], learn)
