"""Options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

MODELS = Path("var/models")
CURRENT = MODELS / "current"
FILES = click.Path(path_type=Path)
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def label_files() -> Decorator:
    return click.argument("sources", nargs=-1, required=True, type=FILES, metavar="FILE...")


def mapping() -> Decorator:
    says = "A column of theirs under our name, such as --map body=text; may be repeated."
    return click.option("--map", "renamed", multiple=True, metavar="THEIRS=OURS", help=says)


def taxonomy() -> Decorator:
    return click.option("--taxonomy", type=FILES, help="Teams and grade names of your own.")


def rules() -> Decorator:
    return click.option("--rules", type=FILES, help="A rulebook folder of your own.")


def desk() -> Decorator:
    """--taxonomy and --rules, for a command that decides as the desk in question would."""
    return lambda command: taxonomy()(rules()(command))


def models_folder() -> Decorator:
    return click.option(
        "--models", type=FILES, default=MODELS, show_default=True, help="The folder of models."
    )


def renamed(pairs: tuple[str, ...]) -> dict[str, str]:
    """What --map was given, as a mapping. Wrong use if one is not a pair."""
    found = dict(pair.partition("=")[::2] for pair in pairs)
    if not all(found) or not all(found.values()):
        raise click.UsageError("write --map THEIRS=OURS, such as --map body=text")
    return found
