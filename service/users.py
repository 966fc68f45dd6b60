"""People who sign in, and what each role may do.

A local account is locked for a while after wrong passwords, and every check takes as long whether
the name exists or not. A changed password, role or `sign_out` ends the sessions there were: a session
carries the mark in `User.session`, and `current` knows it no more.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from service.roles import ROLES, May
from service.store.store import Store, Work
from service.store.tables import users

LOCK_AFTER = 5
LOCK_SECONDS = 15 * 60.0
SHORTEST_PASSWORD = 12

_hasher = PasswordHasher()


@dataclass(frozen=True, slots=True)
class User:
    """A person who signed in."""

    username: str
    role: str
    session: str

    def may(self, act: May) -> bool:
        return act in ROLES[self.role]


def add(store: Store, username: str, role: str, password: str | None, *, by: str = "command") -> User:
    """A new account. Raises ValueError with what to mend."""
    _check(username, role, password)
    with store.write() as work:
        if work.sql.execute(sa.select(users).where(users.c.username == username)).first():
            raise ValueError(f"{username} has an account already")
        row = {
            "username": username,
            "role": role,
            "password": _hasher.hash(password) if password else None,
            "failures": 0,
            "session": secrets.token_hex(16),
            "made_at": work.now,
        }
        work.sql.execute(sa.insert(users).values(row))
        work.audit(by, "administration", None, why=f"added user:{username} as {role}")
    return User(username, role, str(row["session"]))


def verify(store: Store, username: str, password: str) -> User | None:
    """The person with this name and password; nobody when either is wrong, or the account is locked."""
    mine = users.c.username == username
    with store.read() as sql:
        seen = sql.execute(sa.select(users.c.password).where(mine)).scalar()
    right = _matches(seen or _nobody(), password) and seen is not None
    with store.write() as work:
        row = work.sql.execute(sa.select(users).where(mine).with_for_update()).first()
        if row is None:
            return None
        if row.disabled_at is not None or (row.locked_until or 0) > work.now:
            work.audit(f"user:{row.username}", "administration", None, why="sign-in refused")
            return None
        if right and row.password == seen:
            return _signed_in(work, row)
        _failed(work, row)
        return None


def admit(store: Store, subject: str, username: str, role: str) -> User:
    """The account of someone whom an identity provider vouches for: made at the first sign-in, given the
    role the provider now says. Found by `subject` (issuer and identifier) alone, never by name.
    Raises ValueError where the account is disabled or the name is another's.
    """
    _check(username, role, None)
    with store.write() as work:
        row = work.sql.execute(sa.select(users).where(users.c.subject == subject).with_for_update()).first()
        if row is None:
            row = _first_seen(work, subject, username, role)
        elif row.disabled_at is not None:
            raise ValueError("this account is disabled")
        elif row.role != role:
            _given(work, row.username, role)
            row = work.sql.execute(sa.select(users).where(users.c.subject == subject)).one()
        return _signed_in(work, row)


def current(store: Store, username: str, session: str) -> User | None:
    """The person a session belongs to, unless it was ended."""
    with store.read() as sql:
        row = sql.execute(sa.select(users).where(users.c.username == username)).first()
    if row is None or row.disabled_at is not None or not secrets.compare_digest(row.session, session):
        return None
    return User(row.username, row.role, row.session)


def change(
    store: Store,
    username: str,
    *,
    role: str | None = None,
    password: str | None = None,
    disabled: bool | None = None,
    by: str = "command",
) -> bool:
    """Change an account and end its sessions. False when there is none. Raises ValueError."""
    _check(username, role or "handler", password)
    with store.write() as work:
        values: dict[str, object] = {"session": secrets.token_hex(16), "failures": 0, "locked_until": None}
        values |= {"role": role} if role else {}
        values |= {"password": _hasher.hash(password)} if password else {}
        values |= {"disabled_at": work.now if disabled else None} if disabled is not None else {}
        done = work.sql.execute(sa.update(users).where(users.c.username == username).values(values)).rowcount
        if done:
            work.audit(by, "administration", None, why=f"changed user:{username}")
    return bool(done)


def sign_out(store: Store, username: str) -> None:
    """End every session of a person."""
    change(store, username, by=f"user:{username}")


def listed(store: Store) -> Sequence[Any]:
    columns = (users.c.username, users.c.role, users.c.made_at, users.c.locked_until, users.c.disabled_at)
    with store.read() as sql:
        return sql.execute(sa.select(*columns).order_by(users.c.username)).all()


def _first_seen(work: Work, subject: str, username: str, role: str) -> sa.Row[Any]:
    if work.sql.execute(sa.select(users).where(users.c.username == username)).first():
        raise ValueError(f"the name {username} belongs to another account")
    row = {
        "username": username,
        "role": role,
        "subject": subject,
        "failures": 0,
        "session": secrets.token_hex(16),
        "made_at": work.now,
    }
    work.sql.execute(sa.insert(users).values(row))
    work.audit("provider", "administration", None, why=f"added user:{username} as {role}")
    return work.sql.execute(sa.select(users).where(users.c.username == username)).one()


def _given(work: Work, username: str, role: str) -> None:
    """Another role, which ends the sessions that the old one opened."""
    values = {"role": role, "session": secrets.token_hex(16)}
    work.sql.execute(sa.update(users).where(users.c.username == username).values(values))
    work.audit("provider", "administration", None, why=f"changed user:{username} to {role}")


def _signed_in(work: Work, row: sa.Row[Any]) -> User:
    mine = users.c.username == row.username
    work.sql.execute(sa.update(users).where(mine).values(failures=0, locked_until=None))
    work.audit(f"user:{row.username}", "administration", None, why="signed in")
    return User(row.username, row.role, row.session)


def _failed(work: Work, row: sa.Row[Any]) -> None:
    failures = row.failures + 1
    locked = work.now + LOCK_SECONDS if failures >= LOCK_AFTER else None
    values = {"failures": 0 if locked else failures, "locked_until": locked}
    work.sql.execute(sa.update(users).where(users.c.username == row.username).values(values))
    work.audit(f"user:{row.username}", "administration", None, why="locked" if locked else "sign-in refused")


@cache
def _nobody() -> str:
    """Something to check against when there is no such person, so that it takes as long."""
    return _hasher.hash(secrets.token_hex(16))


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def _check(username: str, role: str, password: str | None) -> None:
    if not username or len(username) > 64 or not username.isprintable() or " " in username:
        raise ValueError("a username has 1 to 64 characters and no blanks")
    if role not in ROLES:
        raise ValueError(f"{role} is not a role; choose from {', '.join(ROLES)}")
    if password is not None and len(password) < SHORTEST_PASSWORD:
        raise ValueError(f"a password has {SHORTEST_PASSWORD} characters or more")
