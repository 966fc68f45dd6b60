"""Keys of the programs that call the API: random, shown once, stored as a digest.

256 random bits need no slow hash: SHA-256 cannot be turned back and costs microseconds a request.
Rotation is two keys that overlap: make the new one, move the caller, revoke the old one.
"""

import hashlib
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from service.store.store import Store
from service.store.tables import api_keys

SCOPES = ("report:write", "report:read", "assess")
MARK = "tk_"
DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Key:
    """A key as the store knows it. The secret itself is nowhere."""

    id: int
    name: str
    scopes: frozenset[str]
    made_at: float
    expires_at: float
    revoked_at: float | None

    @property
    def who(self) -> str:
        return f"key:{self.id}"

    def is_live(self, now: float) -> bool:
        return self.revoked_at is None and now < self.expires_at


def make(store: Store, name: str, scopes: Collection[str] = SCOPES, *, days: float = 365) -> tuple[Key, str]:
    """A new key and its secret, which is never shown again."""
    if unknown := set(scopes) - set(SCOPES):
        raise ValueError(f"{', '.join(sorted(unknown))} is not a scope; choose from {', '.join(SCOPES)}")
    secret = MARK + secrets.token_urlsafe(32)
    with store.write() as work:
        values = {
            "name": name,
            "digest": digest(secret),
            "scopes": sorted(scopes),
            "made_at": work.now,
            "expires_at": work.now + days * DAY,
        }
        row = work.sql.execute(sa.insert(api_keys).values(values).returning(api_keys)).one()
        work.audit("command", "administration", None, why=f"made key:{row.id}")
    return _key(row), secret


def find(store: Store, secret: str) -> Key | None:
    """The key with a secret, live or not."""
    with store.read() as sql:
        row = sql.execute(sa.select(api_keys).where(api_keys.c.digest == digest(secret))).one_or_none()
    return _key(row) if row else None


def revoke(store: Store, key_id: int) -> bool:
    """End a key now. False when there is no such live key."""
    with store.write() as work:
        live = (api_keys.c.id == key_id) & api_keys.c.revoked_at.is_(None)
        done = work.sql.execute(sa.update(api_keys).where(live).values(revoked_at=work.now)).rowcount == 1
        if done:
            work.audit("command", "administration", None, why=f"revoked key:{key_id}")
    return done


def listed(store: Store) -> Iterable[Key]:
    with store.read() as sql:
        return [_key(row) for row in sql.execute(sa.select(api_keys).order_by(api_keys.c.id))]


def digest(secret: str) -> str:
    """What the store keeps of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _key(row: sa.Row[Any]) -> Key:
    return Key(row.id, row.name, frozenset(row.scopes), row.made_at, row.expires_at, row.revoked_at)
