"""How the words around a hit are read: what is really said not to be, and what only looks so."""

import pytest

from triage_model import policy, rulefiles, rules, teams
from triage_model.rules import Rulebook
from triage_model.types import Hit, TimeStatus

NOW, RECENT, PAST, ASIDE = TimeStatus.NOW, TimeStatus.RECENT, TimeStatus.PAST, TimeStatus.NOT_ASSERTED


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return rulefiles.load(rules.DEFAULT, policy.load(), teams.load())


def blade(book: Rulebook, text: str) -> list[Hit]:
    return [hit for hit in book.hits(book.readings([text])) if hit.source == "rule:R04-blade"]


@pytest.mark.parametrize(
    "text",
    [
        "not sure if he has a knife",
        "I am not joking he has a knife",
        "without warning he pulled a knife",
        "there is no doubt he has a knife",
        "no one is helping and he has a knife",
        "nobody is hurt but he has still got the knife",
        "no gun this time, he has a knife",
        "this is not an emergency, he has a knife that's all",
        "I dont want police, he has a knife",
        "he never stops, he has got a knife",
        "if I leave he has a knife ready",
        "nothing serious, just a man waving a knife",
    ],
)
def test_what_only_looks_like_a_denial_is_asserted(book: Rulebook, text: str) -> None:
    assert any(hit.status is not ASIDE for hit in blade(book, text))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("he did not have a knife", "said not to be so"),
        ("there was no knife in his hand", "said not to be so"),
        ("he left without a knife in his hand", "said not to be so"),
        ("she denies he has a knife", "said not to be so"),
        ("what if someone has a knife", "asked or supposed"),
        ("for my coursework, a man has a knife", "asked or supposed"),
        ("in the film a man has a knife", "story, game or campaign"),
        ("he has a knife in fortnite", "story, game or campaign"),
    ],
)
def test_what_is_not_happening_is_set_aside_with_its_reason(book: Rulebook, text: str, why: str) -> None:
    (hit,) = blade(book, text)
    assert hit.status is ASIDE
    assert hit.floor is None
    assert hit.set_aside is not None
    assert why in hit.set_aside


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("he has a knife", NOW),
        ("lad with a knife", NOW),
        ("he pulled a knife on me 5 mins ago", NOW),
        ("he pulled a knife on me just now", NOW),
        ("a man pulled a knife on me", RECENT),
        ("a man pulled a knife on me last night", RECENT),
        ("a man pulled a knife on me on saturday", PAST),
        ("a man pulled a knife on me two years ago", PAST),
        ("in 2009 a man pulled a knife on me", PAST),
        ("a man pulled a knife on me last year and now he has moved in next door", RECENT),
        ("so last month he comes up to me and he has a knife", PAST),
    ],
)
def test_the_time_of_a_hit_is_read_from_its_words(book: Rulebook, text: str, status: TimeStatus) -> None:
    assert blade(book, text)[0].status is status


def test_a_time_told_just_before_carries_on(book: Rulebook) -> None:
    assert blade(book, "This was last year. A man pulled a knife on me.")[0].status is PAST


def test_a_time_told_far_before_does_not(book: Rulebook) -> None:
    text = (
        "Last year was good. "
        + "We like it here and the garden is nice. " * 8
        + "A man pulled a knife on me."
    )
    assert blade(book, text)[0].status is RECENT


@pytest.mark.parametrize(
    ("text", "status", "why"),
    [
        ("every saturday lads with a knife by the shops", RECENT, "it goes on"),
        ("every saturday, and right now, lads with a knife by the shops", NOW, "right now"),
        ("every saturday he is waving a knife at us", NOW, "present tense"),
        (
            "We went in. He shouted and threw the bin and came at us. Knife in hand.",
            RECENT,
            "told in the past",
        ),
        ("We went in. He shouted and threw the bin and he is here. Knife in hand.", NOW, "present tense"),
        ("a lad with a knife by the bins, turned out to be a stick", PAST, "told as over"),
        ("a lad with a knife, turned out to be a stick, now he has a real knife", NOW, ""),
        ("he pulled a knife on my aunt. he is abroad now", PAST, "told in the past"),
        ("he pulled a knife on my aunt. he is abroad now but his brother is back", RECENT, "past tense"),
        (
            "he pulled a knife on my aunt. he lives in spain but he is coming round tonight",
            RECENT,
            "past tense",
        ),
        ("he has a knife in his hand. he is abroad now", NOW, "present tense"),
        ("he pulled a knife on her at school. it was 20 years ago", PAST, "told in the past"),
        (
            "he pulled a knife on her. 20 years ago it was his dad. this morning she rang",
            RECENT,
            "past tense",
        ),
        ("in court he was charged and after being caught with a knife in hand he left", RECENT, "past tense"),
    ],
)
def test_habits_frames_and_outcomes_are_read_and_said(
    book: Rulebook, text: str, status: TimeStatus, why: str
) -> None:
    hit = blade(book, text)[0]
    assert hit.status is status
    assert why in hit.context[0]


ACCOUNT = "I have been with him for nine years and we have two girls at school and a mortgage. " * 4


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("He gets angry and then it is me, him and a knife in his hand. Any advice would help.", NOW),
        ("Arguments, plates, a knife in his hand. Has anyone been through this?", RECENT),
        ("Arguments, plates, a knife in his hand. He is here now. Has anyone been through this?", NOW),
        ("Arguments, plates, a knife in his hand.", NOW),
    ],
)
def test_an_account_that_asks_for_advice_is_not_taken_for_now(
    book: Rulebook, told: str, status: TimeStatus
) -> None:
    assert blade(book, ACCOUNT + told)[0].status is status


def test_a_short_cry_is_now_whatever_it_asks(book: Rulebook) -> None:
    assert blade(book, "lad with a knife outside, any advice?")[0].status is NOW


def test_every_reading_says_what_moved_it(book: Rulebook) -> None:
    (hit,) = blade(book, "he had a knife last night")
    assert hit.context == ('read as recent: "last night"',)
