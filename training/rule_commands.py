"""`triage rules coverage` and `backtest`: rules on labelled reports, as a table and as a page."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from training import options
from training.options import FILES
from triage_model import policy

if TYPE_CHECKING:
    from training.rule_trials import Covered

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_LABELS = click.Path(exists=True, path_type=Path)


@click.group()
def rules() -> None:
    """Work on the rulebook."""


@rules.command()
@click.option("--on", "labels", type=_LABELS, required=True, multiple=True, help="Labelled reports.")
@click.option("--rulebook", "--rules", type=_FOLDER, help="The folder of rule files; ours by default.")
@click.option("--html", type=click.Path(path_type=Path), help="Write a page with pictures here too.")
@options.taxonomy()
@options.mapping()
def coverage(
    labels: tuple[Path, ...],
    rulebook: Path | None,
    html: Path | None,
    taxonomy: Path | None,
    renamed: tuple[str, ...],
) -> None:
    """Show what each rule fires on: how often rightly, what only it catches, what it overlaps with."""
    from training import desks, rule_families, rule_pages, rule_trials
    from training.labels import read

    desk = desks.load(taxonomy, rulebook, say=desks.tell)
    book = desk.rulebook
    rows = read(labels, mapping=options.renamed(renamed), taxonomy=desk.taxonomy)
    found = rule_trials.found_in(book, rows)
    covered, alone = rule_trials.coverage(book, found), rule_trials.alone(found)
    families = rule_families.families(book, found)
    _print_coverage(covered)
    _print_families(rule_families.HEADINGS, [one.counts for one in families])
    for name, value in rule_pages.figures(alone):
        click.echo(f"{name:36s} {value}")
    if html is not None:
        html.write_text(rule_pages.coverage_page(covered, families, alone, labels), encoding="utf-8")
        click.echo(f"written: {html}")


@rules.command()
@click.argument("proposed", type=_FOLDER)
@click.option("--on", "labels", type=_LABELS, required=True, multiple=True, help="Labelled reports.")
@click.option("--against", type=_FOLDER, help="The rulebook in use; ours by default.")
@click.option(
    "--model", type=FILES, help="The model that answers beside the rules; var/models/current by default."
)
@click.option(
    "--policy",
    "promotion",
    type=FILES,
    help="What must be caught; promotion.yaml beside the models by default.",
)
@click.option("--html", type=click.Path(path_type=Path), help="Write a page with pictures here too.")
@options.taxonomy()
@options.mapping()
def backtest(
    proposed: Path,
    labels: tuple[Path, ...],
    against: Path | None,
    model: Path | None,
    promotion: Path | None,
    html: Path | None,
    taxonomy: Path | None,
    renamed: tuple[str, ...],
) -> None:
    """Show what the rules in PROPOSED would change, and refuse them for what they would lose or cost.

    Refused, with exit code 1: a grade that falls, more alarms than the budget of the policy, and a must-catch
    row of the promotion policy that rules and model catch together now and would miss.
    """
    from training import desks, rule_catches, rule_pages, rule_trials
    from training.labels import read

    now, then = (desks.load(taxonomy, folder, say=desks.tell) for folder in (against, proposed))
    rows = read(labels, mapping=options.renamed(renamed), taxonomy=now.taxonomy)
    found = rule_trials.backtest(now.rulebook, then.rulebook, rows)
    caught = rule_catches.tried(now, then, model, promotion)
    budget = policy.load().extra_alarms_a_day
    sentences = [*rule_pages.summary(found, budget), caught.says]
    click.echo("\n".join(sentences))
    for rule, some in rule_trials.samples([*found.raised, *found.lowered]).items():
        click.echo(f"\n{rule}")
        for change in some:
            label = int(change.row.grade) if change.row.grade else "-"
            what = f"{int(change.before)} to {int(change.after)}, label {label}"
            click.echo(f"  {what}  {change.row.id}: {change.row.text[:100]!r}")
    if html is not None:
        html.write_text(rule_pages.backtest_page(sentences, found, labels), encoding="utf-8")
        click.echo(f"written: {html}")
    if caught.refused or found.lowered or found.alarms_a_day[0] > budget:
        raise click.exceptions.Exit(1)


def _print_coverage(covered: "list[Covered]") -> None:
    table = Table("rule", "fired", "set aside", "as urgent as its floor", "only it", "with", box=None)
    for one in covered:
        beside = ", ".join(f"{rule.removeprefix('rule:')} {count}" for rule, count in one.overlaps)
        name = one.rule.removeprefix("rule:")
        table.add_row(name, str(one.fired), str(one.set_aside), str(one.right), str(one.unique), beside)
    Console().print(table)


def _print_families(headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    table = Table(*headings, box=None)
    for row in rows:
        table.add_row(*row)
    Console().print(table)
