"""The laws of deciding, tried on every combination where inputs are few and at random where they are many."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage_model import policy, teams
from triage_model.decide import decide
from triage_model.policy import Terms
from triage_model.types import Assessment, Grade, Hit, Report, Span, TimeStatus, most_urgent

TERMS = Terms(policy.load(), teams.load(), "r-test")
GRADES = (None, *Grade)
REPORT = Report("a knife", received_at=datetime(2026, 1, 1, tzinfo=UTC))


def hit(
    floor: Grade | None,
    *,
    team: str | None = "serious_crime",
    status: TimeStatus = TimeStatus.NOW,
    **more: object,
) -> Hit:
    source = str(more.pop("source", f"rule:R{floor}-{team}-{status}"))
    return Hit(
        source=source, says="A reason", status=status, floor=floor, span=Span(0, 2, 7), team=team, **more
    )  # type: ignore[arg-type]


def opinion(grade: Grade | None) -> Assessment | None:
    return (
        None
        if grade is None
        else Assessment("m-test", grade, 0.5, ((grade, 1.0),), (("roads", 0.7), ("volume_crime", 0.3)))
    )


HITS = [
    hit(floor, team=team, status=status, set_aside="negated" if status is TimeStatus.NOT_ASSERTED else None)
    for floor in GRADES
    for team in (None, "domestic_abuse", "serious_crime")
    for status in TimeStatus
    if floor is None or status is not TimeStatus.NOT_ASSERTED
] + [hit(Grade.EMERGENCY, trial=True), hit(Grade.PRIORITY, source="policy:R48", team="contact_desk")]
NONE_ONE_AND_TWO = [(), *((h,) for h in HITS), *itertools.combinations(HITS, 2)]


@pytest.mark.parametrize("high_water", GRADES)
@pytest.mark.parametrize("grade", GRADES)
def test_the_grade_is_the_most_urgent_and_is_explained(grade: Grade | None, high_water: Grade | None) -> None:
    for hits in NONE_ONE_AND_TWO:
        decision = decide(REPORT, hits, opinion(grade), TERMS, high_water=high_water)
        floors = [h.floor for h in hits if not h.trial]
        expected = most_urgent([grade, high_water, *floors]) or Grade.RESOLUTION_WITHOUT_DEPLOYMENT
        assert decision.grade is expected
        assert any(
            e.source == decision.grade_source and e.decisive for e in decision.evidence if e.about == "grade"
        )
        assert any(e.source == decision.team_source for e in decision.evidence if e.about == "team")
        assert decision.teams[0][0] == decision.team
        assert len(decision.evidence) >= len(hits)


@pytest.mark.parametrize("extra", HITS)
def test_one_more_hit_never_lowers_a_grade(extra: Hit) -> None:
    for hits in NONE_ONE_AND_TWO:
        before = decide(REPORT, hits, None, TERMS).grade
        after = decide(REPORT, (*hits, extra), None, TERMS).grade
        assert most_urgent([before, after]) is after


def test_a_trial_rule_is_recorded_and_raises_nothing() -> None:
    decision = decide(REPORT, [hit(Grade.EMERGENCY, trial=True)], None, TERMS)
    assert decision.grade is Grade.RESOLUTION_WITHOUT_DEPLOYMENT
    assert decision.evidence[0].set_aside == "trial rule: recorded only"


def test_a_set_aside_hit_is_shown_and_sends_the_report_to_a_person() -> None:
    decision = decide(
        REPORT, [hit(None, status=TimeStatus.NOT_ASSERTED, set_aside="said not to be so")], None, TERMS
    )
    assert decision.needs_review
    assert decision.evidence[0].set_aside == "said not to be so"


def test_without_a_model_the_rule_that_sets_the_grade_names_the_team() -> None:
    hits = [hit(Grade.EMERGENCY), hit(Grade.EMERGENCY, team="domestic_abuse")]
    decision = decide(REPORT, hits, None, TERMS)
    assert (decision.team, decision.team_source) == ("domestic_abuse", "rule:R1-domestic_abuse-now")
    assert decision.co_notify == ("serious_crime",)


@pytest.mark.parametrize(
    ("chance", "team", "source"),
    [(0.2, "serious_crime", "rule:R1-serious_crime-now"), (0.12, "roads", "model")],
)
def test_a_team_that_a_rule_names_counts_four_times(chance: float, team: str, source: str) -> None:
    teams = (("roads", 0.6), ("neighbourhood", 0.4 - chance), ("serious_crime", chance))
    decision = decide(REPORT, [hit(Grade.EMERGENCY)], replace(opinion(Grade.PRIORITY), teams=teams), TERMS)
    assert (decision.team, decision.team_source) == (team, source)
    assert dict(decision.teams) == dict(teams)


def test_a_denied_hit_names_no_team() -> None:
    teams = (("roads", 0.6), ("serious_crime", 0.4))
    denied = hit(None, status=TimeStatus.NOT_ASSERTED)
    decision = decide(REPORT, [denied], replace(opinion(Grade.PRIORITY), teams=teams), TERMS)
    assert decision.team == "roads"


def test_a_missing_model_leaves_a_rule_its_team() -> None:
    floor = hit(Grade.PRIORITY, source="policy:R48", team="contact_desk")
    decision = decide(REPORT, [floor, hit(Grade.SCHEDULED, team="roads")], None, TERMS)
    assert (decision.grade, decision.team) == (Grade.PRIORITY, "roads")


@pytest.mark.parametrize(
    ("says", "told"),
    [
        ("No model answered.", "No model answered. Such reports go to this team."),
        ("A pothole", "A pothole: this team owns such matters"),
    ],
)
def test_why_a_team_was_named_reads_as_a_sentence(says: str, told: str) -> None:
    floor = replace(hit(Grade.PRIORITY, source="policy:R48", team="contact_desk"), says=says)
    evidence = decide(REPORT, [floor], None, TERMS).evidence
    assert [item.says for item in evidence if item.about == "team"] == [told]


def test_contact_caution_suppresses_what_a_screen_may_show() -> None:
    decision = decide(REPORT, [hit(Grade.EMERGENCY, flags=("contact_caution",))], None, TERMS)
    assert decision.public_display == "suppress"


def test_the_clock_runs_from_receipt_by_grade() -> None:
    decision = decide(REPORT, [hit(Grade.EMERGENCY)], None, TERMS)
    assert decision.due_by is not None
    assert (decision.due_by - REPORT.received_at).total_seconds() == 120  # type: ignore[operator]


@given(st.lists(st.sampled_from(HITS), max_size=6), st.sampled_from(GRADES), st.randoms())
def test_the_order_of_hits_never_changes_grade_or_team(
    hits: list[Hit], grade: Grade | None, random: object
) -> None:
    shuffled = sorted(hits, key=lambda _: random.random())  # type: ignore[attr-defined]
    one, other = (decide(REPORT, some, opinion(grade), TERMS) for some in (hits, shuffled))
    assert (one.grade, one.team) == (other.grade, other.team)


@given(st.lists(st.sampled_from(GRADES)))
def test_most_urgent_is_the_smallest_number_given(grades: list[Grade | None]) -> None:
    assert most_urgent(grades) == min((g for g in grades if g), default=None)
