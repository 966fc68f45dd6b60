"""Figures about the work, as tables: each is a caption, a head and rows, and some have a picture too.

A share is given with what it is a share of: "4 of 5" says what "80%" hides.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from service.caseload import Case, Read
from triage_model.policy import Policy
from triage_model.types import Grade

LONDON = ZoneInfo("Europe/London")
SHORT_WORDS = 15
NIGHT_ENDS = 6
MOVES = ("agreed", "raised", "lowered")
Cell = str | int
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Figures in rows; the first cell of each names it. `note` says what to bear in mind."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""


def by_day(cases: Sequence[Case], now: float, days: int) -> Table:
    """How many reports came each day, or each week of a long period, by suggested grade."""
    step = 1 if days <= 31 else 7
    today = _day(now)
    starts = [today - timedelta(days=back) for back in range(0, days, step)][::-1]
    counts = Counter((_start(_day(case.received_at), today, step), case.grade) for case in cases)
    rows = tuple(_day_row(start, [counts[start, grade] for grade in range(1, 5)]) for start in starts)
    caption = "Reports each day, by suggested grade" if step == 1 else "Reports each week, by suggested grade"
    head = ("Day" if step == 1 else "Week from", "Reports", "Grade 1", "Grade 2", "Grade 3", "Grade 4")
    return Table(caption, head, rows)


def answers(cases: Sequence[Case]) -> Table:
    """What handlers made of each suggested grade."""
    rows = [
        _answered(f"Grade\u00a0{grade}", [case for case in cases if case.grade == grade]) for grade in Grade
    ]
    head = ("Suggested", "Reports", "Decided", "Agreed", "Raised", "Lowered", "Grade agreed", "Team agreed")
    return Table(
        "What handlers decided, by the suggested grade", head, (*rows, _answered("All", list(cases)))
    )


def reasons(cases: Sequence[Case], names: Mapping[str, str]) -> Table:
    """Why handlers lowered grades, most frequent first."""
    codes = Counter(
        case.answer.reason_code or "none given"
        for case in cases
        if case.answer is not None and case.answer.moved == "lowered"
    )
    rows = tuple((names.get(code, code.replace("_", " ")), count) for code, count in codes.most_common())
    return Table("Reasons given for lowering a grade", ("Reason", "Reports"), rows)


def times(cases: Sequence[Case], policy: Policy) -> Table:
    """How long reports waited to be opened and decided, in minutes."""
    rows = tuple(_waited(grade, [case for case in cases if case.grade == grade], policy) for grade in Grade)
    head = (
        *("Suggested", "Promise, minutes", "Opened in time", "Opened: half within"),
        *("Opened: nine in ten within", "Decided: half within", "Decided: nine in ten within"),
    )
    return Table("Minutes until opened and until decided", head, rows)


def rules(reads: Sequence[Read]) -> Table:
    """Which rules found something, and what handlers made of those reports."""
    fired = Counter(rule for read in reads for rule in read.fired)
    aside = Counter(rule for read in reads for rule in read.set_aside)
    decisive = Counter(rule for read in reads for rule in read.decisive)
    names = sorted({*fired, *aside}, key=lambda rule: (-fired[rule], rule))
    rows: list[Row] = []
    for name in names:
        moved = _moves(read.case for read in reads if name in read.fired)
        rows.append((name, fired[name], decisive[name], aside[name], *(moved[move] for move in MOVES)))
    head = ("Rule", "Reports", "Set the grade", "Set aside", "Agreed", "Raised", "Lowered")
    return Table("Rules that found something, and what handlers decided there", head, tuple(rows))


def slices(reads: Sequence[Read], policy: Policy) -> Table:
    """The same figures for kinds of report, to see whom the suggestions serve less well."""
    kinds: dict[str, Callable[[Read], bool]] = {
        f"Under {SHORT_WORDS} words": lambda read: read.words < SHORT_WORDS,
        "Received from midnight to 6 am": lambda read: _local(read.case.received_at).hour < NIGHT_ENDS,
        "With follow-up messages": lambda read: read.case.messages > 0,
        "Without answers on a form": lambda read: not read.case.on_form,
    }
    kinds |= {name: lambda read, flag=flag: flag in read.flags for flag, name in policy.flags.items()}  # type: ignore[misc]
    rows = [_answered("All", [read.case for read in reads])]
    for name, holds in kinds.items():
        inside = [read.case for read in reads if holds(read)]
        rows += [_answered(name, inside)] if inside else []
    head = ("Kind", "Reports", "Decided", "Agreed", "Raised", "Lowered", "Grade agreed", "Team agreed")
    return Table("Kinds of report", head, tuple(rows), "A report can be of several kinds.")


def summary(cases: Sequence[Case], policy: Policy) -> dict[str, str]:
    """The few figures that are asked for first."""
    moved, opened = _moves(cases), [case for case in cases if case.opened_after is not None]
    urgent = sum(case.grade == Grade.EMERGENCY for case in cases)
    kept = sum(_in_time(case, policy) for case in opened)
    return {
        "Reports": str(len(cases)),
        "Suggested grade 1": part(urgent, len(cases)),
        "Grade agreed": part(moved["agreed"], sum(moved.values())),
        "Raised": str(moved["raised"]),
        "Lowered": str(moved["lowered"]),
        "Opened in time": part(kept, len(cases)),
    }


def _in_time(case: Case, policy: Policy) -> bool:
    return (case.opened_after or 0.0) <= 60 * policy.clock_minutes[Grade(case.grade)]


def part(some: int, of: int) -> str:
    """A share in words that do not hide how few it may be of."""
    return f"{some} of {of} ({round(100 * some / of)}%)" if of else "none"


def _answered(name: str, cases: Sequence[Case]) -> Row:
    moved = _moves(cases)
    decided = sum(moved.values())
    team = sum(case.answer is not None and case.answer.team == case.answer.shown_team for case in cases)
    shares = (part(moved["agreed"], decided), part(team, decided))
    return (name, len(cases), decided, *(moved[move] for move in MOVES), *shares)


def _moves(cases: Iterable[Case]) -> Counter[str]:
    return Counter(case.answer.moved for case in cases if case.answer is not None)


def _waited(grade: Grade, cases: Sequence[Case], policy: Policy) -> Row:
    promise = policy.clock_minutes[grade]
    opened = sorted(case.opened_after / 60 for case in cases if case.opened_after is not None)
    decided = sorted(case.decided_after / 60 for case in cases if case.decided_after is not None)
    kept = part(sum(minutes <= promise for minutes in opened), len(cases))
    return (f"Grade\u00a0{grade}", promise, kept, *_spread(opened), *_spread(decided))


def _spread(minutes: Sequence[float]) -> tuple[Cell, Cell]:
    if not minutes:
        return ("none", "none")
    most = minutes[max(0, -(-9 * len(minutes) // 10) - 1)]
    return (_rounded(median(minutes)), _rounded(most))


def _rounded(minutes: float) -> Cell:
    return round(minutes) if minutes >= 10 else f"{minutes:.1f}"


def _day_row(start: date, counts: Sequence[int]) -> Row:
    return (f"{start.day}\u00a0{start:%b}", sum(counts), *counts)


def _start(day: date, today: date, step: int) -> date:
    """The first day of the step that a day falls in, counted back from today."""
    return today - timedelta(days=(today - day).days // step * step)


def _local(moment: float) -> datetime:
    return datetime.fromtimestamp(moment, UTC).astimezone(LONDON)


def _day(moment: float) -> date:
    return _local(moment).date()
