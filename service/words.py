"""How many words of a report are not known: a number that moves when people write of new things, or in
new ways, and before answers are seen to suffer from it."""

import re
from collections.abc import Iterable

from triage_model.rules import Rulebook
from triage_model.spelling import fold

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def counted(parts: Iterable[str], rulebook: Rulebook) -> tuple[int, int]:
    """All words, and those that are neither common English nor words of the rules."""
    known, ours = rulebook.vocabulary.english, rulebook.vocabulary.words
    words = [word.replace("’", "'") for part in parts for word in _WORD.findall(fold(part))]
    return len(words), sum(word not in known and word not in ours for word in words)
