"""Notices when answers, or what people write, change, and stays quiet when they do not.

Each watched share is compared with the share the operator expects by a sequential test: a bet against
"nothing changed" that is settled with every report. If nothing changed, the chance that a bet ever
reaches `ALARM_AT`, however long it runs, is at most 1 in `ALARM_AT` (Ville's inequality), so that
looking all the time costs nothing; and for all watched shares together, at most 1 in 100. The bets
begin anew with each model and rulebook.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from math import exp, log
from typing import Any

import sqlalchemy as sa

from service import clock, switches
from service.desk import Desk
from service.draws import LOW
from service.settings import Settings
from service.store.review_tables import draws, second_reads
from service.store.tables import decisions, handler_actions, reports
from triage_model.types import Grade

logger = logging.getLogger(__name__)

# Odds of what may have happened to a share: it halved, doubled, or more. Of misses only more is bad.
EITHER_WAY = (0.25, 0.5, 2.0, 4.0)
WORSE = (2.0, 4.0)
CHECKED, CHECK_SECONDS = "shares_checked", 600.0

Pair = sa.ColumnElement[bool]
Outcomes = Callable[[sa.Connection, Pair], Iterator[float]]


def evidence(outcomes: Iterable[float], expected: float, odds: tuple[float, ...] = EITHER_WAY) -> float:
    """How strongly outcomes from 0 to 1 speak against their expected mean: 1 is not at all."""
    shares = [_share(expected, one) for one in odds]
    bets = [0.0] * len(shares)
    highest = 1.0
    for outcome in outcomes:
        bets = [bet + _gain(outcome, share, expected) for bet, share in zip(bets, shares, strict=True)]
        highest = max(highest, sum(exp(min(bet, 700.0)) for bet in bets) / len(bets))
    return highest


def watched(sql: sa.Connection, settings: Settings) -> dict[str, float]:
    """The evidence of change in each share that has an expectation, since the model now live began."""
    pair, expected = _live(sql), expectations(settings)
    if pair is None:
        return {}
    return {
        name: evidence(outcomes(sql, pair), given, WORSE if name == "misses" else EITHER_WAY)
        for name, outcomes in OUTCOMES.items()
        if (given := expected[name]) is not None
    }


def shares(sql: sa.Connection) -> dict[str, float]:
    """Each share as it has been since the model now live began, for an operator to know what to expect."""
    pair = _live(sql)
    found = {name: list(outcomes(sql, pair)) for name, outcomes in OUTCOMES.items() if pair is not None}
    return {name: sum(some) / len(some) for name, some in found.items() if some}


def expectations(settings: Settings) -> dict[str, float | None]:
    return {name: getattr(settings, f"expected_{name}") for name in OUTCOMES}


def warn(desk: Desk) -> None:
    """Log an error, every ten minutes, for each share that is no longer what was expected."""
    if clock.within(float(switches.read(desk.store, CHECKED, 0.0)), CHECK_SECONDS):
        return
    switches.note(desk.store, CHECKED, clock.now())
    with desk.store.read() as sql:
        found = watched(sql, desk.settings)
    for name, value in found.items():
        if value >= ALARM_AT:
            logger.error(
                "the share of %s is not what is expected: evidence %.0f of %.0f", name, value, ALARM_AT
            )


def _live(sql: sa.Connection) -> Pair | None:
    """Decisions of the model and the rulebook that made the newest full one."""
    full = sa.select(decisions).where(decisions.c.complete).order_by(decisions.c.id.desc())
    newest = sql.execute(full.limit(1)).first()
    if newest is None:
        return None
    return sa.and_(decisions.c.model_id == newest.model_id, decisions.c.rulebook_id == newest.rulebook_id)


def _first_decisions(sql: sa.Connection, pair: Pair, *columns: sa.ColumnElement[Any]) -> Iterable[Any]:
    """The first full decision of each report, made before any message came."""
    joined = sa.select(*columns).select_from(decisions.join(reports))
    first = decisions.c.complete & (decisions.c.parts == 1)
    return sql.execute(joined.where(first, pair).order_by(decisions.c.id)).all()


def _alarms(sql: sa.Connection, pair: Pair) -> Iterator[float]:
    rows = _first_decisions(sql, pair, decisions.c.grade)
    return (float(row.grade == Grade.EMERGENCY) for row in rows)


def _reviews(sql: sa.Connection, pair: Pair) -> Iterator[float]:
    return (float(row.needs_review) for row in _first_decisions(sql, pair, reports.c.needs_review))


def _unknown_words(sql: sa.Connection, pair: Pair) -> Iterator[float]:
    rows = _first_decisions(sql, pair, decisions.c.words, decisions.c.unknown)
    return (row.unknown / row.words for row in rows if row.words)


def _misses(sql: sa.Connection, pair: Pair) -> Iterator[float]:
    """Of reports closed at a low grade and read again blind: whether the reader found them urgent."""
    read = second_reads.join(draws).join(handler_actions, handler_actions.c.id == second_reads.c.action_id)
    joined = read.join(reports, reports.c.ref == draws.c.ref)
    joined = joined.join(decisions, decisions.c.id == reports.c.decision_id)
    query = sa.select(handler_actions.c.grade).select_from(joined).where(pair)
    rows = sql.execute(query.order_by(handler_actions.c.id)).all()
    return (float(row.grade not in LOW) for row in rows)


OUTCOMES: dict[str, Outcomes] = {
    "alarms": _alarms,
    "reviews": _reviews,
    "unknown_words": _unknown_words,
    "misses": _misses,
}
# Each of the bets may mislead once in so many runs; all of them together, once in 100.
ALARM_AT = 100.0 * len(OUTCOMES)


def _share(expected: float, odds: float) -> float:
    return expected * odds / (1 - expected + expected * odds)


def _gain(outcome: float, share: float, expected: float) -> float:
    """What a bet on `share` gains: on average nothing, whatever the spread, while the mean is `expected`."""
    return log(outcome * share / expected + (1 - outcome) * (1 - share) / (1 - expected))
