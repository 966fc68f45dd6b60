"""Finds out whether the service can do its work, by doing it."""

import sqlalchemy as sa

from service import clock, switches
from service.desk import Desk
from service.store.tables import ledger, parts, reports
from service.vault import KeyMissing, SealBroken, Vault
from triage_model.types import Grade, Report

CANARY = Report("A man is outside my house with a knife and he is trying to get in, please help")
WRONG_KEY = (
    "the encryption key does not open what is stored: give the key it was sealed with "
    "(TRIAGE_ENCRYPTION_KEY_FILE; Keys in service/README.md tells how to rotate)"
)

CANARY_PASSED = "canary_passed"
CANARY_SECONDS = 60.0


class CanaryMissed(Exception):
    """A report that must be an emergency was not found to be one."""


class WrongKey(Exception):
    """What is stored was sealed with a key that is not in the settings."""


def findings(desk: Desk) -> list[str]:
    """Why answers are degraded, if they are. Raises Unavailable, WrongKey, CanaryMissed."""
    with desk.store.write() as work:
        work.sql.execute(sa.update(ledger).values(change=ledger.c.change))
        if is_wrong_key(work.sql, work.vault):
            raise WrongKey
    rules_only = switches.rules_only(desk.store)
    decision = desk.assessor.decide(CANARY, rules_only=rules_only)
    if decision.grade != Grade.EMERGENCY:
        raise CanaryMissed
    found = [_named(desk), "the last rulebook was refused" if desk.live.rule_problem else None]
    found.append("a supervisor has switched the model off" if rules_only else None)
    problems = [problem for problem in found if problem]
    return problems or (["the model did not answer in time"] if decision.degraded else [])


def is_wrong_key(sql: sa.Connection, vault: Vault) -> bool:
    """Whether the newest report was sealed with a key that is not there.

    One that was altered does not count: it is no reason to take in no others.
    """
    newest = sa.select(parts.c.ref, parts.c.sealed).join(reports, parts.c.ref == reports.c.ref)
    newest = newest.where(parts.c.number == 0, parts.c.sealed.is_not(None))
    row = sql.execute(newest.order_by(reports.c.received_at.desc()).limit(1)).first()
    try:
        if row is not None:
            vault.open(row.sealed, row.ref)
    except SealBroken as error:
        return isinstance(error, KeyMissing)
    return False


def keep_canary(desk: Desk) -> None:
    """Assess the canary about once a minute and note when it passed: no fresh note is the alarm."""
    now = clock.now()
    if clock.within(float(switches.read(desk.store, CANARY_PASSED, 0.0)), CANARY_SECONDS):
        return
    findings(desk)
    switches.note(desk.store, CANARY_PASSED, now)


def _named(desk: Desk) -> str | None:
    """Why there is no model, without the folder: anyone may read this, and where it lies is not theirs."""
    problem = desk.live.model_problem
    return problem and "model: " + problem.replace(f"{desk.settings.model.absolute()}: ", "")
