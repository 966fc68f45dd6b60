"""Digests of values: the same value always gives the same one, and without its salt it tells nothing."""

import hashlib
import json
import secrets
from typing import Any


def canonical(value: Any) -> str:
    """JSON in one form: keys in order, no white space, no choice left."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(value: Any, salt: str = "") -> str:
    """SHA-256 of a value, salted so that a guessed text cannot be confirmed from it."""
    return hashlib.sha256(f"{salt}\n{canonical(value)}".encode()).hexdigest()


def salt() -> str:
    return secrets.token_hex(16)
