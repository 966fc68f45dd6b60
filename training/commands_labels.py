"""`triage labels`: is a label file fit to learn from, do its labellers agree, and what to label next?"""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from training import options
from training.options import FILES

if TYPE_CHECKING:
    from training.coverage import Target

_SHOWN = 60


@click.group()
def labels() -> None:
    """Check, compare and choose labels."""


@labels.command()
@options.label_files()
@click.option(
    "--targets", type=FILES, help="What the corpus should hold; a folder of parts has ours by default."
)
@click.option("--pictures", type=FILES, help="A folder for pictures of classes and lengths (SVG).")
@click.option("--all", "every", is_flag=True, help="Every problem, not the first of each kind.")
@options.taxonomy()
@options.mapping()
@click.pass_context
def check(
    context: click.Context,
    sources: tuple[Path, ...],
    targets: Path | None,
    pictures: Path | None,
    every: bool,
    taxonomy: Path | None,
    renamed: tuple[str, ...],
) -> None:
    """Find everything that is wrong with label FILEs, or with a folder of train, dev and test.

    Copies, leaks between parts, contradictions, personal data and, with targets, coverage. Exit code 1
    if anything is to be mended.
    """
    from training import coverage, label_check, label_pictures

    ours = coverage.TARGETS if any(source.is_dir() for source in sources) else None
    mapping = options.renamed(renamed)
    found = label_check.check(sources, mapping=mapping, targets=targets or ours, taxonomy=taxonomy)
    shown = found.problems if every else found.problems[:_SHOWN]
    click.echo("\n".join([*shown, *_more(len(found.problems) - len(shown))]))
    for name, count in found.notes.items():
        click.echo(f"note: {count} rows hold {name}")
    for target in found.targets:
        click.echo(
            f"{'met   ' if target.met else 'MISSED'} {target.name:42s} {target.found:9.2f}  {_asked(target)}"
        )
    if pictures:
        label_pictures.write(found.rows, pictures)
    click.echo(f"{len(found.rows)} rows, {len(found.problems)} problems")
    context.exit(0 if found.passed else 1)


def _more(count: int) -> list[str]:
    return [f"and {count} more; --all shows them"] if count > 0 else []


def _asked(target: "Target") -> str:
    least = "" if target.least is None else f"at least {target.least:g}"
    most = "" if target.most is None else f"at most {target.most:g}"
    return ", ".join(part for part in (least, most) if part)


@labels.command()
@options.label_files()
@click.option("--grade-floor", default=0.75, show_default=True, help="The least quadratic kappa for grade.")
@click.option("--team-floor", default=0.80, show_default=True, help="The least kappa for team.")
@options.taxonomy()
@options.mapping()
@click.pass_context
def agreement(
    context: click.Context,
    sources: tuple[Path, ...],
    grade_floor: float,
    team_floor: float,
    taxonomy: Path | None,
    renamed: tuple[str, ...],
) -> None:
    """Show how far the first two labellers of each row agree (kappa), before anything was settled.

    Exit code 1 if they agree less than the floors ask, over all rows.
    """
    from training import agreement as compared
    from training import labels as files
    from triage_model import teams

    owners = teams.load(taxonomy) if taxonomy else None
    rows = files.read(sources, mapping=options.renamed(renamed), taxonomy=owners)
    table = compared.table(rows)
    click.echo(f"{'kind':22s} {'rows':>6s} {'grade':>7s} {'team':>7s} {'time':>7s}")
    for one in table:
        kappas = " ".join(_kappa(value) for value in (one.grade, one.team, one.time_status))
        click.echo(f"{one.name:22s} {one.rows:6d} {kappas}")
    for why, names in compared.disputes(rows).items():
        click.echo(f"to be settled by a third reader, {why}: {len(names)} {' '.join(names[:10])}")
    whole = table[0]
    asked = ((whole.grade, grade_floor), (whole.team, team_floor))
    context.exit(0 if all((kappa or 0) >= floor for kappa, floor in asked) else 1)


def _kappa(value: float | None) -> str:
    return f"{value:7.3f}" if value is not None else "      -"
