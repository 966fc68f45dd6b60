"""How people type, brought to one form: case, accents, look-alikes, emoji, repeated letters, typos.

Folding is one character for one character, so an offset into folded text is an offset into the
text as sent. Correction is towards the rulebook's own words alone and never shortens the text.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from triage_model.known import LONGEST, Known

DROPPED = "\x00"
_LOOKALIKES = {
    **dict(zip("аеорсухіјѕһԁɡԛԝвкмнтѵ", "aeopcyxijshdgqwbkmhtv", strict=True)),  # Cyrillic
    **dict(zip("αοενικρτυχ", "aoevikptux", strict=True)),  # Greek
    **dict.fromkeys("‘’ʼ`´′", "'"),
    **dict.fromkeys("“”″«»", '"'),
    **dict.fromkeys("‐‑‒–—−", "-"),
}
_LEET = str.maketrans("0134578@$!|", "oieastbasii")
_REPEATED = re.compile(r"(.)\1{2,}")
_TYPO_LETTERS, _SOUND_LETTERS, _LEET_LETTERS = 6, 4, 4
# English letters that are spoken alike, longest first; X stands for "sh" and "ch".
_SPOKEN = (
    *(("tion", "Xn"), ("sion", "Xn"), ("tia", "Xa"), ("cia", "Xa"), ("tch", "X"), ("sch", "sk"), ("ch", "X")),
    *(("sh", "X"), ("ph", "f"), ("gh", ""), ("ck", "k"), ("wr", "r"), ("kn", "n"), ("mb", "m"), ("dg", "j")),
    *(("qu", "kw"), ("ce", "se"), ("ci", "si"), ("cy", "sy"), ("c", "k"), ("q", "k"), ("z", "s")),
)
_UNSPOKEN = re.compile(r"[aeiouyhw]")
_TWICE = re.compile(r"(.)\1+")
_CACHE = 50_000


class _Folding(dict[int, str]):
    """A translate table that works out each character once."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_character(chr(code))
        return folded


def _fold_character(character: str) -> str:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return DROPPED
    if character.isspace():
        return "\n" if character in "\n\r\u2028\u2029" else " "
    lower = character.lower()[0]
    base = unicodedata.normalize("NFKD", _LOOKALIKES.get(lower, lower))[0].lower()[0]
    return _LOOKALIKES.get(base, base)


_FOLDING = _Folding()


def fold(text: str) -> str:
    """Text in one case and one alphabet, of the same length; invisible characters become NUL."""
    return text.translate(_FOLDING)


def clean(word: str) -> str:
    """A folded word as it is compared: without apostrophes and invisible characters."""
    return word.replace("'", "").replace(DROPPED, "")


