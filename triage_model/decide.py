"""Where the classifier, the rules and the policy meet.

Law: the grade is the most urgent of the classifier's, every hit's floor and the high-water mark.
Pure: the same inputs give the same decision, so a stored one can be replayed.
"""

from collections.abc import Iterable, Sequence

from triage_model import owners
from triage_model.details import due_by, first_action, in_order, time_status
from triage_model.evidence import HIGH_WATER, NO_HIT, gather, reviews
from triage_model.policy import Terms
from triage_model.types import Assessment, Decision, Grade, Hit, Report, TimeStatus, most_urgent


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
    team, team_source = owners.team(hits, top, assessment, terms.taxonomy)
    live = [hit for hit in hits if not hit.trial and hit.status is not TimeStatus.NOT_ASSERTED]
    flags = in_order(terms.policy.flags, (flag for hit in live for flag in hit.flags))
    reasons = reviews(hits, assessment)
    return Decision(
        report_ref=report.ref,
        grade=grade,
        grade_name=terms.taxonomy.grade_names[grade],
        grade_source=grade_source,
        team=team,
        team_source=team_source,
        first_action=first_action(grade, team, signposts, terms),
        time_status=time_status(top, live),
        evidence=gather(hits, assessment, terms.policy, grade=grade, sources=(grade_source, team_source)),
        p_emergency=assessment.p_emergency if assessment else None,
        grade_probabilities=assessment.grade_probabilities if assessment else (),
        teams=owners.ranked(team, hits, assessment),
        co_notify=owners.co_notify(live, team, terms.taxonomy),
        flags=flags,
        gaps=in_order(terms.policy.gaps, (gap for hit in live for gap in hit.gaps)),
        public_advice=in_order(terms.policy.advice, (code for hit in live for code in hit.advice)),
        public_display="suppress" if terms.policy.suppress_flags & set(flags) else "show",
        signposts=tuple(signposts),
        needs_review=bool(reasons),
        review_reasons=reasons,
        degraded=degraded,
        received_at=report.received_at,
        due_by=due_by(report.received_at, terms.policy.clock_minutes[grade]),
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
