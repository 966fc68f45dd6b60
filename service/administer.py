"""What the commands for operators do, over the store that the settings name."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from service import keys, settings, users, vault
from service.clock import written
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
