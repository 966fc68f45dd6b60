"""Who else may be the right one to ask. A signpost may go with any grade and never sets one."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from triage_model import documents
from triage_model.errors import RulebookError
from triage_model.phrase_lists import compiled
from triage_model.phrases import PhraseGroups, PhraseSet, vocabulary_of
from triage_model.reading import Reading

DEFAULT = Path(__file__).with_name("signposts.yaml")
_KEYS = {"code", "name", "says", "phrases", "source", "checked_on"}
_MOST = 2


@dataclass(frozen=True, slots=True)
class Signpost:
    """One place to point to, with the words that call for it."""

    code: str
    name: str
    says: str
    phrases: PhraseSet


@dataclass(frozen=True)
class Signposts:
    """All signposts, most specific use first in the file."""

    every: tuple[Signpost, ...]

    @property
    def stems(self) -> frozenset[str]:
        """The stems that a reading must index for these signposts."""
        return vocabulary_of(phrase for post in self.every for phrase in post.phrases.phrases)[1]

    def matching(self, readings: Sequence[Reading]) -> tuple[str, ...]:
        """Codes of the signposts whose words stand in a report: the first two at most."""
        found = [self._groups.find(reading, plain=True) for reading in readings]
        fitting = {name for one in found for name, matches in one.items() if matches}
        return tuple(post.code for place, post in enumerate(self.every) if str(place) in fitting)[:_MOST]

    @cached_property
    def _groups(self) -> PhraseGroups:
        return PhraseGroups({str(place): post.phrases for place, post in enumerate(self.every)})

    def named(self, code: str) -> Signpost | None:
        return next((post for post in self.every if post.code == code), None)


def load(path: Path = DEFAULT) -> Signposts:
    """Read the signposts. Raises RulebookError with every problem in them."""
    problems: list[str] = []
    posts = [
        _signpost(path, place, entry, problems) for place, entry in enumerate(documents.read(path) or [])
    ]
    if problems:
        raise RulebookError(problems)
    return Signposts(tuple(post for post in posts if post is not None))


def _signpost(path: Path, place: int, entry: object, problems: list[str]) -> Signpost | None:
    if not isinstance(entry, dict) or not set(entry) >= _KEYS:
        problems.append(f"{documents.where(path, place)}: a signpost needs {', '.join(sorted(_KEYS))}")
        return None
    phrases = compiled(path, (place, "phrases"), entry["phrases"], {}, problems)
    return Signpost(entry["code"], entry["name"], entry["says"], PhraseSet(phrases))
