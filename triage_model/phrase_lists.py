"""Compiles the lists of phrases in the files that people edit, each problem with its line."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from triage_model import documents
from triage_model.documents import Key
from triage_model.phrase_language import compile_phrase
from triage_model.phrase_parts import PhraseError
from triage_model.phrases import Phrase

Lexicons = Mapping[str, Sequence[str]]


def compiled(
    path: Path, keys: tuple[Key, ...], texts: Any, lexicons: Lexicons, problems: list[str]
) -> tuple[Phrase, ...]:
    """The phrases under some keys of a file. What cannot be read is added to `problems` and left out."""
    phrases = []
    for number, text in enumerate(texts or ()):
        try:
            phrases.append(compile_phrase(str(text), lexicons))
        except PhraseError as error:
            problems.append(f"{documents.where(path, *keys, number)}: `{text}`: {error}")
    return tuple(phrases)
