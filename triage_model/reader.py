"""How the model reads words: folded, masked, each with its place in the text as sent.

spaCy lives behind this module. A Doc never leaves it, because a Doc made inside a memory
zone is invalid outside, and without the zone spaCy keeps every new word it meets for as
long as the service runs. The lock is there because two zones may not be open at once.

How spaCy cuts a stretch between two spaces depends on nothing around it, so what was cut before is
kept, for as long as it stays small: most words of a report have been met.
"""

import re
import threading
from functools import lru_cache
from typing import NamedTuple

import spacy
from spacy.attrs import IS_PUNCT  # type: ignore[import-not-found]
from spacy.lang.lex_attrs import is_punct
from spacy.language import Language
from spacy.pipeline import Sentencizer

from triage_model.masking import Mask, listed, masks
from triage_model.spelling import clean, fold

_LOCK = threading.Lock()
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz'\x00")
# Nobody writes two hundred letters or marks without a space, and spaCy takes the square of their number.
_STRETCHES = re.compile(r"\S{1,200}")
_CACHE, _LONGEST = 20_000, 40
_new = tuple.__new__
_NO_STEM = frozenset(["this", "does", "always", "across", "less", "news", "various"])


class Word(NamedTuple):
    """One word or placeholder, where it stands in its text, and the number of its sentence."""

    form: str
    start: int
    end: int
    sentence: int


# By whether a sentence has ended before.
_seen: dict[bool, dict[str, "_Cut"]] = {False: {}, True: {}}


@lru_cache(maxsize=1)
def _english() -> Language:
    nlp = spacy.blank("en")
    nlp.max_length = 10_000_000
    # All that is asked of a new word; the rest of what spaCy works out takes most of the time.
    nlp.vocab.lex_attr_getters = {IS_PUNCT: is_punct}  # type: ignore[attr-defined]
    return nlp


def read(text: str) -> tuple[Word, ...]:
    """The words of a text with names, places and numbers that identify masked."""
    folded = fold(text)
    return tuple(_with_lists(_with_masks(_tokens(folded), masks(text, folded))))


def lemma(form: str) -> str:
    """A word without its commonest endings: "threatened", "threatens", "threatening" become one."""
    if len(form) < 4 or form in _NO_STEM or not form.isalpha():
        return form
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("ied", "y")):
        if form.endswith(ending):
            return form[: -len(ending)] + instead
    for ending in ("ing", "ed"):
        if form.endswith(ending) and len(form) - len(ending) >= 3:
            return _undoubled(form[: -len(ending)])
    return form[:-1] if form.endswith("s") and not form.endswith(("ss", "us", "is")) else form


def _undoubled(stem: str) -> str:
    doubled = len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in "lsz"
    return stem[:-1] if doubled else stem.rstrip("e")


def _tokens(folded: str) -> list[Word]:
    """The words of a folded text: each stretch between spaces is cut by spaCy, and once while it is known."""
    words: list[Word] = []
    sentence, waiting, after = 0, False, 0
    seen = _seen
    for match in _STRETCHES.finditer(folded):
        space = after
        base, after = match.span()
        # A single space is part of the word before it; more is a token, which begins a sentence.
        if waiting and space < base and folded[space:base] != " ":
            sentence, waiting = sentence + 1, False
        stretch = match.group()
        cut = seen[waiting].get(stretch) or _cut(stretch, waiting)
        for form, start, end, more in cut.words:
            # As `Word(...)`, in half its time: a long file is millions of words.
            words.append(_new(Word, (form, base + start, base + end, sentence + more)))
        sentence, waiting = sentence + cut.sentences, cut.waiting
    return words


class _Cut(NamedTuple):
    """The words of one stretch, how many sentences begin in it, and whether it leaves one ended."""

    words: tuple[Word, ...]
    sentences: int
    waiting: bool


def _cut(stretch: str, waiting: bool) -> _Cut:
    """As spaCy cuts it; kept for the next time it is met."""
    found = _cut_by_spacy(stretch, waiting)
    seen = _seen[waiting]
    if len(seen) >= _CACHE:
        seen.clear()
    if len(stretch) <= _LONGEST:
        seen[stretch] = found
    return found


def _cut_by_spacy(stretch: str, waiting: bool) -> _Cut:
    """As spaCy's sentencizer: what follows a full stop, and is no mark itself, begins a sentence."""
    nlp = _english()
    tokens, sentence = [], 0
    with _LOCK, nlp.memory_zone():
        for token in nlp.make_doc(stretch):
            ends = token.text in Sentencizer.default_punct_chars
            if waiting and not ends and not token.is_punct:
                sentence, waiting = sentence + 1, False
            waiting = waiting or ends
            tokens.append(Word(token.text, token.idx, token.idx + len(token.text), sentence))
    return _Cut(tuple(_joined(tokens)), sentence, waiting)


def _joined(tokens: list[Word]) -> list[Word]:
    """Words that spaCy cuts ("do|n't", "he|'s") put together again, and marks left out."""
    words: list[Word] = []
    for token in tokens:
        last = words[-1] if words else None
        if last and last.end == token.start and _plain(last.form) and _plain(token.form):
            words[-1] = Word(last.form + token.form, last.start, token.end, last.sentence)
        else:
            words.append(token)
    cleaned = (word._replace(form=clean(word.form)) for word in words)
    return [word for word in cleaned if word.form and (word.form[0].isalnum() or _pictured(word.form))]


def _plain(form: str) -> bool:
    return _LETTERS.issuperset(form)


def _pictured(form: str) -> bool:
    return ord(form[0]) > 0x2190


def _with_masks(words: list[Word], found: list[Mask]) -> list[Word]:
    """Every word that touches a mask gives way to one placeholder."""
    if not found:
        return words
    kept: list[Word] = []
    waiting = list(reversed(found))
    for word in words:
        while waiting and waiting[-1].end <= word.start:
            waiting.pop()
        mask = waiting[-1] if waiting and waiting[-1].start < word.end else None
        if mask is None:
            kept.append(word)
        elif not kept or kept[-1].start != mask.start:
            kept.append(Word(mask.form, mask.start, mask.end, word.sentence))
    return kept


def _with_lists(words: list[Word]) -> list[Word]:
    kept, done = [], 0
    for first, end, form in listed([word.form for word in words]):
        kept += words[done:first]
        kept.append(Word(form, words[first].start, words[end - 1].end, words[first].sentence))
        done = end
    return kept + words[done:]
