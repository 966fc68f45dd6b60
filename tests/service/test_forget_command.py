"""`triage forget --ref`, `triage hold`: nothing goes without a reason, and nothing open by mistake."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service import desk as desks
from service import inbox
from service.cases import Sent
from service.commands import COMMANDS
from service.desk import Desk
from service.users import User

BOB = User("bob", "supervisor", "-")
SHED = "My bicycle was stolen from the shed last week."


@pytest.fixture
def address(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/triage.db"


@pytest.fixture
def opened(desk: Desk, address: str, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk with one report that waits."""
    monkeypatch.setenv("TRIAGE_DATABASE_URL", address)
    desks.receive(desk, "a", Sent(SHED, {}), by="key:1")
    return desk


def triage(*words: str) -> Result:
    command = next(command for command in COMMANDS if command.name == words[0])
    return CliRunner().invoke(command, list(words[1:]))


@pytest.mark.parametrize("words", [(), ("--why", " "), ("--open-too",)])
def test_no_report_is_forgotten_without_a_reason(opened: Desk, words: tuple[str, ...]) -> None:
    told = triage("forget", "--ref", "a", *words)
    assert (told.exit_code, "--why" in told.stderr) == (2, True)
    assert inbox.look(opened, BOB, "a").parts[0].text == SHED


def test_an_open_report_is_forgotten_only_when_that_is_said(opened: Desk) -> None:
    refused = triage("forget", "--ref", "a", "--why", "asked")
    assert refused.exit_code == 1
    assert "report a is waiting" in refused.stderr
    assert "--open-too" in refused.stderr
    assert inbox.look(opened, BOB, "a").parts[0].text == SHED
    told = triage("forget", "--ref", "a", "--why", "asked", "--open-too")
    assert (told.exit_code, told.stdout) == (0, "a is forgotten.\n")
    assert triage("forget", "--ref", "a", "--why", "where are copies").exit_code == 0


def test_nothing_to_forget_is_said(opened: Desk) -> None:
    told = triage("forget", "--before", "2099-01-01", "--why", "asked")
    assert (told.exit_code, told.stdout, told.stderr) == (0, "", "There is nothing to forget.\n")


def test_open_too_goes_with_ref_alone(opened: Desk) -> None:
    assert triage("forget", "--before", "2099-01-01", "--open-too").exit_code == 2
    assert triage("forget", "--due", "--open-too").exit_code == 2


def test_a_hold_is_a_command_with_a_reason(opened: Desk) -> None:
    assert triage("hold", "a").exit_code == 2
    assert triage("hold", "a", "--why", "coroner").exit_code == 0
    forget = ("forget", "--ref", "a", "--why", "asked", "--open-too")
    refused = triage(*forget)
    assert (refused.exit_code, "on hold" in refused.stderr) == (1, True)
    assert triage("hold", "a", "--release", "--why", "over").exit_code == 0
    assert triage(*forget).exit_code == 0
    unknown = triage("hold", "nope", "--why", "x")
    assert (unknown.exit_code, "no report" in unknown.stderr) == (1, True)
