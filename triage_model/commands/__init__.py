"""The sub-commands of `triage` that need the scoring side alone: score, explain, rules."""

from triage_model.commands.explain import explain
from triage_model.commands.rules import rules
from triage_model.commands.score import score

COMMANDS = [score, explain, rules]
