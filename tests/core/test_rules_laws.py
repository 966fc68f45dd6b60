"""The laws of the rulebook, tried on its own examples and on text made of them."""

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from triage_model import mutations, policy, prove, rulefiles, rules, signposts, teams, traps, triage
from triage_model.errors import RulebookError
from triage_model.rules import Rule, Rulebook
from triage_model.triage import Triage
from triage_model.types import Grade, Report, TimeStatus, most_urgent


def load() -> Rulebook:
    return rulefiles.load(
        rules.DEFAULT, policy.load(), teams.load(), stems=signposts.load().stems, examples=True
    )


BOOK = load()
DESK: Triage = triage.load(None).limited_to("rules")
TEXTS = [example.text for rule in BOOK.rules for example in rule.examples]
PIECES = [piece for text in TEXTS for piece in text.split(". ")] + [
    "not",
    "what if",
    "last year",
    "he said",
    "still",
    "🔪",
    "\n\n",
]
made_of_pieces = st.lists(st.sampled_from(PIECES), max_size=6).map(" ".join)
any_text = st.one_of(made_of_pieces, st.text(max_size=200), st.sampled_from(TEXTS))
subsets = st.lists(st.sampled_from(BOOK.rules), max_size=8, unique_by=lambda rule: rule.id)
often = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def floor(book: Rulebook, text: str) -> Grade | None:
    return most_urgent(hit.floor for hit in book.hits(book.readings([text])))


@often
@given(any_text, subsets, subsets)
def test_more_rules_never_give_a_less_urgent_grade(text: str, some: list[Rule], more: list[Rule]) -> None:
    fewer = BOOK.with_rules(some)
    larger = BOOK.with_rules([*some, *(rule for rule in more if rule not in some)])
    assert most_urgent([floor(fewer, text), floor(larger, text)]) == floor(larger, text)


@pytest.mark.parametrize("rule", BOOK.rules, ids=lambda rule: rule.id)
def test_every_example_is_fired_set_aside_or_silent_as_it_says(rule: Rule) -> None:
    assert rule.examples
    assert [problem for example in rule.examples for problem in prove.broken(BOOK, rule, example)] == []


@pytest.mark.parametrize("rule", BOOK.rules, ids=lambda rule: rule.id)
def test_floors_survive_every_way_of_typing(rule: Rule) -> None:
    fired = [example for example in rule.examples if example.expect == prove.FIRES]
    typed = [(example, name, text) for example in fired for name, text in prove.typed(BOOK, rule, example)]
    assert [problem for one in typed for problem in prove.fallen(BOOK, rule, *one)] == []


@pytest.mark.parametrize("rule", BOOK.rules, ids=lambda rule: rule.id)
def test_breaking_a_rule_breaks_its_examples(rule: Rule) -> None:
    """A rule whose phrases find nothing must fail its own examples: they can fail."""
    from dataclasses import replace

    mute = replace(rule, phrases=(), whole_text=(), shapes=frozenset())
    book = BOOK.with_rules([mute if other is rule else other for other in BOOK.rules])
    assert any(problem for example in mute.examples for problem in prove.broken(book, mute, example))


@often
@given(
    st.sampled_from(TEXTS), st.sampled_from(sorted(mutations.ANYWHERE | mutations.AROUND)), st.integers(0, 99)
)
def test_the_grade_of_a_report_survives_writing(text: str, way: str, seed: int) -> None:
    words = len(BOOK.readings([text])[0].tokens)
    around = way in mutations.AROUND
    typed = (mutations.ANYWHERE | mutations.AROUND)[way](text)
    if around and words < 10:
        return  # whole-text rules (a bare plea, silence) are about having nothing else around
    before, after = (BOOK.hits(BOOK.readings([one])) for one in (text, typed))
    slipped = {t.plain for t in BOOK.readings([typed])[0].tokens} - {
        t.plain for t in BOOK.readings([text])[0].tokens
    }
    if way in {"typo", "doubled letter"} and (
        slipped & BOOK.vocabulary.real_words or not _one_slip(text, typed)
    ):
        return
    floors = [most_urgent(hit.floor for hit in hits) for hits in (before, after)]
    assert most_urgent(floors) == floors[1], (way, typed)


def _one_slip(text: str, typed: str) -> bool:
    return prove._one_slip(BOOK, text, typed)


