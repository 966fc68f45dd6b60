"""The sub-commands of `triage` for data scientists."""

import click

COMMANDS: list[click.Command] = []
