"""Puts the reasons for a decision in words. It gathers what was found and invents nothing."""

from collections.abc import Sequence
from dataclasses import replace

from triage_model.policy import Policy
from triage_model.types import Assessment, Evidence, Grade, Hit

NO_HIT = "policy:none"
HIGH_WATER = "policy:high_water"


def gather(
    hits: Sequence[Hit],
    assessment: Assessment | None,
    policy: Policy,
    *,
    grade: Grade,
    sources: tuple[str, str],
) -> tuple[Evidence, ...]:
    """All evidence for a decision. `sources` are what set the grade and what named the team."""
    grade_source, team_source = sources
    found = [_from_hit(hit, decisive=hit.source == grade_source and hit.floor == grade) for hit in hits]
    decisive = {about for about, source in zip(("grade", "team"), sources, strict=True) if source == "model"}
    model = [
        replace(item, decisive=True) if item.about in decisive else item
        for item in (assessment.evidence if assessment else ())
    ]
    bare = _for_grade(grade_source, found + model, policy) + _for_team(team_source, hits, model)
    return (*found, *model, *bare)


def reviews(hits: Sequence[Hit], assessment: Assessment | None) -> tuple[str, ...]:
    """Why a person should read the report within the time for reviews."""
    reasons = [hit.review for hit in hits if hit.review and not hit.trial]
    asides = [f"{hit.says}: set aside, {hit.set_aside}" for hit in hits if hit.set_aside and not hit.trial]
    model = [assessment.uncertain] if assessment and assessment.uncertain else []
    return tuple(dict.fromkeys([*reasons, *asides, *model]))


def _from_hit(hit: Hit, *, decisive: bool) -> Evidence:
    return Evidence(
        source=hit.source,
        about="grade",
        says=hit.says,
        span=hit.span,
        status=hit.status,
        floor=hit.floor,
        heading=hit.heading,
        decisive=decisive and not hit.trial,
        set_aside="trial rule: recorded only" if hit.trial else hit.set_aside,
        context=hit.context,
    )


def _for_grade(source: str, given: Sequence[Evidence], policy: Policy) -> list[Evidence]:
    """Words for a grade that nothing in the text explains, so that no decision goes unexplained."""
    if any(item.source == source and item.about == "grade" for item in given):
        return []
    says = {
        HIGH_WATER: policy.high_water_says,
        NO_HIT: "No rule found danger in this report; a person still reads it.",
        "model": "The wording as a whole points to this grade; no single word stands out.",
    }[source]
    return [Evidence(source=source, about="grade", says=says, decisive=True)]


def _for_team(source: str, hits: Sequence[Hit], model: Sequence[Evidence]) -> list[Evidence]:
    if source == "model" and any(item.about == "team" for item in model):
        return []
    owner = next((hit for hit in hits if hit.source == source), None)
    if owner is not None:
        is_sentence = owner.says.endswith(".")
        goes = " Such reports go to this team." if is_sentence else ": this team owns such matters"
        return [Evidence(source=source, about="team", says=owner.says + goes, span=owner.span, decisive=True)]
    by_model = "The wording as a whole points to this team."
    says = by_model if source == "model" else "No team stood out; the desk decides."
    return [Evidence(source=source, about="team", says=says, decisive=True)]
