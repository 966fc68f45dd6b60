"""Whose desk it is: the police teams and rules that ship, or a taxonomy of others with rules of their own.

The rules that ship name police teams. On a desk that lacks one of them no rule stands, unless the desk
brings its own rulebook: a rule must never send a report to a team that is not there.
"""

from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from training.progress import Say
from triage_model import teams, triage
from triage_model.teams import Taxonomy
from triage_model.triage import Triage

NO_RULES = "r-none"
tell = partial(click.echo, err=True)


def load(taxonomy: Path | None, rules: Path | None, *, model: Path | None = None, say: Say) -> Triage:
    """Rules, teams and, if one is named, a model. Raises RulebookError for a rulebook of other teams."""
    if rules is not None:
        return triage.load(model, rulebook=rules, taxonomy=taxonomy or teams.DEFAULT)
    shipped = triage.load(model)
    if taxonomy is None:
        return shipped
    owners = teams.load(taxonomy)
    if ours_stand(owners):
        return triage.load(model, taxonomy=taxonomy)
    say("the rules that ship are for other teams: none stands; name your own with --rules")
    return replace(shipped, taxonomy=owners, rulebook=replace(shipped.rulebook, rules=(), id=NO_RULES))


def ours_stand(owners: Taxonomy) -> bool:
    """Whether what ships with police teams in it, rules and label files, can be used on a desk."""
    return set(teams.load().codes()) <= set(owners.codes())


def with_model(taxonomy: Path | None, rules: Path | None, model: Path, *, say: Say = tell) -> Triage:
    """The same for a command that is nothing without its model."""
    desk = load(taxonomy, rules, model=model, say=say)
    if desk.classifier is None:
        raise click.ClickException(f"there is no model to ask: {desk.model_problem}")
    return desk
