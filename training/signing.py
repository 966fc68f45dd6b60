"""Ed25519 signatures over a model's manifest. A key never leaves the file of its owner."""

import base64
import json
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from triage_model import artefact
from triage_model.errors import SettingsError


def new_key(file: Path) -> str:
    """Make a private key that only its owner can read; returns the public key. Never overwrites."""
    key = Ed25519PrivateKey.generate()
    body = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise SettingsError(f"{file}: is there already; choose another name") from error
    with os.fdopen(descriptor, "wb") as out:
        out.write(body)
    return public_key(key)


def read_key(file: Path) -> Ed25519PrivateKey:
    """The private key in a file."""
    try:
        key = load_pem_private_key(file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise SettingsError(
            f"{file}: holds no private key; make one with `triage signing-keys new`"
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SettingsError(f"{file}: is not an Ed25519 key; make one with `triage signing-keys new`")
    return key


def public_key(key: Ed25519PrivateKey) -> str:
    """The public half, as settings name it."""
    return base64.b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def sign(folder: Path, keys: list[Ed25519PrivateKey]) -> None:
    """Sign the manifest as it stands with some keys, beside signatures made before."""
    path = folder / artefact.SIGNATURES
    signatures = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    message = (folder / artefact.MANIFEST).read_bytes()
    made = {public_key(key): base64.b64encode(key.sign(message)).decode() for key in keys}
    waiting = path.with_suffix(".new")
    waiting.write_text(json.dumps({**signatures, **made}, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    os.replace(waiting, path)