@dataclass(frozen=True)
class Vocabulary:
    """The rulebook's words, towards which typing is corrected.

    `real_words` are ordinary words one letter away from one of ours ("shooed", "shouted"):
    they are never corrected. `joined` maps words typed as one ("helpme") to their parts.
    `indexed_stems` are all stems that any phrase will look for; a word of `english` is not read by its sound.
    """

    words: frozenset[str]
    stems: frozenset[str] = frozenset()
    real_words: frozenset[str] = frozenset()
    joined: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    emoji: Mapping[str, str] = field(default_factory=dict)
    indexed_stems: frozenset[str] = frozenset()
    english: frozenset[str] = frozenset()

    def correct(self, word: str) -> str:
        """The rulebook's word that this one is a way of typing, else the word itself."""
        return word if word in self.words else self._corrected[word]

    @cached_property
    def read_as(self) -> Known[tuple[tuple[str, str], ...]]:
        """The words that each folded piece of a text is: as typed, and as ours."""
        return Known(self._read_as, _CACHE)

    @cached_property
    def keys(self) -> Known[tuple[str, ...]]:
        """What phrases find a word by: itself, `stem*` for each stem it begins with, `#` for a number."""
        return Known(self._keys_of, _CACHE)

    @cached_property
    def _corrected(self) -> Known[str]:
        return Known(self._correct, _CACHE)

    def _read_as(self, typed: str) -> tuple[tuple[str, str], ...]:
        word = clean(typed)
        return tuple((part, self.correct(part)) for part in self.joined.get(word, (word,)))

    def _keys_of(self, word: str) -> tuple[str, ...]:
        beginnings = (word[:length] for length in range(3, min(len(word), self._longest_stem) + 1))
        stems = (stem + "*" for stem in beginnings if stem in self.indexed_stems)
        return (word, *(["#"] if word.isdigit() else []), *stems)

    def _correct(self, word: str) -> str:
        for candidate in _respellings(word):
            if candidate in self.words:
                return candidate
        if word in self.real_words or any(c.isdigit() for c in word):
            return word
        # No word of ours is longer, and trying every slip of a word takes the square of its length.
        if not _TYPO_LETTERS - 1 <= len(word) <= LONGEST:
            return word
        return self._one_edit_away(word) or self._with_mended_stem(word) or self._that_sounds_so(word) or word

    def _one_edit_away(self, word: str) -> str | None:
        return _nearest(word, self.words, self._deletions)

    def _with_mended_stem(self, word: str) -> str | None:
        """A word whose beginning is a stem with a typo in it: "threatning" for "threaten*"."""
        if any(word[:length] in self.stems for length in range(_TYPO_LETTERS, len(word) + 1)):
            return None
        for length in range(len(word), _TYPO_LETTERS - 2, -1):
            stem = _nearest(word[:length], self.stems, self._stem_deletions)
            if stem:
                return stem + word[length:]
        return None

    def _that_sounds_so(self, word: str) -> str | None:
        """The one of our long words that is spoken as this is written: "dimenshia" for "dementia"."""
        if word in self.english:
            return None
        alike = self._sounds.get(sound(word), ())
        return alike[0] if len(alike) == 1 and abs(len(alike[0]) - len(word)) <= 1 else None

    @cached_property
    def _longest_stem(self) -> int:
        return max(map(len, self.indexed_stems), default=0)

    @cached_property
    def _sounds(self) -> dict[str, tuple[str, ...]]:
        index: dict[str, tuple[str, ...]] = {}
        for word in sorted(self.words):
            key = sound(word)
            if len(word) >= _TYPO_LETTERS and len(key) >= _SOUND_LETTERS:
                index[key] = (*index.get(key, ()), word)
        return index

    @cached_property
    def _deletions(self) -> dict[str, tuple[str, ...]]:
        return _deletion_index(self.words)

    @cached_property
    def _stem_deletions(self) -> dict[str, tuple[str, ...]]:
        return _deletion_index(self.stems)


def sound(word: str) -> str:
    """The first letter of a word and its consonants as they are spoken."""
    for letters, spoken in _SPOKEN:
        word = word.replace(letters, spoken)
    return _TWICE.sub(r"\1", word[:1] + _UNSPOKEN.sub("", word[1:]))


def confusable(words: Iterable[str], vocabulary: Vocabulary) -> Iterable[str]:
    """Those of some ordinary words that would be corrected to ours if they were not listed as real."""
    unguarded = replace(vocabulary, real_words=frozenset())
    return (word for word in words if word.isalpha() and unguarded.correct(word) != word)


def _respellings(word: str) -> Iterable[str]:
    """Ways of stretching or disguising a word, undone: "heeelp", "knnife", "k1ll"."""
    if any(character.isdigit() for character in word) and (word.isdigit() or len(word) < _LEET_LETTERS):
        return
    for base in dict.fromkeys((word, word.translate(_LEET))):
        yield base
        yield _REPEATED.sub(r"\1\1", base)
        yield _REPEATED.sub(r"\1", base)


def _deletion_index(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    index: dict[str, list[str]] = {}
    for word in sorted(words):
        if len(word) >= _TYPO_LETTERS:
            for shorter in _deletions_of(word):
                index.setdefault(shorter, []).append(word)
    return {shorter: tuple(found) for shorter, found in index.items()}


def _deletions_of(word: str) -> set[str]:
    return {word[:i] + word[i + 1 :] for i in range(len(word))}


def _nearest(word: str, words: frozenset[str], index: Mapping[str, tuple[str, ...]]) -> str | None:
    """The first of our words within one insertion, deletion, substitution or swap."""
    deletions = _deletions_of(word)
    found = {ours for ours in deletions if len(ours) >= _TYPO_LETTERS and ours in words}
    found.update(index.get(word, ()))
    for shorter in deletions:
        found.update(ours for ours in index.get(shorter, ()) if _one_substitution_or_swap(word, ours))
    # People leave letters out more often than they add them: "followd" is "followed", not "follow".
    return min(found, key=lambda ours: (-len(ours), ours), default=None)


def _one_substitution_or_swap(a: str, b: str) -> bool:
    if len(a) != len(b):
        return False
    differing = [i for i, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]
    if len(differing) == 1:
        return True
    if len(differing) != 2 or differing[1] != differing[0] + 1:
        return False
    i, j = differing
    return a[i] == b[j] and a[j] == b[i]
