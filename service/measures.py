"""What the store knows of how the work goes, as Prometheus reads it: counts, ages and lags, never text.

Read from the database when asked, so that it is the same for every process and machine, and
survives restarts. Latency, which no table holds, is in `service.metrics`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from service import clock, retention, switches, watch
from service.desk import Desk
from service.health import CANARY_PASSED
from service.store.store import Unavailable
from service.store.tables import decisions, outbox, reports

Values = Sequence[tuple[tuple[str, ...], float]]
Family = GaugeMetricFamily | CounterMetricFamily


class Measures:
    """A collector over a desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def collect(self) -> Iterator[Family]:
        """Every measure; with the store away, only that it is."""
        try:
            with self._desk.store.read() as sql:
                found = [*_queue(sql), *_decided(sql), *_sending(sql), *self._watched(sql), *self._due(sql)]
            found += list(_answering(self._desk))
        except Unavailable:
            found = []
        yield _gauge("triage_store_up", "Whether the store can be read", [((), float(bool(found)))])
        yield from found

    def _due(self, sql: sa.Connection) -> Iterator[Family]:
        kinds = retention.load(self._desk.settings.retention)
        found = Counter(one.kind for one in retention.due(sql, kinds, clock.now()))
        says = "Closed reports past their time, which an operator may confirm to be forgotten"
        yield _gauge(
            "triage_due_to_forget", says, [((kind.name,), found[kind.name]) for kind in kinds], "kind"
        )

    def _watched(self, sql: sa.Connection) -> Iterator[Family]:
        found = watch.watched(sql, self._desk.settings)
        says = f"How strongly answers speak of a change; {watch.ALARM_AT:.0f} is an alarm"
        yield _gauge("triage_change_evidence", says, _by_name(found), "share")
        says = "Each watched share since the model now live began"
        yield _gauge("triage_share", says, _by_name(watch.shares(sql)), "share")


def _by_name(found: Mapping[str, float]) -> Values:
    return [((name,), value) for name, value in found.items()]


def _queue(sql: sa.Connection) -> Iterator[Family]:
    now, many = clock.now(), sa.func.count()
    state, grade, assessed = reports.c.state, reports.c.grade, reports.c.assessed
    yield _gauge(
        "triage_reports",
        "Reports by state and effective grade",
        _grouped(sql, sa.select(state, grade, many).group_by(state, grade)),
        "state",
        "grade",
    )
    unread = sa.select(grade, now - sa.func.min(reports.c.clock_from)).where(state == "waiting")
    ages = _grouped(sql, unread.group_by(grade))
    yield _gauge("triage_oldest_unread_seconds", "How long the oldest unread report waits", ages, "grade")
    late = sa.select(grade, many).where(state == "waiting", reports.c.due_by < now).group_by(grade)
    yield _gauge("triage_overdue", "Unread reports past their promise", _grouped(sql, late), "grade")
    kinds = _grouped(sql, sa.select(assessed, many).group_by(assessed))
    yield _gauge("triage_assessed", "Reports by how fully they are assessed", kinds, "assessed")


def _decided(sql: sa.Connection) -> Iterator[Family]:
    source = sa.case(
        (decisions.c.grade_source == "model", "model"),
        (decisions.c.grade_source.startswith("rule:"), "rule"),
        else_="policy",
    )
    by = (decisions.c.grade, source, sa.not_(decisions.c.complete))
    family = CounterMetricFamily(
        "triage_assessments", "Assessments by grade and what set it", labels=("grade", "source", "degraded")
    )
    for labels, count in _grouped(sql, sa.select(*by, sa.func.count()).group_by(*by)):
        family.add_metric(labels, count)
    yield family
    unsure = sa.select(sa.func.count()).where(reports.c.needs_review, reports.c.state != "closed")
    yield _gauge("triage_needs_review", "Open reports a person must review", _grouped(sql, unsure))


def _grouped(sql: sa.Connection, query: sa.Select[Any]) -> Values:
    """Each row's last column, by the words of those before it."""
    return [(tuple(_word(item) for item in row[:-1]), float(row[-1])) for row in sql.execute(query)]


def _word(item: Any) -> str:
    return str(item).lower() if isinstance(item, bool) else str(item)


def _sending(sql: sa.Connection) -> Iterator[Family]:
    unsent = outbox.c.sent_at.is_(None)
    query = sa.select(sa.func.count(), sa.func.min(outbox.c.made_at)).where(unsent)
    count, since = sql.execute(query).one()
    yield _gauge("triage_outbox_unsent", "Events not yet taken by the receiver", [((), count)])
    age = clock.now() - since if since else 0.0
    yield _gauge("triage_outbox_oldest_seconds", "How long the oldest such event waits", [((), age)])


def _answering(desk: Desk) -> Iterator[Family]:
    loaded = float(desk.triage.classifier is not None)
    yield _gauge("triage_model_loaded", "Whether there is a model", [((), loaded)])
    refused = float(desk.live.rule_problem is not None)
    yield _gauge("triage_rulebook_refused", "Whether the newest rulebook was refused", [((), refused)])
    passed = float(switches.read(desk.store, CANARY_PASSED, 0.0))
    yield _gauge("triage_canary_passed_timestamp_seconds", "When the canary passed last", [((), passed)])


def _gauge(name: str, says: str, values: Values, *labels: str) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, says, labels=labels)
    for given, value in values:
        family.add_metric(given, float(value))
    return family
