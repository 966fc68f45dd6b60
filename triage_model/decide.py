"""Where the classifier, the rules and the policy meet.

The law it keeps: the suggested grade is the most urgent of what the classifier says, every
hit's floor and the high-water mark. Nothing here can lower one. Pure: the same inputs give
the same decision, so a stored one can be replayed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from triage_model.policy import Policy
from triage_model.teams import Taxonomy
from triage_model.types import Assessment, Decision, Evidence, Grade, Hit, Report, TimeStatus, most_urgent

NO_HIT = "policy:none"
HIGH_WATER = "policy:high_water"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a decision is made under: the data that people decide, and the digest of the rules."""

    policy: Policy
    taxonomy: Taxonomy
    rulebook_id: str


def decide(
    report: Report,
    hits: Sequence[Hit],
    assessment: Assessment | None,
    terms: Terms,
    *,
    high_water: Grade | None = None,
    signposts: Sequence[str] = (),
    degraded: bool = False,
) -> Decision:
    """Suggest a grade and a team for a report, with every reason for them."""
    floors = [hit.floor for hit in hits if not hit.trial]
    opinion = assessment.grade if assessment else None
    grade = most_urgent([opinion, *floors, high_water]) or Grade.RESOLUTION_WITHOUT_DEPLOYMENT
    top = _decisive(hits, grade)
    grade_source = _grade_source(top, opinion, high_water, grade)
    team, team_source = _team(hits, top, assessment, terms.taxonomy)
    live = [hit for hit in hits if not hit.trial and hit.status is not TimeStatus.NOT_ASSERTED]
    flags = _in_order(terms.policy.flags, (flag for hit in live for flag in hit.flags))
    minutes = terms.policy.clock_minutes[grade]
    reviews = _review_reasons(hits, assessment)
    return Decision(
        report_ref=report.ref,
        grade=grade,
        grade_name=terms.taxonomy.grade_names[grade],
        grade_source=grade_source,
        team=team,
        team_source=team_source,
        first_action=_first_action(grade, team, signposts, terms),
        time_status=_time_status(top, live),
        evidence=_evidence(
            hits, assessment, terms, grade=grade, grade_source=grade_source, team_source=team_source
        ),
        p_emergency=assessment.p_emergency if assessment else None,
        grade_probabilities=assessment.grade_probabilities if assessment else (),
        teams=_teams(team, assessment),
        co_notify=_co_notify(live, team, terms.taxonomy),
        flags=flags,
        gaps=_in_order(terms.policy.gaps, (gap for hit in live for gap in hit.gaps)),
        public_advice=_in_order(terms.policy.advice, (code for hit in live for code in hit.advice)),
        public_display="suppress" if terms.policy.suppress_flags & set(flags) else "show",
        signposts=tuple(signposts),
        needs_review=bool(reviews),
        review_reasons=reviews,
        degraded=degraded,
        received_at=report.received_at,
        due_by=report.received_at + timedelta(minutes=minutes) if report.received_at else None,
        model_id=assessment.model_id if assessment else None,
        rulebook_id=terms.rulebook_id,
        taxonomy_id=terms.taxonomy.id,
    )


def _decisive(hits: Iterable[Hit], grade: Grade) -> Hit | None:
    """The hit that set the grade: a rule before a policy, since a rule can show the words."""
    setters = [hit for hit in hits if hit.floor == grade and not hit.trial]
    return min(setters, key=lambda hit: hit.source.startswith("policy:"), default=None)


def _grade_source(top: Hit | None, opinion: Grade | None, high_water: Grade | None, grade: Grade) -> str:
    if top is not None and (top.source.startswith("rule:") or opinion != grade):
        return top.source
    if opinion == grade:
        return "model"
    return HIGH_WATER if high_water == grade else NO_HIT


def _team(
    hits: Sequence[Hit], top: Hit | None, assessment: Assessment | None, taxonomy: Taxonomy
) -> tuple[str, str]:
    """A rule that sets the grade names the team; then the classifier; then any rule; then the desk."""
    setters = [hit for hit in hits if top and hit.floor == top.floor and hit.team and not hit.trial]
    named = [hit for hit in hits if hit.team and not hit.trial and hit.status is not TimeStatus.NOT_ASSERTED]
    by_rule = [hit for hit in setters if hit.source.startswith("rule:")]
    if by_rule:
        return _first(by_rule, taxonomy)
    if assessment and assessment.teams:
        return assessment.teams[0][0], "model"
    rules = [hit for hit in named if hit.source.startswith("rule:")]
    return _first(rules or setters, taxonomy) if rules or setters else (taxonomy.default_team, NO_HIT)


