"""Notices when answers change, and stays quiet when they do not.

Each watched share (of alarms, of reports to review) is compared with the share the operator expects by
a sequential test: a bet against "nothing changed" that is settled with every report. If nothing
changed, the chance that it ever reaches `ALARM_AT`, however long it runs, is at most 1 in `ALARM_AT`
(Ville's inequality), so that looking all the time costs nothing.
"""

from collections.abc import Iterable
from math import exp, log

import sqlalchemy as sa

from service.settings import Settings
from service.store.tables import decisions, reports
from triage_model.types import Grade

ALARM_AT = 100.0
# Odds of what may have happened to the share: it halved, doubled, or more.
ODDS = (0.25, 0.5, 2.0, 4.0)


def evidence(outcomes: Iterable[bool], expected: float) -> float:
    """How strongly outcomes speak against an expected share: 1 is not at all, `ALARM_AT` is an alarm."""
    shares = [_share(expected, odds) for odds in ODDS]
    bets = [0.0] * len(shares)
    highest = 1.0
    for outcome in outcomes:
        bets = [bet + _gain(outcome, share, expected) for bet, share in zip(bets, shares, strict=True)]
        highest = max(highest, sum(exp(min(bet, 700.0)) for bet in bets) / len(bets))
    return highest


def watched(sql: sa.Connection, settings: Settings) -> dict[str, float]:
    """The evidence of change in each share that has an expectation, since the model now live began."""
    found: dict[str, float] = {}
    first = sa.select(decisions).where(decisions.c.because == "received", decisions.c.complete)
    newest = sql.execute(first.order_by(decisions.c.id.desc()).limit(1)).first()
    if newest is None:
        return found
    same = (decisions.c.model_id == newest.model_id) & (decisions.c.rulebook_id == newest.rulebook_id)
    query = sa.select(decisions.c.grade, reports.c.needs_review).join(
        reports, reports.c.ref == decisions.c.ref
    )
    rows = sql.execute(
        query.where(decisions.c.because == "received", decisions.c.complete, same).order_by(decisions.c.id)
    ).all()
    if settings.expected_alarms is not None:
        found["alarms"] = evidence((row.grade == Grade.EMERGENCY for row in rows), settings.expected_alarms)
    if settings.expected_reviews is not None:
        found["reviews"] = evidence((row.needs_review for row in rows), settings.expected_reviews)
    return found


def _share(expected: float, odds: float) -> float:
    return expected * odds / (1 - expected + expected * odds)


def _gain(outcome: bool, share: float, expected: float) -> float:
    return log(share / expected) if outcome else log((1 - share) / (1 - expected))
