"""Seals what people wrote before it is stored, with a key from the settings if there is one.

AES-256-GCM; the reference is bound in, so that a sealed text cannot be moved to another report. The
first key seals; every key opens, so that keys can be rotated. Without a key, text is stored as it is.
"""

import base64
import binascii
import hashlib
import os
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from service.settings import Settings
from triage_model.errors import SettingsError

PLAIN = "plain:"
NONCE_BYTES = 12


class SealBroken(Exception):
    """A stored text was altered, moved, or sealed with a key that is not in the settings."""


class KeyMissing(SealBroken):
    """A stored text was sealed with a key that is not in the settings."""


@dataclass(frozen=True, slots=True)
class Vault:
    """The keys, newest first."""

    keys: tuple[bytes, ...] = field(default=(), repr=False)

    def seal(self, text: str, ref: str) -> str:
        """The text as it is stored for a report."""
        if not self.keys:
            return PLAIN + text
        nonce = os.urandom(NONCE_BYTES)
        box = AESGCM(self.keys[0]).encrypt(nonce, text.encode(), ref.encode())
        return f"{_name(self.keys[0])}:{base64.b64encode(nonce + box).decode()}"

    def open(self, sealed: str, ref: str) -> str:
        """The text that was sealed. Raises SealBroken."""
        if sealed.startswith(PLAIN):
            return sealed.removeprefix(PLAIN)
        name, _, box = sealed.partition(":")
        key = next((key for key in self.keys if _name(key) == name), None)
        if key is None:
            raise KeyMissing(f"report {ref} was sealed with key {name}, which is not in the settings")
        try:
            raw = base64.b64decode(box, validate=True)
            return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], ref.encode()).decode()
        except (InvalidTag, binascii.Error, ValueError):
            raise SealBroken(f"what is stored for report {ref} was altered") from None

    def readable(self, sealed: str, ref: str, *, instead: str = "") -> str:
        """The text that was sealed, or something instead: one damaged report may not break a list of all."""
        try:
            return self.open(sealed, ref)
        except SealBroken:
            return instead

    def is_current(self, sealed: str) -> bool:
        """Whether a stored text is sealed with the newest key."""
        wanted = f"{_name(self.keys[0])}:" if self.keys else PLAIN
        return sealed.startswith(wanted)


def from_settings(settings: Settings) -> Vault:
    """The vault that the settings ask for. Raises SettingsError."""
    written = list(settings.encryption_keys)
    if settings.encryption_key_file is not None:
        try:
            written += settings.encryption_key_file.read_text(encoding="ascii").split()
        except OSError as error:
            raise SettingsError(f"TRIAGE_ENCRYPTION_KEY_FILE: {error.strerror}") from None
    return Vault(tuple(_key(text) for text in written))


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32:
        raise SettingsError("an encryption key is 32 random bytes in base64: `openssl rand -base64 32`")
    return key


def _name(key: bytes) -> str:
    return "k" + hashlib.sha256(key).hexdigest()[:8]
