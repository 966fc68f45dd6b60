"""A danger told in one sentence of a long report is read by itself as well."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.model.test_classifier import rows
from training import fit
from training.fit import Config
from triage_model.classifier import Classifier
from triage_model.features import Spec
from triage_model.head import Seen, pushes
from triage_model.passages import SHORT, passages
from triage_model.reader import Word, read

DANGER = "A man with a knife is in the park now and he is swinging it at people."
IDLE = "Kids gather at the church every weekend and leave rubbish. How do i ask about parking near the gate please. "


@pytest.fixture(scope="module")
def made() -> Classifier:
    part = fit.part(rows())
    return fit.learn(part, Config())


def _words(sentences: list[int]) -> list[Word]:
    return [Word("x", 0, 0, number) for number, length in enumerate(sentences) for _ in range(length)]


@given(st.lists(st.integers(1, 200), max_size=60))
def test_passages_leave_no_word_out_and_stay_within_the_text(sentences: list[int]) -> None:
    words = _words(sentences)
    found = passages(words)
    if found:
        covered = np.zeros(len(words), dtype=bool)
        for part in found:
            covered[part] = True
        assert covered.all()
        assert all(0 <= part.start < part.stop <= len(words) for part in found)
        assert len(found) <= len(words) / 20 + 1


def test_a_short_report_has_no_passages() -> None:
    assert passages(_words([SHORT])) == []
    assert passages(_words([10] * (SHORT // 10))) == []


def test_a_passage_weighs_as_if_it_stood_alone(made: Classifier) -> None:
    words = read(IDLE * 4 + DANGER + " " + IDLE * 4)
    whole = made.vocabulary.vector(words)
    for part in passages(words):
        glimpse = made.vocabulary.glimpse(whole, part)
        within, alone = made.vocabulary.within(whole, glimpse), made.vocabulary.vector(words[part])
        assert np.array_equal(within.sums.places, alone.sums.places)
        assert np.array_equal(within.sums.values, alone.sums.values)
        assert np.allclose(within.sums.meaning, alone.sums.meaning)
        for name in ("counts", "ranks", "firsts", "lasts"):
            assert np.array_equal(getattr(within, name), getattr(alone, name))
        (raw,) = made.grade_head.raw_of_passages(whole.sums, [glimpse])
        assert np.array_equal(raw, made.grade_head.raw(within.sums))


def test_a_buried_danger_is_an_emergency_more_than_the_whole_says(made: Classifier) -> None:
    words = read(IDLE * 4 + DANGER + " " + IDLE * 4)
    whole = replace(made, vocabulary=replace(made.vocabulary, spec=Spec(passages=0.0)))
    buried, diluted = (one.grade_scores(one.seen(words)) for one in (made, whole))
    assert buried[0] > diluted[0]
    assert list(buried[1:]) == list(diluted[1:])


def test_pushes_add_up_to_what_was_asked_of_whole_and_passage(made: Classifier) -> None:
    """Evidence is what the chances were computed from (law 7)."""
    head = made.grade_head
    assert head is not None
    seen = made.seen(read(IDLE * 4 + DANGER + " " + IDLE * 4))
    assert seen.passage is not None
    part, vector = seen.passage
    for one in (seen, Seen(seen.words[part], vector)):
        assert pushes(one, head, 0).sum() + head.bias[0] == pytest.approx(head.raw(one.vector.sums)[0])


def test_the_telling_words_come_from_the_worst_passage(made: Classifier) -> None:
    text = IDLE * 4 + DANGER + " " + IDLE * 4
    strict = replace(made, thresholds=replace(made.thresholds, emergency=0.0))
    told = [item for item in strict.assess([text]).evidence if item.about == "grade" and item.span]
    assert told
    start = text.index(DANGER)
    assert all(start <= item.span.start < start + len(DANGER) for item in told[:2] if item.span)
