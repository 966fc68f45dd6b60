"""The sub-commands of `triage` for operators: serve, keys, users, and those that keep the records."""

import logging
import sys

import click

from service import administer, check, metrics_folder, settings
from service.administer import or_complain
from service.commands_records import audit, db, forget_reports, hold_report, labels, replay_report
from service.keys import SCOPES
from service.roles import ROLES

# How long a start waits for a database that is not there yet.
PATIENCE = 60.0


@click.command()
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=int, help="Port to listen on.")
@click.option("--check", "checks", is_flag=True, help="Say what is wrong with the set-up and stop.")
def serve(host: str | None, port: int | None, checks: bool) -> None:
    """Serve the API and the pages until stopped."""
    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    chosen = settings.from_environment(**given)
    # Until logs are set up nothing is to log as plain text: the notes tell what is wrong with a model.
    logging.getLogger().addHandler(logging.NullHandler())
    found = check.examine(chosen, patience=0.0 if checks else PATIENCE)
    for line in [*(f"Note: {note}" for note in found.notes), *found.problems]:
        click.echo(line, err=True)
    if found.problems or checks:
        click.echo("Ready to serve." if not found.problems else "Not ready to serve.", err=True)
        sys.exit(1 if found.problems else 0)
    # Imported late: gunicorn is not there on every system that runs the other commands.
    metrics_folder.prepare(chosen.metrics_dir)
    from service import serve as server

    server.run(chosen)


@click.group()
def keys() -> None:
    """Keys of the programs that call the API."""


@keys.command("make")
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, type=click.Choice(SCOPES), help="Default: every scope.")
@click.option("--days", default=365.0, help="Days until it expires.", show_default=True)
def make_key(name: str, scopes: tuple[str, ...], days: float) -> None:
    """Make a key for NAME. It is shown once."""
    key_id, secret = administer.make_key(name, scopes or SCOPES, days)
    click.echo(f"Key {key_id} for {name}; keep it, it is not shown again:", err=True)
    click.echo(secret)


@keys.command("list")
def list_keys() -> None:
    """List all keys; their secrets are nowhere."""
    for line in administer.key_lines():
        click.echo(line)


@keys.command("revoke")
@click.argument("key_id", type=int)
def revoke_key(key_id: int) -> None:
    """End key KEY_ID now."""
    if not administer.revoke_key(key_id):
        raise click.ClickException(f"There is no live key {key_id}.")
    click.echo(f"Key {key_id} is revoked.")


@click.group()
def users() -> None:
    """Accounts of people, where there is no OIDC."""


@users.command("add")
@click.argument("username")
@click.option("--role", type=click.Choice(list(ROLES)), default="handler", show_default=True)
@click.password_option(envvar="TRIAGE_TEST_PASSWORD", help="Asked for if it is not given.")
def add_user(username: str, role: str, password: str) -> None:
    """Add an account for USERNAME."""
    or_complain(lambda: administer.add_user(username, role, password))
    click.echo(f"{username} may sign in as {role}.")


@users.command("change")
@click.argument("username")
@click.option("--role", type=click.Choice(list(ROLES)))
@click.option("--password", is_flag=True, help="Ask for a new password.")
@click.option("--disable/--enable", "disabled", default=None)
def change_user(username: str, role: str | None, password: bool, disabled: bool | None) -> None:
    """Change the account of USERNAME and end its sessions."""
    new = click.prompt("Password", hide_input=True, confirmation_prompt=True) if password else None
    or_complain(lambda: administer.change_user(username, role, new, disabled))
    click.echo(f"{username} is changed and signed out.")


@users.command("list")
def list_users() -> None:
    """List all accounts."""
    for line in administer.user_lines():
        click.echo(line)


COMMANDS: list[click.Command] = [
    serve,
    db,
    keys,
    users,
    audit,
    replay_report,
    forget_reports,
    hold_report,
    labels,
]
