"""The cheap look before a phrase is tried never leaves out one that stands in the text."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage_model import loading
from triage_model.phrase_language import compile_phrase
from triage_model.phrases import Half, Match, Phrase, PhraseSet, _together, vocabulary_of
from triage_model.places import before, bits, each
from triage_model.reading import Reading, read
from triage_model.rules import Rule
from triage_model.spelling import Vocabulary

BOOK = loading.rulebook(examples=True)
LEXICONS = {"partner": ["ex", "ex husband", "my [own] ex"], "hurt": ["kick+", "harass* me", "me .. now"]}
PIECES = ("he", "is", "me", "my ex", "kick+", "harass*", "<0-12>", "{partner}", "{hurt}", "[is]", "[my ex]",
          "(he is|me)", "(is ... me|not)", "[now|is not]", "..", "...", "..1", "(he [is]|kicked .. (me|now))",
          "(.. now|me)")  # fmt: skip
BEGINNINGS = PIECES[:9]
MARKS = ("", "", "", "", "", ",", ".", " -")


def everywhere(half: Half, reading: Reading) -> list[Match]:
    """Where a half stands, its expression tried at every word."""
    count = len(reading.tokens)
    return replace(half, one_word=False).at((1 << count) - 1, reading.ours.line)


def tried(phrase: Phrase, reading: Reading) -> list[Match]:
    """Where a phrase stands, with no first look."""
    found = [everywhere(half, reading) for half in phrase.halves]
    sentence = None if phrase.anywhere else reading.sentence
    return found[0] if len(found) == 1 else list(_together(found[0], found[1], sentence, phrase.apart))


@pytest.mark.parametrize("rule", BOOK.rules[::4], ids=lambda rule: rule.id)
def test_the_first_look_leaves_out_no_match(rule: Rule) -> None:
    readings = BOOK.readings([example.text for example in rule.examples])
    for phrase in (*rule.phrases[:12], *rule.unless[:4]):
        for reading in readings:
            assert phrase.find(reading) == tried(phrase, reading), phrase.text


def written(chance: random.Random) -> str:
    """A phrase of any shape that the language allows."""

    def half() -> str:
        return " ".join([chance.choice(BEGINNINGS), *chance.choices(PIECES, k=chance.randint(0, 3))])

    joint = chance.choice(("", "", "&", "&1", "&2", "&&"))
    return f"{half()} {joint} {half()}" if joint else half()


def test_the_first_look_allows_for_all_that_can_be_written() -> None:
    chance, found, never = random.Random(11), 0, compile_phrase("nothing of it", {})
    for _ in range(4_000):
        phrase = compile_phrase(written(chance), LEXICONS)
        words, stems = vocabulary_of([phrase])
        some = [*sorted(words), "harassed", "now", "11", "two", "40"]
        text = " ".join(chance.choice(some) + chance.choice(MARKS) for _ in range(chance.randint(1, 40)))
        reading = read(text, Vocabulary(words, stems, indexed_stems=stems))
        asked = tried(phrase, reading)
        assert phrase.find(reading) == asked, (phrase.text, text)
        assert not asked or list(PhraseSet([never, phrase, never]).possible(reading.ours)) == [1]
        found += bool(asked)
    assert found > 500


@given(st.sets(st.integers(0, 300)), st.integers(0, 12), st.integers(0, 70))
def test_bits_are_places(places: set[int], least: int, more: int) -> None:
    found = bits(list(places))
    assert list(each(found)) == sorted(places)
    behind = {place - ahead for place in places for ahead in range(least, least + more + 1)}
    assert set(each(before(found, least, least + more))) == {place for place in behind if place >= 0}
