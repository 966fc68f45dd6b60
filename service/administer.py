"""What the commands for operators do, over the store that the settings name."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from service import backup as backups
from service import export, forget, keys, replay, retention, settings, users, vault, verify
from service import reseal as sealing
from service.clock import written
from service.desk import UnknownReport
from service.forget import Forgotten
from service.store import migrate, store
from service.store.store import Store
from triage_model.errors import SettingsError

Found = TypeVar("Found")


@contextmanager
def opened() -> Iterator[Store]:
    """The store of the settings. Raises SettingsError."""
    chosen = settings.from_environment()
    found = store.connect(chosen.database_url, vault.from_settings(chosen))
    try:
        yield found
    except store.Unavailable as error:
        raise SettingsError(f"the database cannot be used ({error}): is it there, and upgraded?") from None
    finally:
        found.close()


def with_store(act: Callable[[Store], Found]) -> Found:
    with opened() as found:
        return act(found)


def upgrade() -> str:
    with_store(migrate.upgrade)
    return f"revision {migrate.head_revision()}"


def database_problems() -> list[str]:
    return with_store(migrate.problems)


def backup(file: Path) -> int:
    return with_store(lambda found: backups.backup(found, file, by="command"))


def restore(file: Path) -> int:
    return with_store(lambda found: backups.restore(found, file))


def reseal() -> int:
    return with_store(sealing.reseal)


def audit_problems(head: str | None) -> list[str]:
    return with_store(lambda found: list(verify.problems(found, head=head)))


def audit_head() -> str:
    return with_store(verify.head)


def replayed(ref: str) -> list[replay.Replayed]:
    chosen = settings.from_environment()
    return with_store(lambda found: list(replay.replay(chosen, found, ref)))


def forgotten_by_ref(ref: str, why: str, *, open_too: bool) -> list[Forgotten]:
    """Forget one report; one that is not closed only if that is said. Raises StillOpen, OnHold."""
    given = _by_command(why) | ({} if open_too else {"still": forget.closed_or_gone})
    return with_store(lambda store: [forget.forget(store, ref, **given)])


def forgotten_before(day: datetime, why: str | None) -> list[Forgotten]:
    """Forget every closed report that came before a day."""
    moment = day.replace(tzinfo=UTC).timestamp()
    return with_store(lambda store: forget.before(store, moment, **_by_command(why)))


def due() -> tuple[list[str], str]:
    """A line for each report that is due to be forgotten, and the code that confirms them all."""
    kinds = retention.load(settings.from_environment().retention)
    found = with_store(lambda store: retention.proposed(store, kinds))
    return [f"{one.ref}\t{one.kind}\tclosed {written(one.closed_at)}" for one in found], retention.code(found)


def forgotten_when_due(confirmed: str, why: str | None) -> list[Forgotten]:
    """Forget what is due, if that is the very list that was confirmed. Raises ValueError."""
    kinds = retention.load(settings.from_environment().retention)
    with opened() as store:
        found = retention.proposed(store, kinds)
        if retention.code(found) != confirmed:
            raise ValueError("what is due is no longer what you confirmed: give `triage forget --due` again")
        return list(forget.those_due(store, found, kinds, **_by_command(why)))


def hold(ref: str, held: bool, why: str) -> None:
    with_store(lambda store: retention.hold(store, ref, held=held, by="command", why=why))


def _by_command(why: str | None) -> dict[str, Any]:
    return {"by": "command", "why": why, "models": settings.from_environment().model.parent}


def told(one: Forgotten) -> Iterator[str]:
    """That a report was forgotten and where copies of it are left, or why it is kept."""
    yield f"{one.ref} is kept: {one.left}." if one.left else f"{one.ref} is forgotten."
    yield from (f"{one.ref} is still in {copy}." for copy in one.copies)
    yield from (f"{one.ref} trained model {model}." for model in one.models)


def draft_labels(file: Path) -> int:
    return with_store(lambda found: export.draft(found, file))


def approve_labels(file: Path, by: str) -> int:
    return with_store(lambda found: export.approve(found, file, by=by))


def make_key(name: str, scopes: Sequence[str], days: float) -> tuple[int, str]:
    key, secret = with_store(lambda found: keys.make(found, name, scopes, days=days))
    return key.id, secret


def revoke_key(key_id: int) -> bool:
    return with_store(lambda found: keys.revoke(found, key_id))


def key_lines() -> list[str]:
    return [
        f"{key.id}\t{key.name}\t{','.join(sorted(key.scopes))}\texpires {written(key.expires_at)}"
        + (f"\trevoked {written(key.revoked_at)}" if key.revoked_at else "")
        for key in with_store(keys.listed)
    ]


def add_user(username: str, role: str, password: str) -> None:
    with_store(lambda found: users.add(found, username, role, password))


def change_user(username: str, role: str | None, password: str | None, disabled: bool | None) -> None:
    done = with_store(
        lambda found: users.change(found, username, role=role, password=password, disabled=disabled)
    )
    if not done:
        raise ValueError(f"there is no account {username}")


def user_lines() -> list[str]:
    return [
        f"{row.username}\t{row.role}" + ("\tdisabled" if row.disabled_at else "")
        for row in with_store(users.listed)
    ]


def or_complain(act: Callable[[], Found]) -> Found:
    """What an act answers; what is wrong with what was given becomes a complaint of the command."""
    try:
        return act()
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    except UnknownReport:
        raise click.ClickException("no report came under this reference") from None
