"""The phrase language and the spelling under it: what matches, what does not, and in what time."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage_model.phrase_language import compile_phrase
from triage_model.phrase_parts import PhraseError, inflections
from triage_model.phrases import Match, Phrase, PhraseSet, vocabulary_of
from triage_model.reading import read
from triage_model.spelling import Vocabulary, fold

LEXICONS = {"partner": ["ex", "husband", "baby daddy"], "hit": ["hit", "punch+", "slap+"]}


def found(phrase: str, text: str) -> list[str]:
    compiled = compile_phrase(phrase, LEXICONS)
    reading = read(text, vocabulary(compiled))
    spans = [(reading.tokens[m.first].start, reading.tokens[m.last - 1].end) for m in compiled.find(reading)]
    return [text[start:end] for start, end in spans]


def vocabulary(*phrases: Phrase) -> Vocabulary:
    words, stems = vocabulary_of(phrases)
    return Vocabulary(
        words, stems, joined={"helpme": ("help", "me")}, emoji={"🔪": "knife"}, indexed_stems=stems
    )


@pytest.mark.parametrize(
    ("phrase", "text", "span"),
    [
        ("not breathing", "He's NOT   breathing!", "NOT   breathing"),
        ("hes here", "he’s here", "he’s here"),
        ("machete", "a mahcete", "mahcete"),
        ("machete", "machetee", "machetee"),
        ("machete", "m\u0430ch\u0435te", "m\u0430ch\u0435te"),
        ("machete", "mach\u200bete", "mach\u200bete"),
        ("threaten*", "threatning", "threatning"),
        ("help me", "helpme now", "helpme"),
        ("heelp", "heeeeelp", "heeeeelp"),
        ("kill", "k1ll", "k1ll"),
        ("raped", "r*ped", "r*ped"),
        ("suicide", "su!cide", "su!cide"),
        ("knife", "🔪", "🔪"),
        ("kick+ me", "he was kicking me", "kicking me"),
        ("knife .. me", "knife right up to me", "knife right up to me"),
        ("wont [ever] stop", "wont stop", "wont stop"),
        ("wont [ever] stop", "wont ever stop", "wont ever stop"),
        ("(my mum|dad) hits", "my mum hits", "my mum hits"),
        ("(im|i am) <0-12>", "Im 12yo", "Im 12"),
        ("(im|i am) <0-12>", "i am seven", "i am seven"),
        ("{partner} & {hit}", "he slapped me, my husband", "slapped me, my husband"),
        ("{partner} & {hit}", "my baby daddy keeps punching me", "baby daddy keeps punching"),
    ],
)
def test_a_phrase_finds_what_people_type(phrase: str, text: str, span: str) -> None:
    assert found(phrase, text) == [span]


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("gun", "fun"),
        ("gun", "gum on my shoe"),
        ("knife .. me", "a knife. Later it rained on me"),
        ("knife .. me", "knife one two three four me"),
        ("(im|i am) <0-12>", "i am 13"),
        ("(im|i am) <0-12>", "im 120"),
        ("{partner} & {hit}", "my ex came round. a branch hit the fence"),
        ("{partner} &2 {hit}", "my ex said that a branch in the garden hit me"),
        ("kick+", "kickstarter"),
    ],
)
def test_a_phrase_stays_silent_past_its_bounds(phrase: str, text: str) -> None:
    assert found(phrase, text) == []


def test_a_real_word_is_never_taken_for_a_typo() -> None:
    compiled = compile_phrase("stabbed", {})
    words, stems = vocabulary_of([compiled])
    reading = read("the horse was stabled", Vocabulary(words, stems, real_words=frozenset(["stabled"])))
    assert compiled.find(reading) == []


@pytest.mark.parametrize(
    ("phrase", "mend"),
    [
        ("(a b", "`)` is missing"),
        ("a ) b", "too many"),
        ("{nobody}", "no lexicon"),
        ("a & b & c", "one &"),
        ("[maybe]", "at least one word"),
        ("ab*", "too short a stem"),
        ("<9-2>", "smaller to a larger"),
        (".. me", "cannot begin with a gap"),
        ("()", "nothing between"),
    ],
)
def test_a_phrase_that_cannot_be_read_says_what_to_mend(phrase: str, mend: str) -> None:
    with pytest.raises(PhraseError, match=re.escape(mend)):
        compile_phrase(phrase, LEXICONS)


@pytest.mark.parametrize(
    ("verb", "forms"),
    [
        ("stab", ("stab", "stabs", "stabbed", "stabbing")),
        ("strangle", ("strangle", "strangles", "strangled", "strangling")),
        ("carry", ("carry", "carries", "carried", "carrying")),
        ("punch", ("punch", "punches", "punched", "punching")),
    ],
)
def test_a_verb_is_known_in_its_regular_forms(verb: str, forms: tuple[str, ...]) -> None:
    assert set(forms) <= set(inflections(verb))


@given(st.text(max_size=300))
def test_folding_keeps_every_offset(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(st.text(max_size=300))
def test_words_stand_where_a_reading_says(text: str) -> None:
    reading = read(text, vocabulary(compile_phrase("machete", {})))
    for token in reading.tokens:
        assert 0 <= token.start < token.end <= len(text)
    assert [t.start for t in reading.tokens] == sorted(t.start for t in reading.tokens)


def test_two_phrases_may_stand_at_the_same_words() -> None:
    near, far = compile_phrase("knife & shop", {}), compile_phrase("knife && shop", {})
    reading = read("a knife in the shop", vocabulary(near, far))
    places = [(match.first, match.last) for match in PhraseSet([near, far]).find(reading)]
    assert places == [(1, 5), (1, 5)]


@pytest.mark.parametrize("unit", ["machete ", "a ", "he hit ", "!?.", "((((", "knife me ", "ex ex hit "])
def test_matching_grows_in_step_with_the_text(unit: str) -> None:
    phrases = [
        compile_phrase(p, LEXICONS)
        for p in ("{partner} & {hit}", "a ... a ... a", "knife ...9 me", "machete")
    ]
    words = vocabulary(*phrases)

    def cost(size: int) -> float:
        text = unit * (size // len(unit))
        begun = time.process_time()
        reading = read(text, words)
        for phrase in phrases:
            phrase.find(reading)
        return time.process_time() - begun

    small, large = (min(cost(size) for _ in range(5)) for size in (4_000, 40_000))
    assert large < 30 * small + 0.01


@pytest.mark.parametrize(
    ("typed", "ours"), [("dimenshia", "dementia"), ("petrul", "petrol"), ("amblanse", "ambulance")]
)
def test_a_long_word_is_known_by_its_sound(typed: str, ours: str) -> None:
    assert Vocabulary(frozenset(["dementia", "petrol", "ambulance"])).correct(typed) == ours


@pytest.mark.parametrize("number", ["111", "1000", "a5", "m1"])
def test_a_number_is_never_taken_for_a_word(number: str) -> None:
    assert Vocabulary(frozenset(["1", "10", "as", "mi"])).correct(number) == number


def test_matches_order_by_place_whatever_their_joint() -> None:
    """Everyone who sorts matches, cues of time too, must be able to: the same words with and without one."""
    plain, joined = Match(0, 3, ((1, 2),)), Match(0, 3, ((1, 2),), (1, 2))
    assert sorted({joined, plain, Match(0, 2)}) == [Match(0, 2), plain, joined]
