"""The rulebook: phrases that set a floor under the grade, and what a handler is told about them.

The law it keeps: a rule only raises. There is no way to write one that lowers, and more rules
never give a less urgent grade.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from triage_model.context import Context, Cues, Surroundings, surroundings
from triage_model.phrases import Match, Phrase, PhraseSet, vocabulary_of
from triage_model.reading import Reading, read
from triage_model.spelling import Vocabulary
from triage_model.types import Grade, Hit, Span, TimeStatus, most_urgent

DEFAULT = Path(__file__).with_name("rulebook")
SHAPES = frozenset({"empty", "few_words"})
_FEW = 4
_ALL_STATUSES = tuple(TimeStatus)
_NO_PHRASES = PhraseSet(())
# Advice for a danger that is happening; it would be wrong about one that is over.
_AT_ONCE = ("CALL_999", "SILENT_55", "TEXT_999")


@dataclass(frozen=True, slots=True)
class Example:
    """A text that a rule must answer as stated: fired, set aside or silent."""

    text: str
    expect: str
    status: TimeStatus | None = None
    floor: Grade | None = None
    at: str = ""


@dataclass(frozen=True)
class Rule:
    """One reason to read a report sooner. `floors` maps a time status to a floor; a missing one sets none.

    `whole_text` phrases count only when nothing else was written; `lifts` names rules (or `any`) whose
    presence in the same part gives the floor `lifted`. `shapes` fire on what is not a phrase: an empty
    part, or fewer than four words with no topic in them.
    """

    id: str
    title: str
    why: str
    floors: Mapping[TimeStatus, Grade]
    phrases: tuple[Phrase, ...]
    heading: str
    owner: str
    reviewed: str
    source: str
    at: str
    unless: tuple[Phrase, ...] = ()
    whole_text: tuple[Phrase, ...] = ()
    team: str | None = None
    co_notify: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    immune: frozenset[str] = frozenset()
    recent_days: bool = False
    always: TimeStatus | None = None
    lifts: tuple[str, ...] = ()
    lifted: Mapping[TimeStatus, Grade] = field(default_factory=dict)
    shapes: frozenset[str] = frozenset()
    trial: bool = False
    examples: tuple[Example, ...] = ()

    @property
    def source_name(self) -> str:
        return f"rule:{self.id}"

    @cached_property
    def exceptions(self) -> PhraseSet:
        return PhraseSet(self.unless)


@dataclass(frozen=True)
class Rulebook:
    """Every rule with its cues and its spelling. `id` is a digest of what it was read from.

    `topics` are words that say what a short message is about. They are no rule's own, so that another rule
    in the book never makes near-silence into something else.
    """

    id: str
    rules: tuple[Rule, ...]
    cues: Cues
    vocabulary: Vocabulary
    asked: Mapping[str, PhraseSet] = field(default_factory=dict)
    topics: frozenset[str] = frozenset()

    def hits(self, readings: Sequence[Reading]) -> tuple[Hit, ...]:
        """What the rules find in the parts of a report, most urgent first."""
        found = [hit for part, reading in enumerate(readings) for hit in self._in_part(part, reading)]
        return tuple(sorted(found, key=_urgency))

    def readings(self, parts: Iterable[str]) -> tuple[Reading, ...]:
        """Each part of a report, read once for all who ask about it."""
        return tuple(read(text, self.vocabulary) for text in parts)

    def _in_part(self, part: int, reading: Reading) -> Iterable[Hit]:
        yield from self._by_shape(part, reading)
        found = list(_found(self._candidates(reading), reading))
        if not found:
            return
        around = surroundings(reading, self.cues)
        read_as = [(rule, _read(rule, matches, around)) for rule, matches in found]
        live = {rule.id for rule, some in read_as if not rule.trial and _asserted(some)}
        for rule, some in read_as:
            yield from _rule_hits(rule, some, reading, part, live - {rule.id})

    def _by_shape(self, part: int, reading: Reading) -> Iterable[Hit]:
        """Silence and near-silence: a part with no words, or a few that name no topic."""
        words = {token.word for token in reading.tokens}
        shapes = {"empty"} if not words else set()
        if 0 < len(reading.tokens) < _FEW and not words & self.topics:
            shapes = {"few_words"}
        if shapes:
            yield from (_shape_hit(rule, part, reading) for rule in self.rules if rule.shapes & shapes)

    def asked_for(self, name: str) -> PhraseSet:
        """The phrases of `policy_floors.yaml` under a name."""
        return self.asked.get(name, _NO_PHRASES)

    def _candidates(self, reading: Reading) -> list[tuple[Rule, list[Phrase]]]:
        """The rules and phrases of which a text has the rarest keys: a cheap first look."""
        phrases, owners = self._gate
        wanted: dict[int, list[Phrase]] = {}
        for number in phrases.possible(reading.ours):
            wanted.setdefault(owners[number], []).append(phrases.phrases[number])
        return [(self.rules[place], some) for place, some in wanted.items()]

    @cached_property
    def _gate(self) -> tuple[PhraseSet, list[int]]:
        """Every phrase of every rule, and which rule each belongs to."""
        owned = [
            (place, phrase)
            for place, rule in enumerate(self.rules)
            for phrase in (*rule.phrases, *rule.whole_text)
        ]
        return PhraseSet(phrase for _, phrase in owned), [place for place, _ in owned]

    def with_rules(self, rules: Iterable[Rule]) -> "Rulebook":
        """The same book with other rules: for trying a subset or a proposed change."""
        chosen = tuple(rules)
        digest = hashlib.sha256(" ".join([self.id, *(rule.id for rule in chosen)]).encode()).hexdigest()
        return replace(self, id="r-" + digest[:12], rules=chosen)


def vocabulary_words(
    rules: Iterable[Rule], cues: Cues, asked: Mapping[str, PhraseSet]
) -> tuple[frozenset[str], frozenset[str]]:
    """Every word and stem that the rules, the cues and the policy floors can match."""
    groups = [(*rule.phrases, *rule.whole_text, *rule.unless) for rule in rules]
    groups += [some.phrases for some in asked.values()]
    return vocabulary_of([phrase for group in groups for phrase in group] + list(cues.phrases))


def _urgency(hit: Hit) -> tuple[int, int, int, str]:
    """Orders hits for reading: floors by urgency, then time; what was set aside comes last."""
    floor = int(hit.floor) if hit.floor else len(Grade) + 1
    place = hit.span.start if hit.span else 0
    return floor, _ALL_STATUSES.index(hit.status), place, hit.source


@dataclass(frozen=True, slots=True)
class _Read:
    """One place where a rule was found, and how it reads there."""

    match: Match
    context: Context


def _found(
    candidates: Iterable[tuple[Rule, list[Phrase]]], reading: Reading
) -> Iterator[tuple[Rule, list[Match]]]:
    for rule, phrases in candidates:
        matches = _matches(rule, phrases, reading)
        if matches:
            yield rule, matches


def _matches(rule: Rule, phrases: Sequence[Phrase], reading: Reading) -> list[Match]:
    """Where a rule's phrases stand, but for what an exception covers."""
    whole = (0, len(reading.tokens))
    found = [
        match
        for phrase in phrases
        for match in phrase.find(reading)
        if phrase not in rule.whole_text or (match.first, match.last) == whole
    ]
    excepted = rule.exceptions.find(reading, plain=True) if found else []
    return [one for one in found if not any(_overlap(one, other) for other in excepted)]


