"""Who owns a report: the rule that set its grade, then the classifier, then any rule, then the desk."""

from collections.abc import Sequence

from triage_model.evidence import NO_HIT
from triage_model.teams import Taxonomy
from triage_model.types import Assessment, Hit, TimeStatus


def team(
    hits: Sequence[Hit], top: Hit | None, assessment: Assessment | None, taxonomy: Taxonomy
) -> tuple[str, str]:
    """The team and what named it."""
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


def ranked(owner: str, assessment: Assessment | None) -> tuple[tuple[str, float | None], ...]:
    """All teams that the classifier weighed, the owner first."""
    chances = dict(assessment.teams) if assessment else {}
    rest = [(code, chance) for code, chance in chances.items() if code != owner]
    return ((owner, chances.get(owner)), *rest)


def co_notify(live: Sequence[Hit], owner: str, taxonomy: Taxonomy) -> tuple[str, ...]:
    """The other teams that should know, in order of precedence."""
    others = [hit.team for hit in live if hit.team and hit.source.startswith("rule:")]
    asked = [code for hit in live for code in hit.co_notify]
    return tuple(code for code in taxonomy.in_order([*others, *asked]) if code != owner)
