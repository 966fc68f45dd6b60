"""Keeps every model, rulebook and taxonomy that ever answered, so that any past decision can be replayed.

A folder is named by its id and written whole or not at all. The policy and the signposts lie beside
the rules they answered with.
"""

import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from service.settings import Settings
from triage_model import policy, rules, signposts, teams, triage
from triage_model.triage import Triage

log = logging.getLogger(__name__)


def keep(settings: Settings, answering: Triage) -> None:
    """Keep what answers now. A folder that cannot be written is an alarm, not a reason to stop."""
    book, owners = settings.rulebook or rules.DEFAULT, settings.taxonomy or teams.DEFAULT
    try:
        _once(settings.archive / answering.rulebook.id, lambda to: _copy_rules(book, settings, to))
        _once(settings.archive / answering.taxonomy.id, lambda to: _copy_file(owners, to / "teams.yaml"))
        if answering.classifier is not None:
            model = settings.model.resolve()
            _once(settings.archive / answering.classifier.model_id, lambda to: _copy_folder(model, to))
    except OSError as error:
        log.error("not archived, decisions made now could not be replayed: %s", error.strerror)


def restore(settings: Settings, *, rulebook_id: str, taxonomy_id: str, model_id: str | None) -> Triage | str:
    """What answered then, or what is missing of it."""
    wanted = [rulebook_id, taxonomy_id, *([model_id] if model_id else [])]
    if missing := [name for name in wanted if not (settings.archive / name).is_dir()]:
        return f"{', '.join(missing)} is not in {settings.archive}"
    book = settings.archive / rulebook_id
    return triage.load(
        settings.archive / model_id if model_id else None,
        rulebook=book / "rulebook",
        policy_file=book / "policy.yaml",
        signposts_file=book / "signposts.yaml",
        taxonomy=settings.archive / taxonomy_id / "teams.yaml",
        trusted_keys=settings.trusted_keys,
    )


def _once(folder: Path, write: Callable[[Path], None]) -> None:
    if folder.exists():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    half = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir()
    write(half)
    try:
        half.rename(folder)
    except OSError:  # another process was first
        shutil.rmtree(half, ignore_errors=True)


def _copy_rules(book: Path, settings: Settings, to: Path) -> None:
    _copy_folder(book, to / "rulebook")
    _copy_file(settings.policy or policy.DEFAULT, to / "policy.yaml")
    _copy_file(signposts.DEFAULT, to / "signposts.yaml")


def _copy_folder(source: Path, to: Path) -> None:
    shutil.copytree(source, to, dirs_exist_ok=True)


def _copy_file(source: Path, to: Path) -> None:
    shutil.copyfile(source, to)
