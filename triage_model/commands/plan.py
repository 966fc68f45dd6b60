"""`triage plan`: what more forces, more reports or years of history would need."""

from pathlib import Path

import click

from triage_model.scoring import plan as arithmetic
from triage_model.scoring.plan import Load

# 175,450 online reports from 27 forces in January 2021 (Single Online Home).
_REPORTS = 6_500


@click.command()
@click.option("--forces", type=click.IntRange(1), default=43, show_default=True)
@click.option(
    "--reports", type=click.IntRange(1), default=_REPORTS, show_default=True, help="A month, each force."
)
@click.option(
    "--years", type=click.IntRange(1), default=10, show_default=True, help="History to go over again."
)
@click.option("--cores", type=click.IntRange(1), default=2, show_default=True, help="Cores to do it on.")
@click.option(
    "--busiest", type=click.FloatRange(1), default=20.0, show_default=True, help="Times the average."
)
@click.option(
    "--asks", type=click.FloatRange(0), default=3.0, show_default=True, help="Calls before sending."
)
@click.option(
    "--review", type=click.FloatRange(0, 1), default=0.33, show_default=True, help="Share read soon."
)
@click.option(
    "--minutes", type=click.FloatRange(0.1), default=3.0, show_default=True, help="To read a report."
)
@click.option(
    "--figures", type=click.Path(path_type=Path), help="A benchmark; else the last one run, or as shipped."
)
def plan(figures: Path | None, **load: float) -> None:
    """Print what a load needs in cores, memory and hours, and what gives way first.

    All by arithmetic from the last benchmark (`make bench`): nothing here is a promise about a machine
    that was not measured.
    """
    asked = Load(**load)  # type: ignore[arg-type]
    one = arithmetic.measured(figures)
    click.echo(f"Measured on {one.machine}: {one.batch_per_s:.0f} reports a second for a core.\n")
    click.echo(f"{asked.forces} forces, {asked.reports:,} online reports a month each, as they come in")
    _told(arithmetic.serving(asked, one))
    click.echo(f"\n{asked.years} years of them decided again, on {asked.cores} cores")
    _told(arithmetic.back_test(asked, one))
    click.echo("\nWhat gives way first")
    for limit in arithmetic.limits(asked, one):
        click.echo(
            f"  {limit.what}: {limit.asked:,.1f} asked, {limit.can:,.1f} {limit.unit} can be done"
            f" ({limit.room:,.1f} times)"
        )


def _told(needs: dict[str, float]) -> None:
    for name, value in needs.items():
        click.echo(f"  {name:<36}{value:>16,.2f}" if value % 1 else f"  {name:<36}{value:>13,.0f}")
