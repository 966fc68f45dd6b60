"""The sub-commands of `triage` that keep the records: db, audit, replay, forget, labels export."""

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import click

from service import administer
from service.administer import or_complain
from service.forget import Forgotten


@click.group()
def db() -> None:
    """The database of reports."""


@db.command()
def upgrade() -> None:
    """Bring the database to this release, making it if there is none."""
    click.echo(f"The database is at {administer.upgrade()}.")


@db.command("check")
def check_database() -> None:
    """Say whether the database is as this release needs it."""
    problems = administer.database_problems()
    for problem in problems:
        click.echo(problem, err=True)
    click.echo("The database is as it should be." if not problems else "The database needs mending.")
    sys.exit(1 if problems else 0)


@db.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
def backup_database(file: Path) -> None:
    """Write everything to FILE."""
    click.echo(f"{administer.backup(file)} rows are in {file}. Keep the encryption keys apart from it.")


@db.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True))
def restore_database(file: Path) -> None:
    """Fill an empty database from FILE."""
    rows = or_complain(lambda: administer.restore(file))
    click.echo(f"{rows} rows are restored.")


@db.command("reseal")
def reseal_database() -> None:
    """Seal what is sealed with an older encryption key, or with none, with the newest."""
    click.echo(f"{administer.reseal()} things are sealed anew.")


@click.group()
def audit() -> None:
    """Who did what to which report."""


@audit.command("verify")
@click.option("--head", help="What `triage audit head` said some time before.")
def verify_audit(head: str | None) -> None:
    """Find every entry, text, decision and act that was changed, removed or moved."""
    problems = administer.audit_problems(head)
    for problem in problems:
        click.echo(problem, err=True)
    click.echo("All is as it was written." if not problems else f"{len(problems)} problems.")
    sys.exit(1 if problems else 0)


@audit.command("head")
def head_of_audit() -> None:
    """Print the last entry's number and digest. Kept elsewhere, it shows that none was written anew."""
    click.echo(administer.audit_head())


@click.command("replay")
@click.argument("ref")
def replay_report(ref: str) -> None:
    """Make every past decision of report REF again, with the rules and the model it was made with."""
    differs = False
    for one in or_complain(lambda: administer.replayed(ref)):
        differs |= one.problem is not None
        click.echo(f"decision {one.decision_id}\tgrade {one.grade}\t{one.problem or 'the same, bit for bit'}")
    sys.exit(1 if differs else 0)


@click.command("forget")
@click.option("--ref", help="One report.")
@click.option(
    "--before", type=click.DateTime(["%Y-%m-%d"]), help="Every closed report received before a day."
)
@click.option("--due", is_flag=True, help="Every closed report past its time; only listed until confirmed.")
@click.option("--confirm", help="The code that --due gave: forget that list.")
@click.option("--why", help="A reason, kept in the audit. --ref asks for one.")
@click.option("--open-too", is_flag=True, help="With --ref: also if it is not closed.")
def forget_reports(
    ref: str | None, before: datetime | None, due: bool, confirm: str | None, why: str | None, open_too: bool
) -> None:
    """Take what people wrote out of the store, and name every copy and model that holds it."""
    if [ref is not None, before is not None, due].count(True) != 1 or (confirm and not due):
        raise click.UsageError("Give one of --ref, --before and --due; --confirm goes with --due.")
    if ref is None and open_too:
        raise click.UsageError("--open-too goes with --ref.")
    if ref is not None:
        reason = _reason(why)
        _tell(lambda: administer.forgotten_by_ref(ref, reason, open_too=open_too))
    elif before is not None:
        _tell(lambda: administer.forgotten_before(before, why))
    elif confirm is not None:
        _tell(lambda: administer.forgotten_when_due(confirm, why))
    else:
        _propose()


def _reason(why: str | None) -> str:
    if why is None or not why.strip():
        raise click.UsageError("Say with --why for what reason this report is forgotten.")
    return why


def _tell(forget: Callable[[], list[Forgotten]]) -> None:
    """Say what was forgotten and what was kept."""
    done = or_complain(forget)
    if not done:
        click.echo("There is nothing to forget.", err=True)
    for one in done:
        for line in administer.told(one):
            click.echo(line)
    sys.exit(1 if any(one.left for one in done) else 0)


def _propose() -> None:
    lines, code = administer.due()
    for line in lines:
        click.echo(line)
    told = f"{len(lines)} reports are due. To forget these and no others, give --due --confirm {code}"
    click.echo(told if lines else "Nothing is due.", err=True)


@click.command("hold")
@click.argument("ref")
@click.option("--release", is_flag=True, help="Take the hold off again.")
@click.option("--why", required=True, help="Who needs it kept and what for, or why no longer.")
def hold_report(ref: str, release: bool, why: str) -> None:
    """Keep report REF whatever its age: for a court, a coroner, a complaint or a disclosure."""
    or_complain(lambda: administer.hold(ref, not release, why))
    click.echo(f"{ref} may be forgotten again." if release else f"{ref} is kept until it is released.")


@click.group()
def labels() -> None:
    """Label files."""


@labels.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--approve", is_flag=True, help="Make the draft that was read the export.")
@click.option("--by", help="Who approves it.")
def export_labels(file: Path, approve: bool, by: str | None) -> None:
    """Write handlers' answers as a label file, in two steps.

    First a redacted draft beside FILE, for a person to read and mend; then, with --approve and --by,
    the export.
    """
    if not approve:
        click.echo(f"{administer.draft_labels(file)} rows are in {file}.draft: read it, then give --approve.")
        return
    if by is None:
        raise click.UsageError("Say who approves it with --by.")
    rows = or_complain(lambda: administer.approve_labels(file, by))
    click.echo(f"{rows} rows are in {file}.")
