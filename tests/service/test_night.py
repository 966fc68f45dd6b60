"""Days and nights at the desk, by a clock that we turn: no report is older than its promise without an alarm."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

import pytest
import sqlalchemy as sa

from service import alarms, clock, escalate, handling, inbox
from service import desk as desks
from service.cases import Sent
from service.desk import Desk
from service.handling import Answer
from service.store import migrate
from service.store.store import connect
from service.store.tables import reports
from service.users import User
from tests.service.conftest import desk_over
from triage_model.triage import Triage
from triage_model.types import Assessment, Grade

SUE = User("sue", "supervisor", "-")
PROMISE = {1: 2, 2: 15, 3: 240, 4: 1440}  # minutes; the policy's, written again so that a change is noticed
REVIEW = 240
MINUTE = 60.0
DAY = 1440


@dataclass(frozen=True)
class ByWord:
    """A classifier for simulations: the last word of a report says its grade."""

    model_id: str = "m-by-word"

    def assess(self, parts: Sequence[str]) -> Assessment:
        grade = ("one", "two", "three", "four").index(parts[0].split()[-1]) + 1
        return Assessment(self.model_id, Grade(grade), 0.5, teams=(("neighbourhood", 1.0),))


@dataclass
class Desks:
    """A simulated day: when reports come, who works, and what was seen to go wrong."""

    desk: Desk
    monkeypatch: pytest.MonkeyPatch
    now: float = 1_795_600_000.0
    busy: dict[str, float] = field(default_factory=dict)
    late: int = 0
    silent: list[str] = field(default_factory=list)
    opened_late: int = 0

    def turn_to(self, moment: float) -> None:
        self.now = moment
        self.monkeypatch.setattr(clock, "now", lambda: self.now)


@pytest.fixture
def night(
    tmp_path_factory: pytest.TempPathFactory, rules: Triage, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desks]:
    store = connect(f"sqlite:///{tmp_path_factory.mktemp('night')}/triage.db")
    migrate.upgrade(store)
    known = Triage(rules.rulebook, rules.policy, rules.taxonomy, rules.signposts, ByWord())
    for desk in desk_over(store, known, deadline_ms=10_000):
        yield Desks(desk, monkeypatch)
    store.close()


def run(
    at: Desks, *, minutes: int, a_day: int, handlers: Sequence[str], away: range = range(0), seed: int = 1
) -> None:
    """Minute by minute: reports come, the keeper looks at the clocks, whoever is free opens the first report."""
    chance = Random(seed)
    start = at.now
    for minute in range(minutes):
        at.turn_to(start + minute * MINUTE)
        if chance.random() < a_day / DAY:
            word = chance.choices(("one", "two", "three", "four"), (3, 12, 35, 50))[0]
            text = f"A neighbour asked about matter number {word}"
            desks.receive(at.desk, f"N-{minute}", Sent(text, {}), by="key:1")
        if minute not in away:
            for name in handlers:
                work(at, name, chance)
        escalate.overdue(at.desk)
        check(at)


def work(at: Desks, name: str, chance: Random) -> None:
    """Open what stands first, decide it, and be busy with it for a while."""
    if at.busy.get(name, 0.0) > at.now:
        return
    user = User(name, "handler", "-")
    waiting = inbox.queue(at.desk, user, states=("waiting",), limit=1)
    if not waiting:
        return
    item = waiting[0]
    at.opened_late += item.due_by < at.now
    seen = inbox.look(at.desk, user, item.ref).item
    handling.take(at.desk, user, item.ref, seen.version)
    handling.decide(at.desk, user, item.ref, seen.version + 1, Answer(Grade(item.grade), item.team))
    at.busy[name] = at.now + chance.choice((3, 6, 12)) * MINUTE


def check(at: Desks) -> None:
    """Every unread report past its promise rings for the supervisor; every untaken emergency for all."""
    rings = {(alarm.item.ref, alarm.why) for alarm in alarms.ringing(at.desk, SUE)}
    heard = {ref for ref, _why in rings}
    with at.desk.store.read() as sql:
        rows = sql.execute(sa.select(reports).where(reports.c.state == "waiting")).all()
    for row in rows:
        minutes = min(PROMISE[row.grade], REVIEW) if row.needs_review else PROMISE[row.grade]
        overdue = at.now - row.clock_from > minutes * MINUTE
        at.late += overdue
        if (overdue or row.grade == Grade.EMERGENCY) and row.ref not in heard:
            at.silent.append(row.ref)


def unread(at: Desks) -> int:
    return len(inbox.queue(at.desk, SUE, states=("waiting",)))


def test_an_ordinary_day_breaks_no_promise(night: Desks) -> None:
    run(night, minutes=400, a_day=30, handlers=("amy", "ben"))
    assert night.silent == []
    assert (night.late, night.opened_late) == (0, 0)


def test_a_ten_fold_surge_leaves_nothing_late_without_an_alarm(night: Desks) -> None:
    run(night, minutes=240, a_day=300, handlers=("amy",), seed=2)
    assert night.silent == []
    assert night.late > 0, "the surge was too small to prove anything"


def test_a_night_with_one_handler_who_is_called_away(night: Desks) -> None:
    run(night, minutes=360, a_day=90, handlers=("amy",), away=range(60, 150), seed=3)
    assert night.silent == []
    assert night.late > 0
    assert unread(night) == 0, "what was late is opened once the handler is back"


def test_nobody_at_all_is_seen_by_the_supervisor(night: Desks) -> None:
    run(night, minutes=120, a_day=90, handlers=(), seed=4)
    assert night.silent == []
    assert night.late > 0


def test_what_climbs_is_not_starved_by_more_urgent_reports(night: Desks) -> None:
    """One grade 3 against a stream of grade 2 that takes all of one handler's time."""
    start, chance = night.now, Random(6)
    night.turn_to(start)
    desks.receive(night.desk, "three", Sent("A neighbour asked about matter number three", {}), by="key:1")
    for minute in range(0, 420, 6):
        night.turn_to(start + minute * MINUTE)
        text = "A neighbour asked about matter number two"
        desks.receive(night.desk, f"two-{minute}", Sent(text, {}), by="key:1")
        escalate.overdue(night.desk)
        work(night, "amy", chance)
        if not any(item.ref == "three" for item in inbox.queue(night.desk, SUE, states=("waiting",))):
            break
    assert 240 <= minute < 400, "it was never reached"


@pytest.mark.soak
@pytest.mark.parametrize(("a_day", "handlers"), [(30, ("amy",)), (300, ("amy", "ben")), (300, ("amy",))])
def test_three_whole_days(night: Desks, a_day: int, handlers: tuple[str, ...]) -> None:
    run(night, minutes=3 * DAY, a_day=a_day, handlers=handlers, away=range(1300, 1500), seed=5)
    assert night.silent == []
