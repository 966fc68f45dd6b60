"""The policy floors R48 to R52: reasons to raise or to look that no phrase of a rule gives."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from triage_model.phrases import PhraseSet
from triage_model.policy import Policy
from triage_model.reading import Reading
from triage_model.rules import Rulebook
from triage_model.types import Assessment, Grade, Hit, Report, Span, TimeStatus, most_urgent

# A run of this many letters and digits without a space is no word in any language we serve.
_PACKED = re.compile(r"[A-Za-z0-9+/=]{60,}")


def unscored(policy: Policy) -> Hit:
    """R48: no classifier answered. A provisional floor, which a completed assessment replaces."""
    return _hit("R48", policy.floors["R48"])


def hits(
    report: Report,
    readings: Sequence[Reading],
    found: Sequence[Hit],
    assessment: Assessment | None,
    rulebook: Rulebook,
    policy: Policy,
) -> tuple[Hit, ...]:
    """The policy floors that apply to a report, given what the rules found and the classifier said."""
    asked = [
        *_foreign(report, readings, rulebook, policy),
        *_contradicted(report, policy),
        *_tampered(report, readings, found, rulebook, policy),
        *_uncertain(found, assessment, policy),
    ]
    return tuple(asked)


def known_share(reading: Reading, rulebook: Rulebook) -> float:
    """What share of the words is English or the rulebook's own: 1 for no words at all."""
    tokens, english, ours = reading.tokens, rulebook.vocabulary.english, rulebook.vocabulary.words
    known = [token for token in tokens if token.plain in english or token.word in ours]
    return len(known) / len(tokens) if tokens else 1.0


def _foreign(report: Report, readings: Sequence[Reading], rulebook: Rulebook, policy: Policy) -> list[Hit]:
    """R49: a cry for help in another language is an emergency; any other such text needs a reader."""
    floor = policy.floors["R49"]
    cry = _first(readings, rulebook.asked_for("R49"))
    if cry is not None:
        says = "A cry for help in another language."
        return [_hit("R49", floor, grade=Grade.EMERGENCY, span=cry, says=says)]
    for part, reading in enumerate(readings):
        enough = len(reading.tokens) >= policy.min_words
        if enough and known_share(reading, rulebook) < policy.known_share:
            return [_hit("R49", floor, span=Span(part, 0, len(report.parts[part])))]
        if not reading.tokens and report.parts[part].strip(" \n\t.?!-"):
            return [_hit("R49", floor, span=Span(part, 0, len(report.parts[part])))]
    return []


def _contradicted(report: Report, policy: Policy) -> list[Hit]:
    """R50: the form's own questions tell of danger."""
    floor = policy.floors["R50"]
    said = [question for question in floor["danger"] if report.answers.get(question) == "yes"]
    if not said:
        return []
    now = report.answers.get(floor["when"]) == "yes"
    grade = most_urgent([Grade(floor["grade"]), Grade(floor["danger_grade"]) if now else None])
    answered = ", ".join(question.replace("_", " ") for question in said)
    return [_hit("R50", floor, grade=grade, says=f"{floor['says']} Answered yes: {answered}.")]


def _tampered(
    report: Report, readings: Sequence[Reading], found: Sequence[Hit], rulebook: Rulebook, policy: Policy
) -> list[Hit]:
    """R51: ignored as an instruction; any harm that the text tells of is then grade 2 or more urgent."""
    floor = policy.floors["R51"]
    harm = Grade(floor["grade"]) if any(hit.floor for hit in found) else None
    told = rulebook.asked_for("R51")
    for part, reading in enumerate(readings):
        packed = _PACKED.search(report.parts[part])
        span = _in_part(part, reading, told) or (Span(part, *packed.span()) if packed else None)
        if span is not None:
            return [_hit("R51", floor, grade=harm, span=span, review=floor["says"])]
    return []


def _first(readings: Sequence[Reading], phrases: PhraseSet) -> Span | None:
    """The first place in a report where one of some phrases stands."""
    spans = (_in_part(part, reading, phrases) for part, reading in enumerate(readings))
    return next((span for span in spans if span is not None), None)


def _in_part(part: int, reading: Reading, phrases: PhraseSet) -> Span | None:
    match = phrases.first(reading)
    return Span(part, *reading.stretch(match.first, match.last)) if match else None


def _uncertain(found: Sequence[Hit], assessment: Assessment | None, policy: Policy) -> list[Hit]:
    """R52 raises nothing: a person reads first where rules and classifier part, or danger is likely."""
    if assessment is None or assessment.grade is None:
        return []
    floor = policy.floors["R52"]
    by_rules = most_urgent(
        [*(hit.floor for hit in found if not hit.trial), Grade.RESOLUTION_WITHOUT_DEPLOYMENT]
    )
    apart = by_rules is not None and abs(int(by_rules) - int(assessment.grade)) >= floor["apart"]
    settled = most_urgent([by_rules, assessment.grade]) is Grade.EMERGENCY
    likely = (assessment.p_emergency or 0.0) >= floor["low_p"]
    if settled or not (apart or likely):
        return []
    return [_hit("R52", floor, grade=None, review=floor["says"])]


def _hit(
    name: str,
    floor: Mapping[str, Any],
    *,
    grade: Grade | None = None,
    span: Span | None = None,
    says: str | None = None,
    review: str | None = None,
) -> Hit:
    raises = review is None
    return Hit(
        source=f"policy:{name}",
        says=says or floor["says"],
        status=TimeStatus.NOW,
        floor=grade or (Grade(floor["grade"]) if raises else None),
        span=span,
        team=floor.get("team"),
        flags=tuple(floor.get("flags", ())),
        review=review,
    )
