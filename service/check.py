"""Says, before serving, everything that is wrong with the set-up, and what is as it should not stay."""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

import sqlalchemy as sa

from service import live, retention, vault
from service.health import CANARY, WRONG_KEY, is_wrong_key
from service.live import Live
from service.settings import Settings
from service.store import migrate, store
from service.store.store import Store, Unavailable
from service.store.tables import ledger
from triage_model.errors import TriageError
from triage_model.types import Grade

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Findings:
    """`problems` keep the service from starting; `notes` do not, and an operator should know them."""

    problems: tuple[str, ...]
    notes: tuple[str, ...]


def examine(settings: Settings, *, patience: float = 0.0) -> Findings:
    """Everything there is to mend. A missing model is a note: the rules answer without one.

    A database that cannot be reached is asked again for `patience` seconds: after a power cut it may
    come up later than the service.
    """
    problems: list[str] = []
    answering = _tried(problems, lambda: live.from_settings(settings))
    kinds = _tried(problems, lambda: retention.load(settings.retention))
    if answering and kinds:
        problems += retention.strangers(kinds, answering.triage)
    if answering and answering.triage.decide(CANARY, with_model=False).grade != Grade.EMERGENCY:
        problems.append("the rules do not find the canary to be an emergency: do not answer with them")
    problems += [*_tried_store(settings, time.monotonic() + patience), *_wrong(settings)]
    return Findings(tuple(problems), tuple(_notes(settings, answering)))


def _tried(problems: list[str], read: Callable[[], Found]) -> Found | None:
    try:
        return read()
    except TriageError as error:
        problems.extend(error.problems)
        return None


def _tried_store(settings: Settings, until: float) -> list[str]:
    try:
        opened = store.connect(settings.database_url, vault.from_settings(settings))
    except TriageError as error:
        return list(error.problems)
    while (problem := _reached(opened)) and time.monotonic() < until:
        time.sleep(0.5)
    return [problem] if problem else _as_needed(opened)


def _reached(opened: Store) -> str | None:
    try:
        with opened.read() as sql:
            sql.execute(sa.text("select 1"))
        return None
    except Unavailable as error:
        return f"the database cannot be reached: {error}"


def _as_needed(opened: Store) -> list[str]:
    try:
        if found := migrate.problems(opened):
            return found
        with opened.write() as work:
            work.sql.execute(sa.update(ledger).values(change=ledger.c.change))
            return [WRONG_KEY] if is_wrong_key(work.sql, work.vault) else []
    except Unavailable as error:
        return [f"the database cannot be written: {error}"]
    finally:
        opened.close()


def _wrong(settings: Settings) -> Iterator[str]:
    if settings.webhook_url is not None:
        if urlsplit(settings.webhook_url).scheme not in ("http", "https"):
            yield "TRIAGE_WEBHOOK_URL is not an address that begins with http:// or https://"
        if not settings.webhook_secret:
            yield "TRIAGE_WEBHOOK_SECRET is missing: a receiver could not tell our events from others'"


def _notes(settings: Settings, answering: Live | None) -> Iterator[str]:
    if answering is not None and answering.model_problem:
        yield f"no model, the rules answer alone: {answering.model_problem}"
    if answering is not None and answering.shadow and answering.shadow.model_problem:
        yield f"no shadow model: {answering.shadow.model_problem}"
    if not os.access(settings.archive, os.W_OK):
        yield f"{settings.archive} cannot be written: decisions made now could not be replayed"
    if not (settings.encryption_keys or settings.encryption_key_file):
        yield "no encryption key: report text is kept readable (TRIAGE_ENCRYPTION_KEY_FILE)"
    if settings.pages and not settings.secret_key:
        yield "TRIAGE_SECRET_KEY is missing: everyone is signed out at each restart"
    if not settings.trusted_keys:
        yield "TRIAGE_TRUSTED_KEYS is missing: a model is checked for damage and not for who signed it"
