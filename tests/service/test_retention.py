"""What is kept for how long: due reports are proposed, and forgotten only when that very list is confirmed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from service import desk as desks
from service import forget, handling, inbox, retention, verify
from service.cases import Sent
from service.commands import COMMANDS
from service.desk import Desk
from service.handling import Answer
from service.measures import Measures
from service.retention import DAY
from service.store.store import connect
from service.store.tables import reports
from service.users import User
from tests.service.conftest import desk_over
from triage_model.errors import SettingsError
from triage_model.triage import Triage
from triage_model.types import Grade

BOB = User("bob", "supervisor", "-")
SHED = "My bicycle was stolen from the shed last week."
KINDS = retention.load()


def closed(desk: Desk, ref: str, *, days_ago: float, grade: int = 3, **values: object) -> None:
    """A report that was closed some days ago."""
    desks.receive(desk, ref, Sent(SHED, {}), by="key:1")
    item = inbox.look(desk, BOB, ref).item
    handling.decide(desk, BOB, ref, item.version, Answer(Grade(item.grade), item.team))
    handling.close(desk, BOB, ref, item.version + 1)
    with desk.store.write() as work:
        made = {"closed_at": work.now - days_ago * DAY, "grade": grade, "team": "volume_crime", "flags": []}
        work.sql.execute(sa.update(reports).where(reports.c.ref == ref).values(**made | values))


def due(desk: Desk) -> list[tuple[str, str]]:
    return [(one.ref, one.kind) for one in retention.proposed(desk.store, KINDS)]


def test_a_closed_report_is_due_after_the_time_of_its_kind(desk: Desk) -> None:
    closed(desk, "old", days_ago=366)
    closed(desk, "new", days_ago=364)
    closed(desk, "urgent", days_ago=366, grade=2)
    closed(desk, "urgent-old", days_ago=731, grade=2)
    closed(desk, "child", days_ago=731, flags=["child"])
    closed(desk, "home", days_ago=2191, team="domestic_abuse")
    closed(desk, "complaint", days_ago=2000, restricted=True)
    assert due(desk) == [("home", "safeguarding"), ("urgent-old", "urgent"), ("old", "other")]


def test_an_open_report_is_never_due(desk: Desk) -> None:
    closed(desk, "a", days_ago=9999)
    desks.receive_message(desk, "a", "m", "it happened again", by="key:1")
    assert due(desk) == []


def test_a_report_on_hold_is_kept_until_it_is_released(desk: Desk) -> None:
    closed(desk, "a", days_ago=9999)
    retention.hold(desk.store, "a", held=True, by="user:bob", why="coroner")
    assert due(desk) == []
    assert forget.before(desk.store, 9e9, by="command") == []
    with pytest.raises(forget.OnHold, match="a is on hold"):
        forget.forget(desk.store, "a", by="command")
    retention.hold(desk.store, "a", held=False, by="user:bob", why="inquest over")
    assert due(desk) == [("a", "other")]
    assert list(verify.problems(desk.store)) == []


def test_what_is_due_is_measured_and_not_forgotten(desk: Desk) -> None:
    closed(desk, "a", days_ago=9999)
    samples = [sample for family in Measures(desk).collect() for sample in family.samples]
    found = {
        sample.labels["kind"]: sample.value for sample in samples if sample.name == "triage_due_to_forget"
    }
    assert found == {"complaint": 0, "safeguarding": 0, "urgent": 0, "other": 1}
    assert inbox.look(desk, BOB, "a").parts[0].text == SHED


def triage(*words: str) -> Result:
    command = next(command for command in COMMANDS if command.name == words[0])
    return CliRunner().invoke(command, list(words[1:]))


def test_only_the_list_that_was_confirmed_is_forgotten(
    desk: Desk, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIAGE_DATABASE_URL", address)
    closed(desk, "a", days_ago=400)
    told = triage("forget", "--due")
    assert "a\tother\tclosed" in told.stdout
    code = told.stderr.split()[-1]
    closed(desk, "b", days_ago=400)
    stale = triage("forget", "--due", "--confirm", code)
    assert (stale.exit_code, "no longer what you confirmed" in stale.stderr) == (1, True)
    assert len(due(desk)) == 2
    code = triage("forget", "--due").stderr.split()[-1]
    done = triage("forget", "--due", "--confirm", code)
    assert done.stdout.splitlines()[:2] == ["a is forgotten.", "b is forgotten."]
    assert inbox.look(desk, BOB, "a").parts[0].text == ""
    assert triage("forget", "--due").stderr.strip() == "Nothing is due."
    assert list(verify.problems(desk.store)) == []


@contextmanager
def between_choice_and_erasure(
    watched: object, desk: Desk, address: str, act: Callable[[Desk], object]
) -> Iterator[None]:
    """Another process acts once, after this one has read what to forget and before it forgets."""
    other, waiting = connect(address), [True]

    def once(*_connection: object) -> None:
        if waiting and waiting.pop():
            for elsewhere in desk_over(other, desk.triage):
                act(elsewhere)

    sa.event.listen(watched, "checkin", once)
    yield
    sa.event.remove(watched, "checkin", once)
    other.close()
    assert not waiting


def reopen(desk: Desk) -> None:
    desks.receive_message(desk, "a", "m", "it happened again", by="key:1")


def keep(desk: Desk) -> None:
    retention.hold(desk.store, "a", held=True, by="user:bob", why="coroner")


@pytest.mark.parametrize(("act", "says"), [(reopen, "no longer closed"), (keep, "on hold")])
@pytest.mark.parametrize("way", ["due", "before"])
def test_what_changes_before_its_erasure_is_kept(
    desk: Desk, address: str, act: Callable[[Desk], object], says: str, way: str
) -> None:
    closed(desk, "a", days_ago=400)
    closed(desk, "b", days_ago=400)
    found = retention.proposed(desk.store, KINDS)
    with between_choice_and_erasure(desk.store.engine, desk, address, act):
        if way == "due":
            assert retention.proposed(desk.store, KINDS) == found
            told = list(forget.those_due(desk.store, found, KINDS, by="command"))
        else:
            told = forget.before(desk.store, 9e9, by="command")
    assert [(one.ref, one.left is None) for one in told] == [("a", False), ("b", True)]
    assert says in str(told[0].left)
    assert inbox.look(desk, BOB, "a").parts[0].text == SHED
    assert inbox.look(desk, BOB, "b").parts[0].text == ""
    assert list(verify.problems(desk.store)) == []


def erase(desk: Desk) -> None:
    forget.forget(desk.store, "a", by="user:bob", why="asked")


@pytest.mark.parametrize(("act", "code", "says"), [(reopen, 1, "a is kept"), (erase, 0, "a is forgotten.")])
def test_what_happened_meanwhile_is_said_by_the_command(
    desk: Desk,
    address: str,
    monkeypatch: pytest.MonkeyPatch,
    act: Callable[[Desk], object],
    code: int,
    says: str,
) -> None:
    monkeypatch.setenv("TRIAGE_DATABASE_URL", address)
    closed(desk, "a", days_ago=400)
    listed = retention.code(retention.proposed(desk.store, KINDS))
    with between_choice_and_erasure(sa.pool.Pool, desk, address, act):
        told = triage("forget", "--due", "--confirm", listed)
    assert (told.exit_code, says in told.stdout) == (code, True)


ODD = (
    "~",
    "1",
    "1.5",
    "true",
    "2026-11-25",
    "''",
    "x",
    "[]",
    "[[1]]",
    "[~]",
    "[true]",
    "[1.0]",
    "{}",
    "[{}]",
)
FITS = {
    "name": ("x",),
    "why": ("x",),
    "days": ("1",),
    "grades": ("[]",),
    "teams": ("[]",),
    "flags": ("[]",),
    "restricted": ("true",),
}


@pytest.mark.parametrize("field", FITS)
@pytest.mark.parametrize("value", ODD)
def test_a_value_of_another_type_is_refused_by_name(tmp_path: Path, field: str, value: str) -> None:
    entry = {"name": "one", "days": "1", "why": "y", field: value}
    file = tmp_path / "retention.yaml"
    written = ", ".join(f"{name}: {given}" for name, given in entry.items())
    file.write_text(f"kinds:\n  - {{{written}}}\n  - {{name: rest, days: 1, why: y}}\n")
    if value in FITS[field]:
        assert retention.load(file)
        return
    with pytest.raises(SettingsError, match=rf"{file}:2: .*{field}"):
        retention.load(file)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("kinds: []", "needs a list"),
        ("kinds: [{name: a, days: 1}]", "needs name, days and why"),
        ("kinds: [{name: a, days: 0, why: x}]", "whole number"),
        ("kinds: [{name: a, days: true, why: x}]", "whole number"),
        ("kinds: [{name: a, days: 1, why: x, color: red}]", "color is not a field"),
        ("kinds: [{name: a, days: 1, why: x, flags: child}]", "flags must be a list of codes"),
        ("kinds: [{name: a, days: 1, why: x, grades: [9]}, {name: b, days: 1, why: x}]", "from 1 to 4"),
        ("kinds: [{name: a, days: 1, why: x, grades: [1]}]", "take the rest"),
        ("kinds: [{name: a, days: 1, why: x}, {name: a, days: 1, why: x}]", "used above"),
    ],
)
def test_a_wrong_schedule_is_refused_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "retention.yaml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=says) as told:
        retention.load(file)
    assert f"{file}:1" in str(told.value)


def test_the_shipped_schedule_names_teams_and_flags_that_are_there(rules: Triage) -> None:
    assert retention.strangers(KINDS, rules) == []


def test_a_schedule_of_ones_own_counts(desk: Desk, rules: Triage, tmp_path: Path) -> None:
    file = tmp_path / "retention.yaml"
    file.write_text("kinds: [{name: all, days: 10, why: x}]")
    for other in desk_over(desk.store, rules, retention=file):
        closed(other, "a", days_ago=11)
        assert retention.proposed(other.store, retention.load(file))[0].kind == "all"