def _first(hits: Sequence[Hit], taxonomy: Taxonomy) -> tuple[str, str]:
    team = taxonomy.in_order(hit.team for hit in hits if hit.team)[0]
    return team, next(hit.source for hit in hits if hit.team == team)


def _teams(team: str, assessment: Assessment | None) -> tuple[tuple[str, float | None], ...]:
    ranked = dict(assessment.teams) if assessment else {}
    rest = [(code, chance) for code, chance in ranked.items() if code != team]
    return ((team, ranked.get(team)), *rest)


def _co_notify(live: Sequence[Hit], team: str, taxonomy: Taxonomy) -> tuple[str, ...]:
    others = [hit.team for hit in live if hit.team and hit.source.startswith("rule:")]
    asked = [code for hit in live for code in hit.co_notify]
    return tuple(code for code in taxonomy.in_order([*others, *asked]) if code != team)


def _first_action(grade: Grade, team: str, signposts: Sequence[str], terms: Terms) -> str:
    idle = grade is Grade.RESOLUTION_WITHOUT_DEPLOYMENT and team == terms.taxonomy.default_team
    return "signpost" if idle and signposts else terms.policy.first_action[grade]


def _time_status(top: Hit | None, live: Sequence[Hit]) -> TimeStatus | None:
    if top is not None and top.source.startswith("rule:"):
        return top.status
    order = list(TimeStatus)
    rules = [hit.status for hit in live if hit.source.startswith("rule:")]
    return min(rules, key=order.index, default=None)


def _in_order(listed: Iterable[str], wanted: Iterable[str]) -> tuple[str, ...]:
    chosen = set(wanted)
    return tuple(name for name in listed if name in chosen)


def _review_reasons(hits: Sequence[Hit], assessment: Assessment | None) -> tuple[str, ...]:
    reasons = [hit.review for hit in hits if hit.review and not hit.trial]
    asides = [f"{hit.says}: set aside, {hit.set_aside}" for hit in hits if hit.set_aside and not hit.trial]
    model = [assessment.uncertain] if assessment and assessment.uncertain else []
    return tuple(dict.fromkeys([*reasons, *asides, *model]))


def _evidence(
    hits: Sequence[Hit],
    assessment: Assessment | None,
    terms: Terms,
    *,
    grade: Grade,
    grade_source: str,
    team_source: str,
) -> tuple[Evidence, ...]:
    found = [_from_hit(hit, decisive=hit.source == grade_source and hit.floor == grade) for hit in hits]
    model = [
        replace(item, decisive=(grade_source if item.about == "grade" else team_source) == "model")
        for item in (assessment.evidence if assessment else ())
    ]
    bare = _for_grade(grade_source, found + model, terms) + _for_team(team_source, hits, model)
    return (*found, *model, *bare)


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


def _for_grade(source: str, given: Sequence[Evidence], terms: Terms) -> list[Evidence]:
    """Words for a grade that nothing in the text explains, so that no decision goes unexplained."""
    if any(item.source == source and item.about == "grade" for item in given):
        return []
    says = {
        HIGH_WATER: terms.policy.high_water_says,
        NO_HIT: "No rule found danger in this report; a person still reads it.",
        "model": "The wording as a whole points to this grade; no single word stands out.",
    }[source]
    return [Evidence(source=source, about="grade", says=says, decisive=True)]


def _for_team(source: str, hits: Sequence[Hit], model: Sequence[Evidence]) -> list[Evidence]:
    if source == "model" and any(item.about == "team" for item in model):
        return []
    owner = next((hit for hit in hits if hit.source == source), None)
    if owner is not None:
        says = f"{owner.says}: this team owns such matters"
        return [Evidence(source=source, about="team", says=says, span=owner.span, decisive=True)]
    says = (
        "The wording as a whole points to this team."
        if source == "model"
        else "No team stood out; the desk decides."
    )
    return [Evidence(source=source, about="team", says=says, decisive=True)]
