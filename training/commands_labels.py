"""`triage labels`: is a label file fit to learn from, and do its labellers agree?"""

import click


@click.group()
def labels() -> None:
    """Check, compare and choose labels."""
