"""What a promotion must show, as people decided it: whose signatures, and which reports must be caught."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from training import desks
from triage_model import documents
from triage_model.errors import SettingsError
from triage_model.teams import Taxonomy

NAME = "promotion.yaml"
DEFAULT = Path(__file__).with_name(NAME)
_KEYS = ("signatures", "people", "must_catch")


@dataclass(frozen=True, slots=True)
class Policy:
    """Rules for every promotion. `people` is name to public key; empty: any key counts as a person."""

    signatures: int
    people: Mapping[str, str]
    must_catch: tuple[Path, ...]


def of(models: Path, named: Path | None = None, owners: Taxonomy | None = None) -> Policy:
    """The policy that is named, else the one that lies beside the models, else ours.

    Ours names reports of police teams: on a desk of `owners` without those teams it names none.
    """
    beside = models / NAME
    if named or beside.is_file():
        return load(named or beside)
    ours = load(DEFAULT)
    return ours if owners is None or desks.ours_stand(owners) else replace(ours, must_catch=())


def load(path: Path) -> Policy:
    """Read a policy. Raises SettingsError with every problem: a misspelt one must not be a lax one."""
    if not path.is_file():
        raise SettingsError(f"{path}: is not there; check the name")
    body = documents.read(path)
    problems = list(_problems(path, body))
    if problems:
        raise SettingsError("\n".join(problems))
    files = tuple((path.parent / file).resolve() for file in body["must_catch"])
    return Policy(int(body["signatures"]), dict(body["people"]), files)


def _problems(path: Path, body: Any) -> Iterator[str]:
    if not isinstance(body, dict) or set(body) != set(_KEYS):
        yield f"{path}:1: a policy has {', '.join(_KEYS)} and nothing else"
        return
    signatures, people, files = body["signatures"], body["people"], body["must_catch"]
    counted = type(signatures) is int and signatures >= 0
    if not counted:
        yield f"{documents.where(path, 'signatures')}: `signatures` must be a whole number from 0"
    if says := _wrong_people(people, signatures if counted else 0):
        yield f"{documents.where(path, 'people')}: {says}"
    if not isinstance(files, list) or not all(isinstance(one, str) for one in files):
        yield f"{documents.where(path, 'must_catch')}: `must_catch` must be a list of label files"


def _wrong_people(people: Any, needed: int) -> str | None:
    words = isinstance(people, dict) and all(isinstance(one, str) for pair in people.items() for one in pair)
    if not words:
        return "`people` must be lines of name: public key, or {}; put what looks like a number into quotes"
    if len(set(people.values())) != len(people):
        return "`people` must name each person with a key of their own"
    if people and len(people) < needed:
        return "`people` are fewer than the signatures asked for; name more, or ask for fewer"
    return None
