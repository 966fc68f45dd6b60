"""What the words around a hit do to it: negated, supposed, told of fiction, or past.

The law it keeps: context annotates. It may move a hit's time status or set the hit aside with a
reason; it never hides it. When in doubt, a hit is asserted and happening now. The family of
questions (negation, hypothetical, historical) is that of the ConText algorithm (Harkema, 2009);
the cues are our own, since clinical lists read "not breathing" as good news.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from triage_model import documents
from triage_model.errors import RulebookError
from triage_model.phrase_lists import Lexicons, compiled
from triage_model.phrases import Match, Phrase, PhraseGroups, PhraseSet
from triage_model.reading import Reading
from triage_model.types import TimeStatus
from triage_model.when import Cue, When

_LISTS = (
    *("negation", "hypothetical", "fiction", "now", "recent", "days", "past", "present_exposure"),
    *("habit", "over", "closed", "advice", "happening"),
)
_WORDS = ("ends_negation", "present_words", "past_words", "not_past")
# In words. People leave out full stops, so a sentence may be a whole report: cues reach only so far.
_FICTION_REACH, _SUPPOSITION_REACH = 14, 15


@dataclass(frozen=True)
class Cues:
    """The phrases of `context.yaml`, compiled."""

    cues: Mapping[str, PhraseSet]
    spared: Mapping[str, PhraseSet]
    negation_reach: int

    @cached_property
    def calming(self) -> PhraseGroups:
        """Cues that are matched as typed."""
        return PhraseGroups({kind: some for kind, some in self.cues.items() if kind not in _ALARMING})

    @cached_property
    def alarming(self) -> PhraseGroups:
        """Cues that forgive typos, and what spares a hit from others."""
        alarming = {kind: some for kind, some in self.cues.items() if kind in _ALARMING}
        return PhraseGroups(alarming | {f"spared {kind}": some for kind, some in self.spared.items()})

    @property
    def phrases(self) -> Iterable[Phrase]:
        for group in (*self.cues.values(), *self.spared.values()):
            yield from group.phrases


@dataclass(frozen=True, slots=True)
class Context:
    """How a hit was read: when, why it was set aside if it was, and what moved it, in words."""

    status: TimeStatus
    set_aside: str | None
    notes: tuple[str, ...]


def load(path: Path, lexicons: Lexicons) -> Cues:
    """Read the context cues. Raises RulebookError with every problem in them."""
    document = documents.read(path)
    problems: list[str] = []
    cues = {name: _listed(path, document, (name, "cues"), lexicons, problems) for name in _LISTS}
    cues |= {name: _listed(path, document, (name,), lexicons, problems) for name in _WORDS}
    spared = {
        name: _listed(path, document, (name, "spared"), lexicons, problems)
        for name in ("negation", "hypothetical", "now")
    }
    if problems:
        raise RulebookError(problems)
    return Cues(cues, spared, int(document["negation"].get("reach", 4)))


def _listed(
    path: Path,
    document: Any,
    keys: tuple[str, ...],
    lexicons: Lexicons,
    problems: list[str],
) -> PhraseSet:
    entries: Any = document
    for key in keys:
        entries = entries.get(key) if isinstance(entries, dict) else None
    if not isinstance(entries, list):
        problems.append(f"{path}:1: `{'.'.join(keys)}` should be a list of phrases")
        return PhraseSet(())
    return PhraseSet(compiled(path, keys, entries, lexicons, problems))


@dataclass(frozen=True)
class Surroundings:
    """All the cues of one reading, found once and asked about each hit."""

    reading: Reading
    found: Mapping[str, tuple[Cue, ...]]
    negation_reach: int
    when: When

    def of(self, match: Match, *, immune: frozenset[str], recent_days: bool) -> Context:
        """How one hit reads."""
        aside = self._set_aside(match, immune)
        if aside:
            return Context(TimeStatus.NOT_ASSERTED, aside, (f"set aside: {aside}",))
        status, why = self.when.of(match, recent_days=recent_days)
        return Context(status, None, (f"read as {status.value}: {why}",))

    def _set_aside(self, match: Match, immune: frozenset[str]) -> str | None:
        checks = {"negated": self._negation, "supposed": self._supposition, "fiction": self._fiction}
        for name, check in checks.items():
            cue = None if name in immune else check(match)
            if cue is not None:
                return f'{_WORDING[name]} ("{self._words(cue)}")'
        return None

    def _negation(self, match: Match) -> Cue | None:
        """A denial shortly before the hit, or in a gap of its phrase: its own words deny nothing."""
        for cue in self.found["negation"]:
            inside = any(start <= cue.first < end for start, end in match.free)
            before = match.first - self.negation_reach <= cue.last - 1 < match.first
            governs = inside or (before and self._unbroken(cue, match))
            if governs and not self._spared(cue, "negation"):
                return cue
        return None

    def _unbroken(self, cue: Cue, match: Match) -> bool:
        """No comma and no word that ends a negation stands between the cue and the hit."""
        if self.reading.clause[cue.last - 1] != self.reading.clause[match.first]:
            return False
        return not any(cue.last <= end.first < match.first for end in self.found["ends_negation"])

    def _supposition(self, match: Match) -> Cue | None:
        near = match.first - _SUPPOSITION_REACH
        cues = [cue for cue in self._in_sentence("hypothetical", match) if near <= cue.first <= match.first]
        return next((cue for cue in cues if not self._spared(cue, "hypothetical")), None)

    def _fiction(self, match: Match) -> Cue | None:
        reach = _FICTION_REACH
        cues = self._in_sentence("fiction", match)
        return next(
            (c for c in cues if match.first - reach <= c.first and c.last <= match.last + reach), None
        )

    def _spared(self, cue: Cue, kind: str) -> bool:
        return any(s.first <= cue.first < s.last for s in self.found[f"spared {kind}"])

    def _in_sentence(self, kind: str, match: Match) -> list[Cue]:
        sentence = self.reading.sentence
        return [cue for cue in self.found[kind] if sentence[cue.first] == sentence[match.first]]

    def _words(self, cue: Cue) -> str:
        return " ".join(token.plain for token in self.reading.tokens[cue.first : cue.last])


_WORDING = {
    "negated": "said not to be so",
    "supposed": "asked or supposed",
    "fiction": "a story, game or campaign",
}
_STATE_WORDS = frozenset(["is", "are", "am", "im", "hes", "shes", "theyre", "being"])
_ALARMING = {"happening", "now", "present_exposure", "present_words", "not_past", "ends_negation"}


def surroundings(reading: Reading, cues: Cues) -> Surroundings:
    """Find every cue of a reading. Cues that calm are matched as typed; cues that alarm forgive typos."""
    found = cues.calming.find(reading, plain=True) | cues.alarming.find(reading)
    found["past_words"] = sorted({*found["past_words"], *_regular_past(reading, found["not_past"])})
    named = {kind: _named(kind, matches) for kind, matches in found.items()}
    return Surroundings(reading, named, cues.negation_reach, When(reading, named))


def _regular_past(reading: Reading, exceptions: Sequence[Match]) -> Iterable[Match]:
    """Words in -ed, but for states: "showed" is past, "armed", "is trapped" and "being used" are not."""
    spared = {match.first for match in exceptions}
    for place, token in enumerate(reading.tokens):
        if token.plain.endswith("ed") and len(token.plain) > 4 and place not in spared:
            before = {other.plain for other in reading.tokens[max(0, place - 2) : place]}
            if not before & _STATE_WORDS:
                yield Match(place, place + 1)


def _named(kind: str, matches: Iterable[Match]) -> tuple[Cue, ...]:
    return tuple(Cue(kind, match.first, match.last) for match in matches)
