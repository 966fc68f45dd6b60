"""The sub-commands of `triage` for operators."""

import click

COMMANDS: list[click.Command] = []
