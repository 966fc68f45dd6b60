"""One report: its text with the evidence marked, every reason in words, and the handler's decision."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Blueprint, render_template, request
from flask_login import login_required

from service import colleagues, inbox, similar
from service.clock import now
from service.handling import Incomplete
from service.inbox import Opened
from service.pages import marking, pinned, refusals, timeline, training
from service.pages.session import desk, me

bp = Blueprint("report", __name__)
refusals.add(bp)

Json = dict[str, Any]

REASONS = {
    "not_happening": "It is not happening, or is over and nobody is exposed",
    "no_danger": "The words are alarming and the matter is not",
    "known_and_handled": "Known and already being dealt with",
    "spoke_to_reporter": "I spoke to the reporter",
    "wrong_words": "The system misread the words",
    "other": "Another reason",
}


@bp.get("/reports/<ref>")
@login_required
def show(ref: str) -> str:
    return page(ref)


def page(ref: str, *, problem: Incomplete | None = None, conflict: bool = False) -> str:
    """The report as it stands, with what stood in the way of an act and what was typed for it."""
    at, user = desk(), me()
    opened = inbox.look(at, user, ref)
    evidence = opened.decision["evidence"] if opened.decision else []
    first = training.must_grade_first(opened)
    return render_template(
        "first.html" if first else "report.html",
        opened=opened,
        item=opened.item,
        decision=opened.decision,
        typed=request.form,
        problem=problem,
        conflict=conflict,
        now=now(),
        me=user,
        teams={team.code: team.name for team in at.triage.taxonomy.teams},
        taxonomy=at.triage.taxonomy,
        policy=at.triage.policy,
        parts=[
            (part, marking.runs(part.text, part.number, [] if first else evidence)) for part in opened.parts
        ],
        **({} if first else _reasons(opened, evidence) | _around(opened)),
    )


def _reasons(opened: Opened, evidence: Sequence[Json]) -> Json:
    """Why it has its grade, what was set aside, what is missing, and what to say to the public."""
    texts = [part.text for part in opened.parts]
    about = [marking.quoted(item, texts) for item in evidence if item["for"] == "grade"]
    posts = [desk().triage.signposts.named(code) for code in (opened.decision or {}).get("signposts", [])]
    return {
        "reasons": _under_headings(_once(item for item in about if not item["set_aside"])),
        "asides": [item for item in about if item["set_aside"]],
        "cautions": _cautions(about),
        "signposts": [post for post in posts if post],
        "pins": pinned.pins(opened, evidence),
    }


def _around(opened: Opened) -> Json:
    """What happened to it, who looked, what else there is, and to whom it can go."""
    trained = [act for act in opened.acts if act.kind == "graded_first" and act.username == me().username]
    return {
        "entries": timeline.entries(opened),
        "looks": timeline.looks(opened),
        "links": similar.links(desk(), me(), opened),
        "people": [name for name in colleagues.of(desk().store) if name != me().username],
        "lower_reasons": REASONS,
        "trained": trained[-1] if trained else None,
        "lowered": next((act for act in reversed(opened.acts) if act.kind == "decided"), None),
    }


def _under_headings(evidence: Any) -> dict[str, list[Json]]:
    """Reasons grouped as THRIVE groups them, in its order; the model's words come last."""
    groups: dict[str, list[Json]] = defaultdict(list)
    for item in evidence:
        groups[item["heading"] or "wording"].append(item)
    order = [*desk().triage.policy.headings, "wording"]
    return dict(sorted(groups.items(), key=lambda group: order.index(group[0]) if group[0] in order else 99))


def _once(evidence: Iterable[Json]) -> list[Json]:
    """A word that the model weighed in two places is named once; both places are marked in the text."""
    named = {(item["tail"] and item["says"]) or str(place): item for place, item in enumerate(evidence)}
    return list(named.values())


def _cautions(evidence: Sequence[Json]) -> list[str]:
    """The writer's own words that ask for caution: those that a rule with such a flag found."""
    wary = desk().triage.policy.suppress_flags
    rules = {rule.source_name for rule in desk().triage.rulebook.rules if wary & set(rule.flags)}
    return list(
        dict.fromkeys(item["quote"] for item in evidence if item["source"] in rules and item["quote"])
    )
