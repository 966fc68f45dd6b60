"""Makes a past decision again from what it was made of, and says whether it comes out bit for bit the same.

Law 7. The text, the number of parts, the high-water mark and the ids of rules, model and taxonomy are
stored with each decision; the archive holds what the ids name.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import sqlalchemy as sa

from service import archive, cases, verdicts
from service.cases import Row
from service.desk import UnknownReport
from service.digests import canonical, digest
from service.settings import Settings
from service.store.store import Store
from service.store.tables import reports
from triage_model.errors import RulebookError
from triage_model.triage import Triage
from triage_model.types import Grade, Report


@dataclass(frozen=True, slots=True)
class Replayed:
    """How one decision came out. `problem` is None when it is the same bit for bit."""

    decision_id: int
    grade: int
    problem: str | None


def replay(settings: Settings, store: Store, ref: str) -> Iterator[Replayed]:
    """Every decision of a report, made again. Raises UnknownReport."""
    restored = cache(lambda book, owners, model: _restore(settings, book, owners, model))
    with store.read() as sql:
        row = sql.execute(sa.select(reports).where(reports.c.ref == ref)).first()
        if row is None:
            raise UnknownReport
        past = verdicts.history(sql, ref)
        report = None if row.forgotten_at is not None else cases.report(sql, store.vault, row)
    for made in past:
        yield Replayed(made.id, made.grade, _problem(store, report, made, restored))


def _problem(store: Store, report: Report | None, made: Row, restored: object) -> str | None:
    if report is None:
        return "the text was forgotten"
    then = restored(made.rulebook_id, made.taxonomy_id, made.model_id)  # type: ignore[operator]
    if isinstance(then, str):
        return then
    document = verdicts.opened(store.vault, made)
    if document is None or digest(document, made.salt) != made.output_digest:
        return "what is stored is not what was decided"
    given = replace(report, messages=report.messages[: made.parts - 1])
    mark = Grade(made.high_water) if made.high_water else None
    again = then.decide(given, high_water=mark, with_model=made.model_id is not None)
    return None if canonical(verdicts.as_json(again)) == canonical(document) else "it comes out differently"


def _restore(settings: Settings, book: str, owners: str, model: str | None) -> Triage | str:
    try:
        found = archive.restore(settings, rulebook_id=book, taxonomy_id=owners, model_id=model)
    except RulebookError as error:  # it passed its check when it was archived
        return f"what the archive holds as {book} or {owners} was changed: {error.problems[0]}"
    if isinstance(found, Triage) and model is not None and found.classifier is None:
        return f"model {model} cannot be used: {found.model_problem}"
    if isinstance(found, Triage) and (found.rulebook.id, found.taxonomy.id) != (book, owners):
        return f"what the archive holds as {book} or {owners} was changed"
    return found
