"""Words keep their place in the text, and what identifies people never reaches a model (law 8)."""

import itertools
import re
import threading

import pytest
import spacy
from hypothesis import example, given, settings
from hypothesis import strategies as st
from spacy.language import Language

from triage_model import masking, reader
from triage_model.reader import Word
from triage_model.spelling import fold

TEXTS = [
    "I'm at 12 Narborough Road, he's got a KNIFE!! ring 07700 900123", "", " \n ", "😭😭", "don’t tell Sarah", "a" * 3000,
    "can't won’t shouldn't’ve", "ਮਦਦ ਕਰੋ", "x\x00y", "e-mail a.b@shop.example or www.shop.example/x?y=1 at 3.30pm on 12/05/2025",
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_words_stand_in_order_inside_the_text(text: str) -> None:
    words = reader.read(text)
    assert all(0 <= w.start < w.end <= len(text) for w in words)
    assert all(a.end <= b.start and a.sentence <= b.sentence for a, b in itertools.pairwise(words))


@pytest.mark.parametrize(
    ("text", "form"),
    [("ring 07700 900123", "<phone>"), ("ring +44 7700 900 123", "<phone>"), ("reg FX12 ABC", "<plate>"), ("LE2 1AB", "<postcode>"),
     ("NI QQ 12 34 56 C", "<insurance>"), ("a.b@shop.example", "<email>"), ("12th May 2025", "<date>"), ("2025-05-12", "<date>"),
     ("ask Sarah", "<name>"), ("mr patel", "<name>"), ("in market harborough", "<place>"), ("12 acacia avenue", "<place>"),
     ("ref 23*0012345", "<number>"), ("lost £1,200", "<money>"), ("at 3.30pm", "<time>"), ("Acacia Avenue", "<place>")],
)  # fmt: skip
def test_what_identifies_is_masked(text: str, form: str) -> None:
    assert form in [word.form for word in reader.read(text)]


@pytest.mark.parametrize(
    "text",
    ["im 13", "55", "he will mark my car", "hope he is over there", "999", "on our road", "reading a book"],
)
def test_plain_words_are_left_alone(text: str) -> None:
    assert not any(word.form.startswith("<") for word in reader.read(text))


@pytest.mark.parametrize("name", ["Mohammed", "Sarah", "Agnieszka", "Gurpreet", "oluwaseun@x.example"])
def test_a_name_leaves_no_letters_behind(name: str) -> None:
    forms = " ".join(word.form for word in reader.read(f"then {name} hit me"))
    assert name.lower() not in forms


def test_case_and_curly_quotes_change_no_word() -> None:
    plain = [word.form for word in reader.read("don't go, he's in the kitchen")]
    assert [word.form for word in reader.read("DON’T GO, HE’S IN THE KITCHEN")] == plain
    assert plain[0] == "dont"


def test_many_threads_read_as_one() -> None:
    expected, wrong = [reader.read(text) for text in TEXTS], []

    def work() -> None:
        wrong.extend(text for text, words in zip(TEXTS, expected, strict=True) if reader.read(text) != words)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_new_words_are_not_kept() -> None:
    strings = reader._english().vocab.strings
    reader.read("warm up")
    before = len(strings)
    for number in range(500):
        reader.read(f"zxq{number}vut bnm{number}kol")
    assert len(strings) <= before + 10


def test_the_gazetteers_name_their_sources() -> None:
    for name in ("names.txt", "places.txt"):
        assert "Source" in (masking.GAZETTEERS / name).read_text(encoding="utf-8")[:400]


@pytest.mark.parametrize(
    ("form", "short"),
    [("threatened", "threaten"), ("threatening", "threaten"), ("knives", "knive"), ("bodies", "body"), ("is", "is"), ("hitting", "hit"),
     ("<phone>", "<phone>"), ("glass", "glass")],
)  # fmt: skip
def test_common_endings_fall_away(form: str, short: str) -> None:
    assert reader.lemma(form) == short


BITS = st.sampled_from(
    ["he's", "don't", "U.K.", "8 a.m.", "9pm", ":)", ": )", ":-(", "...", ". .", "!", "?!", "'", '"', "(", ")", "e-mail", "a.b@c.uk", "07700 900123", "£5",
     "😭", "。", "x.y", "and/or", "1/2", "\n", "\n\n", "  ", "\t", "\x00", "’tis", "o'clock", "www.a.uk", "mr", "smith", "12/05/2025", "cannot", "gonna", "Ⅷ", '! " !', "! § !",
     "QQ 12 34 56 C", "le1 4ab", "+44 7700 900123", "£ 12", "ab12 cde", "1980", "https://a.uk/1"]
)  # fmt: skip


@pytest.fixture(scope="module")
def whole() -> Language:
    """spaCy with its own sentencizer, which cuts a text as a whole: slow, and what the reader must equal."""
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    return nlp


def in_one_piece(text: str, whole: Language) -> list[Word]:
    found, sentence = [], -1
    for token in whole(fold(text)):
        sentence += bool(token.is_sent_start)
        if not token.is_space:
            found.append(Word(token.text, token.idx, token.idx + len(token.text), max(sentence, 0)))
    return reader._joined(found)


@settings(max_examples=60, deadline=None)
@example(bits=[("oh ! § ! he", " ")])
@given(bits=st.lists(st.tuples(BITS | st.text(max_size=4), st.sampled_from(["", " ", " ", " "]))))
def test_words_cut_by_stretches_are_those_of_the_whole(whole: Language, bits: list[tuple[str, str]]) -> None:
    text = "".join(bit + gap for bit, gap in bits)
    assert reader._tokens(fold(text)) == in_one_piece(text, whole)


@settings(max_examples=200, deadline=None)
@given(st.lists(BITS | st.text(max_size=4)))
def test_masks_left_out_could_not_have_matched(bits: list[str]) -> None:
    text = " ".join(bits)
    whole = re.compile("|".join(f"(?P<{name}>{source})" for name, source, _ in masking._PATTERNS))
    every = [(m.span(), m.lastgroup) for m in whole.finditer(fold(text))]
    assert [(m.span(), m.lastgroup) for m in masking._needed(fold(text)).finditer(fold(text))] == every


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(["A", "É", "a", "bc", "High", "Road", "road", "ST", " ", " ", "_", "1", "\u0301"])
    )
)
def test_a_street_begins_at_the_edge_of_a_word(bits: list[str]) -> None:
    plainly = re.compile(rf"\b(?:[A-Z][a-z]{{2,20}} ){{1,2}}(?i:{masking._STREETS})\b")
    text = "".join(bits) + " High Road"
    asked = [m.span() for m in plainly.finditer(text)]
    assert [m.span() for m in masking._STREET.finditer(text)] == asked