def _overlap(one: Match, other: Match) -> bool:
    return one.first < other.last and other.first < one.last


def _asserted(some: Iterable[_Read]) -> bool:
    return any(not one.context.set_aside for one in some)


def _read(rule: Rule, matches: Iterable[Match], around: Surroundings) -> list[_Read]:
    return [_Read(m, around.of(m, immune=rule.immune, recent_days=rule.recent_days)) for m in matches]


def _rule_hits(
    rule: Rule, found: Iterable[_Read], reading: Reading, part: int, present: set[str]
) -> Iterable[Hit]:
    """The most urgent hit of a rule in each time status that it was found in."""
    hits = [_hit(rule, one, reading, part, present) for one in found]
    best: dict[TimeStatus, Hit] = {}
    for hit in sorted(hits, key=_urgency):
        best.setdefault(hit.status, hit)
    yield from best.values()


def _hit(rule: Rule, found: _Read, reading: Reading, part: int, present: set[str]) -> Hit:
    aside = found.context.set_aside
    status = rule.always if rule.always and not aside else found.context.status
    return Hit(
        source=rule.source_name,
        says=rule.title,
        status=status,
        floor=_floor(rule, status, present),
        span=Span(part, *reading.stretch(found.match.first, found.match.last)),
        heading=rule.heading,
        team=rule.team,
        co_notify=rule.co_notify,
        flags=rule.flags,
        advice=_advice(rule, status),
        gaps=rule.gaps,
        context=found.context.notes,
        set_aside=aside,
        trial=rule.trial,
    )


def _advice(rule: Rule, status: TimeStatus) -> tuple[str, ...]:
    return tuple(code for code in rule.advice if status is TimeStatus.NOW or code not in _AT_ONCE)


def _shape_hit(rule: Rule, part: int, reading: Reading) -> Hit:
    count = len(reading.tokens)
    return Hit(
        source=rule.source_name,
        says=rule.title,
        status=TimeStatus.NOW,
        floor=_floor(rule, TimeStatus.NOW, set()),
        span=Span(part, *reading.stretch(0, count)) if count else Span(part, 0, 0),
        heading=rule.heading,
        team=rule.team,
        flags=rule.flags,
        advice=rule.advice,
        gaps=rule.gaps,
        context=("nothing, or next to nothing, was written",),
        trial=rule.trial,
    )


def _floor(rule: Rule, status: TimeStatus, present: set[str]) -> Grade | None:
    lifted = rule.lifted.get(status) if _lifted(rule, present) else None
    return most_urgent([rule.floors.get(status), lifted])


def _lifted(rule: Rule, present: set[str]) -> bool:
    """Whether a rule that lifts this one was found: named by its number (`R38`) or in full (`R38-child`)."""
    return any(other in rule.lifts or other.split("-")[0] in rule.lifts for other in present)
