"""What happened to a report, newest first, and who looked at it: from its decisions, acts and messages."""

from collections.abc import Iterator
from dataclasses import dataclass

from service.inbox import Act, Opened, Part, Past

BECAUSE = {
    "received": "when it came",
    "message": "after a message",
    "completed": "the full assessment",
}
DID = {
    "taken": "took it",
    "decided": "decided",
    "noted": "noted",
    "handed_over": "handed it over",
    "reviewed": "looked again",
    "graded_first": "graded it in training",
    "closed": "closed it",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `words` is what a person wrote; `detail` a code that a template names."""

    at: float
    who: str
    what: str
    grade: int | None = None
    team: str | None = None
    detail: str = ""
    words: str = ""
    by_person: bool = False


@dataclass(frozen=True, slots=True)
class Looks:
    """How often, and when last, a person opened the report."""

    username: str
    times: int
    last: float


def entries(opened: Opened) -> list[Entry]:
    """Everything but looks, the newest first."""
    found = [*map(_past, opened.history), *_acts(opened.acts), *map(_message, opened.parts)]
    return sorted(found, key=lambda entry: entry.at, reverse=True)


def looks(opened: Opened) -> list[Looks]:
    """Who opened it, the latest first."""
    times: dict[str, list[float]] = {}
    for act in opened.acts:
        if act.kind == "opened":
            times.setdefault(act.username, []).append(act.at)
    found = [Looks(name, len(at), max(at)) for name, at in times.items()]
    return sorted(found, key=lambda look: look.last, reverse=True)


def _past(past: Past) -> Entry:
    what = f"suggested, {BECAUSE.get(past.because, past.because)}{'' if past.complete else ' (rules only)'}"
    return Entry(past.at, "The system", what, past.grade, past.team, detail=past.grade_source)


def _message(part: Part) -> Entry:
    what = f"sent message {part.number}" if part.number else "sent the report"
    return Entry(part.received_at, "The reporter", what)


def _acts(acts: tuple[Act, ...]) -> Iterator[Entry]:
    for act in acts:
        if act.kind != "opened":
            what = DID.get(act.kind, act.kind)
            if act.kind == "reviewed":
                what += ", and agreed" if act.details.get("agrees") else ", and brought the suggestion back"
            detail = act.details.get("reason_code") or act.details.get("to") or ""
            yield Entry(act.at, act.username, what, act.grade, act.team, detail, act.words or "", True)
