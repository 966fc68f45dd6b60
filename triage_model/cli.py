"""The one command for people: `triage`. Each package registers its own sub-commands."""

import sys
from pkgutil import resolve_name

import click

from triage_model.errors import TriageError

# Commands whose home is known need no other to be imported: `triage score` starts fast.
_QUICK = {name: f"triage_model.commands.{name}:{name}" for name in ("score", "plan", "explain")}
_HOMES = {"serve": "service"}


class _Commands(click.Group):
    """Finds a sub-command in the package that registered it, loading only what is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({command.name or "" for command in _every()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in _QUICK:
            quick: click.Command = resolve_name(_QUICK[cmd_name])
            return quick
        return next((command for command in _every(_HOMES.get(cmd_name)) if command.name == cmd_name), None)


def _every(home: str | None = None) -> list[click.Command]:
    """Registered sub-commands; groups of the same name from two packages become one."""
    # Imported here: it takes as long as all else that `triage score` needs of this module.
    from importlib.metadata import entry_points

    found: dict[str, click.Command] = {}
    for point in entry_points(group="triage.commands"):
        if home is None or point.name == home:
            for command in point.load():
                _add(found, command)
    return list(found.values())


def _add(found: dict[str, click.Command], command: click.Command) -> None:
    name = command.name or ""
    there = found.get(name)
    if isinstance(there, click.Group) and isinstance(command, click.Group):
        for child in command.commands.values():
            there.add_command(child)
        return
    found[name] = command


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="report-triage")
def triage() -> None:
    """Suggests how soon, and by whom, a written report should be read. It suggests; people decide."""


def main() -> None:
    """Run the command. Exit code 0: done; 1: a check failed or something must be mended; 2: wrong use."""
    try:
        triage(standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.exceptions.Abort:
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except TriageError as error:
        for problem in error.problems:
            click.echo(problem, err=True)
        sys.exit(1)
