"""The sub-commands of `triage` for data scientists. Each is loaded only when it is asked for."""

import click

from training.commands_certify import certify
from training.commands_compare import compare
from training.commands_evaluate import evaluate
from training.commands_labels import labels
from training.commands_models import models, promote, rollback, signing_keys
from training.commands_suggest import errors, suggest
from training.commands_train import train
from training.rule_commands import rules

_MODELS = [train, evaluate, compare, certify, models, promote, rollback, signing_keys]
labels.add_command(suggest)
labels.add_command(errors)
COMMANDS: list[click.Command] = [*_MODELS, labels, rules]