@often
@given(any_text)
def test_context_never_hides_a_hit(text: str) -> None:
    for hit in BOOK.hits(BOOK.readings([text])):
        assert (hit.status is TimeStatus.NOT_ASSERTED) == (hit.set_aside is not None)
        assert hit.context
    decision = DESK.decide(Report(text))
    asides = [hit for hit in BOOK.hits(BOOK.readings([text])) if hit.set_aside]
    assert decision.needs_review or not asides


@often
@given(st.text(max_size=400))
def test_any_text_at_all_is_decided_and_its_spans_are_within_it(text: str) -> None:
    decision = DESK.decide(Report(text))
    for item in decision.evidence:
        if item.span:
            assert 0 <= item.span.start <= item.span.end <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        ".",
        "?",
        "\u200b",
        "🙂🙂",
        "qwrt plkj zxcv bnmh ghjk",
        "proszę o pomoc prawną w mojej sprawie",
        "મને મદદ કરો",
    ],
)
def test_what_cannot_be_read_is_grade_two_or_more_urgent(text: str) -> None:
    decision = DESK.decide(Report(text))
    assert most_urgent([decision.grade, Grade.PRIORITY]) is decision.grade
    assert decision.grade_source != "policy:none"


def test_a_broken_rule_file_names_every_problem_with_file_line_and_mend(tmp_path: object) -> None:
    import shutil
    from pathlib import Path

    folder = Path(str(tmp_path)) / "book"
    shutil.copytree(rules.DEFAULT, folder)
    (folder / "broken.yaml").write_text(
        "- id: R99-x\n  title: T\n  why: W\n  floors: {now: 9}\n  phrases: ['(a', 'b']\n  heading: nonsense\n"
        "  owner: o\n  reviewed: 2026-01-01\n  source: s\n  teem: roads\n- id: R98-y\n  title: T\n",
        encoding="utf-8",
    )
    with pytest.raises(RulebookError) as caught:
        rulefiles.load(folder, policy.load(), teams.load())
    text = str(caught.value)
    for wanted in (
        "broken.yaml:4",
        "broken.yaml:10: `teem`",
        "no heading `nonsense`",
        "R98-y has no `phrases`",
    ):
        assert wanted in text


@pytest.mark.parametrize("trap", traps.read(), ids=lambda trap: trap.at.rpartition(":")[2])
def test_no_trap_is_sprung(trap: traps.Trap) -> None:
    assert list(traps.sprung(BOOK, (trap,))) == []


def test_the_traps_are_of_every_kind_in_both_directions() -> None:
    laid = traps.read()
    assert len(traps.kinds(laid)) >= 12
    assert {trap.expect for trap in laid} == {traps.FIRES, traps.QUIET}


def test_a_sprung_trap_and_a_wrong_line_are_named(tmp_path: Path) -> None:
    calm = traps.Trap("object", traps.QUIET, "a man is waving a machete at people", "t:1")
    missed = traps.Trap("quoted", traps.FIRES, "the gate is broken", "t:2", Grade.EMERGENCY)
    told = list(traps.sprung(BOOK, (calm, missed)))
    assert ["t:1" in told[0], "t:2" in told[1]] == [True, True]
    (tmp_path / "traps.jsonl").write_text(
        '{"kind": "x"}\nnonsense\n{"kind": "x", "expect": "quiet", "text": 5}\n', encoding="utf-8"
    )
    with pytest.raises(RulebookError) as refused:
        traps.read(tmp_path)
    assert len(refused.value.problems) == 3


def test_a_book_without_a_list_of_topics_answers_as_it_did(tmp_path: Path) -> None:
    """Books from before there was a list named topics in their floors: their decisions are replayed."""
    folder = tmp_path / "old"
    shutil.copytree(rules.DEFAULT, folder)
    (folder / rulefiles.TOPICS).unlink()
    floors = folder / "policy_floors.yaml"
    floors.write_text(floors.read_text() + "topics: [canal, kettle]\nno_topic: [me, my]\n")
    old = rulefiles.load(folder, policy.load(), teams.load())
    assert "kettle" in old.topics
    assert not {"me", "my"} & old.topics
    assert "drowning" in old.topics
    assert old.id != BOOK.id


@pytest.mark.parametrize("word", ["drowning", "stabbed", "kidnapped help", "strangle", "knife", "xyzzy"])
def test_a_bare_word_of_danger_is_never_passed_over(word: str) -> None:
    assert floor(BOOK, word) in (Grade.EMERGENCY, Grade.PRIORITY)


def test_the_topics_of_short_messages_name_no_danger() -> None:
    """Each is what a harmless report may be about: none makes a rule answer by itself."""
    assert {topic for topic in BOOK.topics if floor(BOOK, topic) is not None} == set()
