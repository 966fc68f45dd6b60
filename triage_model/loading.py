"""Reads all that a triage needs: rules, policy, taxonomy, signposts and, if it can be trusted, a model."""

import gc
import hashlib
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from triage_model import policy, rulefiles, rules, signposts, teams
from triage_model.errors import ArtifactError
from triage_model.rules import Rulebook
from triage_model.triage import Assessor, Triage

log = logging.getLogger(__name__)


def load(
    model: Path | None = None, *, rulebook: Path = rules.DEFAULT, taxonomy: Path = teams.DEFAULT,
    policy_file: Path = policy.DEFAULT, signposts_file: Path = signposts.DEFAULT,
    trusted_keys: Sequence[str] = (),
) -> Triage:  # fmt: skip
    """Read rules, policy, taxonomy and, if it can be trusted, the model in a folder.

    Raises RulebookError. A model that cannot be used is not an error: the rules answer, degraded.
    """
    terms = policy.load(policy_file)
    owners = teams.load(taxonomy)
    posts = signposts.load(signposts_file)
    with _nothing_collected():
        book = rulefiles.load(rulebook, terms, owners, stems=posts.stems)
    book = replace(book, id=identity(book, policy_file, signposts_file))
    classifier, problem = _classifier(model, trusted_keys)
    return Triage(book, terms, owners, posts, classifier, problem)


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """What a rulebook is read into stays; walking it for garbage meanwhile takes a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def rulebook(folder: Path = rules.DEFAULT, *, examples: bool = False) -> Rulebook:
    """A rulebook by itself, under the policy, teams and signposts that ship. Raises RulebookError."""
    stems = signposts.load().stems
    book = rulefiles.load(folder, policy.load(), teams.load(), stems=stems, examples=examples)
    return replace(book, id=identity(book, policy.DEFAULT, signposts.DEFAULT))


def identity(book: Rulebook, *beside: Path) -> str:
    """What a decision names as its rulebook: a digest of the rules and of the files beside them."""
    digest = hashlib.sha256(book.id.encode())
    for file in beside:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return "r-" + digest.hexdigest()[:12]


def _classifier(folder: Path | None, trusted_keys: Sequence[str]) -> tuple[Assessor | None, str | None]:
    if folder is None:
        return None, "no model folder was named"
    # Imported late: the safety core answers without scikit-learn, spaCy and numpy.
    try:
        from triage_model import classifier

        return classifier.load(folder, trusted_keys=trusted_keys), None
    except (ArtifactError, ImportError) as error:
        log.error("model not used: %s", error)
        return None, str(error)
