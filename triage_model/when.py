"""When a hit happened, by the words around it: a time in words, else the tense, else the frame.

The law it keeps: in doubt a hit is happening now. What moves it away from now is always some words
of the report, and they are named in the evidence; anything in its own sentence that says "now" wins.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from triage_model.phrases import Match
from triage_model.reading import Reading
from triage_model.types import TimeStatus

# In words. People leave out full stops, so a sentence may be a whole report: cues reach only so far.
_TIME_REACH, _TOLD_BEFORE_REACH, _TENSE_REACH, _HABIT_REACH, _OVER_REACH = 25, 40, 5, 14, 30
# A narrative: so many past words among the last so many, none of them present, before a clause with neither.
_NARRATIVE_REACH, _NARRATIVE_WORDS = 40, 3
# An account that asks for advice is long: a short cry for help may ask "any advice" too.
_ACCOUNT_WORDS = 60


class Cue(NamedTuple):
    """Where one cue stands in a reading."""

    kind: str
    first: int
    last: int


Told = tuple[TimeStatus, str]
STATUS = {
    "now": TimeStatus.NOW,
    "recent": TimeStatus.RECENT,
    "days": TimeStatus.PAST,
    "past": TimeStatus.PAST,
}
_ORDER = tuple(STATUS)
_LASTING = ("now", "present_exposure")
_LATELY = ("recent", "days", *_LASTING)
_BEING = frozenset(["is", "are", "am", "im", "hes", "shes", "theyre", "keeps", "keep"])
_PRESENT: Told = (TimeStatus.NOW, "present tense or no tense")


@dataclass(frozen=True)
class When:
    """The cues of time of one reading, asked about each hit."""

    reading: Reading
    found: Mapping[str, tuple[Cue, ...]]

    def of(self, match: Match, *, recent_days: bool) -> Told:
        """A time in words beats the tense, the tense beats the frame; what lasts is recent."""
        cue = self._nearest(match)
        if (cue is None or cue.kind != "now") and (end := self._over(match)) is not None:
            return TimeStatus.PAST, f'told as over: "{self._words(end)}"'
        if cue is None:
            return self._without_a_time(match)
        status = STATUS[cue.kind]
        if cue.kind == "days" and recent_days:
            status = TimeStatus.RECENT
        if status is TimeStatus.PAST and (lasting := self._exposure(match)) is not None:
            return TimeStatus.RECENT, f'"{self._words(cue)}", but "{self._words(lasting)}"'
        return status, f'"{self._words(cue)}"'

    def _without_a_time(self, match: Match) -> Told:
        if self._past_tense(match):
            gone = self._long_over(match)
            if gone is not None:
                return TimeStatus.PAST, f'told in the past, and "{self._words(gone)}"'
            return TimeStatus.RECENT, "past tense, no date"
        habit = self._habit(match)
        if habit is not None:
            return TimeStatus.RECENT, f'it goes on: "{self._words(habit)}"'
        return self._framed(match) or self._asked_about(match) or _PRESENT

    def _nearest(self, match: Match) -> Cue | None:
        """The closest time cue of the sentence; else, in the past tense, the last one told before."""
        cues = [cue for kind in STATUS for cue in self._in_sentence(kind, match) if not self._calmed(cue)]
        near = [cue for cue in cues if _distance(cue, match) <= _TIME_REACH]
        if near:
            return min(near, key=lambda cue: (_distance(cue, match), _ORDER.index(cue.kind)))
        if not self._past_tense(match):
            return None
        since = match.first - _TOLD_BEFORE_REACH
        earlier = [cue for kind in STATUS for cue in self.found[kind] if since <= cue.first < match.first]
        return max(earlier, key=lambda cue: cue.first, default=None)

    def _over(self, match: Match) -> Cue | None:
        """Something told soon after the hit that says it ended well, and nothing later says it goes on."""
        reach = match.last + _OVER_REACH
        ends = (c for c in self.found["over"] if match.first < c.first <= reach and match.last <= c.last)
        return None if self._alarmed_after(match) else next(ends, None)

    def _long_over(self, match: Match) -> Cue | None:
        """What dates a past matter: whoever did it is out of reach, or every time told is long ago."""
        if self._alarmed_after(match):
            return None
        lately = any(not self._calmed(cue) for kind in _LATELY for cue in self.found[kind])
        dated = () if lately else self.found["past"]
        return next((cue for cue in (*self.found["closed"], *dated) if cue.first >= match.last), None)

    def _alarmed_after(self, match: Match) -> bool:
        """Whether something told after the hit says that it happens now or goes on."""
        alarms = (cue for kind in _LASTING for cue in self.found[kind] if cue.first >= match.last)
        return any(not self._calmed(cue) for cue in alarms)

    def _calmed(self, cue: Cue) -> bool:
        """Whether a "now" is one of safety, "I am safe now", or of someone far away, "he is abroad now"."""
        spared = (*self.found["closed"], *(self.found["spared now"] if cue.kind == "now" else ()))
        return cue.kind in _LASTING and any(
            s.first <= cue.first < s.last or s.first < cue.last <= s.last for s in spared
        )

    def _exposure(self, match: Match) -> Cue | None:
        """Something that says the danger is not over: in the sentence of the hit, or told after it."""
        sentence = self.reading.sentence
        lasting = (c for c in self.found["present_exposure"] if not self._calmed(c))
        others = [c for c in lasting if c.last <= match.first or match.last <= c.first]
        return next((cue for cue in others if sentence[cue.first] >= sentence[match.first]), None)

    def _past_tense(self, match: Match) -> bool:
        """Whether a hit is told in the past; of a hit in two sentences, both halves."""
        if not match.joint:
            return self._told_in_past(match)
        end, start = match.joint
        halves = Match(match.first, end), Match(start, match.last)
        return all(self._told_in_past(half) for half in halves)

    def _told_in_past(self, match: Match) -> bool:
        """The nearest tense word in or just before the hit, else just after it, is a past one."""
        low, high = match.first - _TENSE_REACH, match.last + 2
        told = [c for c in self._in_sentence("past_words", match) if low <= c.first < high]
        past = [cue.first for cue in told]
        within = {place for cue in told for place in range(cue.first, cue.last)}
        present = [
            c.first
            for c in self._in_sentence("present_words", match)
            if low <= c.first < high and c.first not in within
        ]
        if not past:
            return False
        return not present or _gap(past, match) < _gap(present, match)

    def _habit(self, match: Match) -> Cue | None:
        """Words near the hit that say it happens again and again, and none that say it is happening."""
        if self._under_way(match):
            return None
        near = (c for c in self._in_sentence("habit", match) if _distance(c, match) <= _HABIT_REACH)
        return next(near, None)

    def _under_way(self, match: Match) -> bool:
        """Whether the hit is told as going on: "he is slapping her", "theyre still kicking"."""
        words = [token.word for token in self.reading.tokens[max(0, match.first - 3) : match.last + 1]]
        pairs = zip(words, [*words[1:], ""], [*words[2:], "", ""], strict=False)
        return any(be in _BEING and (one.endswith("ing") or two.endswith("ing")) for be, one, two in pairs)

    def _framed(self, match: Match) -> Told | None:
        """A hit in a clause without tense stands in the time of what was told just before it."""
        if self._tensed(match):
            return None
        since = match.first - _NARRATIVE_REACH
        told = [c for c in self.found["past_words"] if since <= c.first < match.first]
        present = max(
            (c.first for k in ("present_words", "now") for c in self.found[k] if c.first < match.first),
            default=-1,
        )
        run = [cue for cue in told if cue.first > present]
        if len(run) < _NARRATIVE_WORDS:
            return None
        return TimeStatus.RECENT, f'told in the past: "{self._words(run[-1])}"'

    def _tensed(self, match: Match) -> bool:
        """Whether a word of the present stands in the clauses of the hit."""
        clause = self.reading.clause
        first, last = clause[match.first], clause[match.last - 1]
        return any(first <= clause[cue.first] <= last for cue in self.found["present_words"])

    def _asked_about(self, match: Match) -> Told | None:
        """In a long account that asks for advice, what is not said to be happening is not taken for it."""
        asked = self.found["advice"]
        if len(self.reading.tokens) < _ACCOUNT_WORDS or not asked:
            return None
        if self.found["now"] or self._in_sentence("happening", match):
            return None
        return TimeStatus.RECENT, f'told to ask advice: "{self._words(asked[0])}"'

    def _in_sentence(self, kind: str, match: Match) -> list[Cue]:
        sentence = self.reading.sentence
        return [cue for cue in self.found[kind] if sentence[cue.first] == sentence[match.first]]

    def _words(self, cue: Cue) -> str:
        return " ".join(token.plain for token in self.reading.tokens[cue.first : cue.last])


def _distance(cue: Cue, match: Match) -> int:
    return max(cue.first - match.last, match.first - cue.last, 0)


def _gap(places: Iterable[int], match: Match) -> int:
    return min(max(match.first - place, place - match.last + 1, 0) for place in places)
