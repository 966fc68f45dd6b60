"""A saved model: a folder whose every file is checked before one byte of it is unpickled (law 5).

`model.joblib` holds numbers and words only. `manifest.json` names every file with its SHA-256, the
versions it was made with and its certificate; `signatures.json` signs the manifest with Ed25519.
Whom to trust comes from the caller, never from the folder.
"""

import base64
import binascii
import hashlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

import joblib
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from triage_model.errors import ArtifactError

FORMAT = 1
MODEL, MANIFEST, SIGNATURES = "model.joblib", "manifest.json", "signatures.json"
Content = dict[str, Any]


def versions() -> dict[str, str]:
    """What a model must have been made with to be read here."""
    made_with = {"python": f"{sys.version_info.major}.{sys.version_info.minor}"}
    return made_with | {name: installed(name) for name in ("scikit-learn", "spacy", "numpy")}


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def resolve(folder: Path) -> Path:
    """The folder meant: itself, what a link points at, or what a one-line file beside it names."""
    if folder.is_file():
        return folder.parent / folder.read_text(encoding="utf-8").strip()
    return folder.resolve()


def save(folder: Path, content: Content, facts: Mapping[str, Any]) -> str:
    """Write a model and its manifest; returns the model id, which is the digest of the content."""
    folder.mkdir(parents=True, exist_ok=True)
    joblib.dump(content, folder / MODEL, compress=("zlib", 3), protocol=5)
    model_id = "m-" + digest(folder / MODEL)[:12]
    write_manifest(folder, {**facts, "model_id": model_id, "format": FORMAT, "versions": versions()})
    return model_id


def write_manifest(folder: Path, facts: Mapping[str, Any]) -> None:
    """Name every file of the folder with its digest. Signatures made before no longer hold."""
    outside = {MANIFEST, SIGNATURES}
    files = {p.name: digest(p) for p in sorted(folder.iterdir()) if p.is_file() and p.name not in outside}
    body = {**facts, "files": files}
    (folder / MANIFEST).write_text(json.dumps(body, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    (folder / SIGNATURES).unlink(missing_ok=True)


def verify(folder: Path, *, trusted_keys: Sequence[str] = (), needed: int = 1) -> dict[str, Any]:
    """The manifest of a folder that can be trusted. Raises ArtifactError with every problem."""
    manifest = _manifest(folder)
    problems = [*_file_problems(folder, manifest), *_version_problems(folder, manifest)]
    if trusted_keys and len(signers(folder, trusted_keys)) < needed:
        problems.append(
            f"{folder}: signed by fewer than {needed} trusted keys; promote it with `triage promote`"
        )
    if problems:
        raise ArtifactError(problems)
    return manifest


def load(folder: Path, *, trusted_keys: Sequence[str] = ()) -> tuple[dict[str, Any], Content]:
    """The manifest and the content of a model, read only after everything about it was checked."""
    manifest = verify(folder, trusted_keys=trusted_keys)
    content = joblib.load(folder / MODEL)
    if not isinstance(content, dict):
        raise ArtifactError(f"{folder / MODEL}: is not a model of this product; train it again")
    return manifest, content


def signers(folder: Path, trusted_keys: Sequence[str]) -> tuple[str, ...]:
    """Which of the trusted public keys (base64 of 32 bytes) signed the manifest as it stands."""
    path = folder / SIGNATURES
    if not path.is_file():
        return ()
    claimed = _object(path)
    message = (folder / MANIFEST).read_bytes()
    return tuple(key for key in dict.fromkeys(trusted_keys) if _signed(key, claimed.get(key), message))


def _signed(key: str, signature: Any, message: bytes) -> bool:
    if not isinstance(signature, str):
        return False
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key, validate=True))
        public.verify(base64.b64decode(signature, validate=True), message)
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    if not path.is_file():
        raise ArtifactError(f"{folder}: holds no {MANIFEST}; train a model or name another folder")
    return _object(path)


def _object(path: Path) -> dict[str, Any]:
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ArtifactError(f"{path}: cannot be read as JSON; restore the folder from a copy") from error
    if not isinstance(body, dict):
        raise ArtifactError(f"{path}: is not a JSON object; restore the folder from a copy")
    return body


def _file_problems(folder: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    files = manifest.get("files")
    if not isinstance(files, dict) or MODEL not in files:
        yield f"{folder / MANIFEST}: does not name {MODEL}; restore the folder from a copy"
        return
    for name, expected in sorted(files.items()):
        path = folder / name
        if Path(name).name != name or not path.is_file():
            yield f"{path}: is missing; restore the folder from a copy"
        elif digest(path) != expected:
            yield f"{path}: is not the file that was made (SHA-256 differs); restore the folder from a copy"


def _version_problems(folder: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    if manifest.get("format") != FORMAT:
        yield f"{folder / MANIFEST}: format {manifest.get('format')} is not {FORMAT}; train the model again"
    made = manifest.get("versions")
    for name, here in versions().items():
        there = made.get(name) if isinstance(made, dict) else None
        if there != here:
            yield f"{folder / MANIFEST}: made with {name} {there}, here is {here}; train the model again"
