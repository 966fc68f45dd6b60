"""`triage compare`: which reports two models answer differently, and which of them is right."""

from pathlib import Path

import click

from training import options
from training.options import FILES

_SHOWN = 40


@click.command()
@click.argument("first", type=FILES)
@click.argument("second", type=FILES)
@click.option("--on", "sources", type=FILES, multiple=True, required=True, help="Label files to compare on.")
@click.option("--all", "every", is_flag=True, help="Every changed row.")
@options.mapping()
@options.desk()
def compare(
    first: Path,
    second: Path,
    sources: tuple[Path, ...],
    every: bool,
    renamed: tuple[str, ...],
    taxonomy: Path | None,
    rules: Path | None,
) -> None:
    """Compare the model folders FIRST and SECOND on the same rows, whole of triage.

    A difference is of SECOND over FIRST; its interval (90%) is by drawing incidents again.
    """
    from training import compare as paired

    mapping = options.renamed(renamed)
    ours, theirs = paired.outcomes_of([first, second], sources, mapping, taxonomy=taxonomy, rules=rules)
    click.echo(f"{'measure':34s} {'first':>7s} {'second':>7s}  difference")
    for one in paired.differences(ours, theirs):
        if one.low is not None and one.first is not None and one.second is not None:
            gap = f"{one.second - one.first:+.3f} ({one.low:+.3f} to {one.high:+.3f})"
            click.echo(f"{one.name:34s} {one.first:7.3f} {one.second:7.3f}  {gap}")
    changed = paired.changes(ours, theirs)
    for what in ("grade", "team"):
        right = [change.right for change in changed if change.what == what]
        counts = ", ".join(f"{side} right {right.count(side)}" for side in ("first", "second", "neither"))
        chance = paired.chance(changed, what)
        click.echo(f"{len(right)} rows change {what}: {counts}; by chance alone {chance:.3f}")
    for change in changed if every else changed[:_SHOWN]:
        says = f"{change.first} then {change.second}, label {change.label}: {change.right} right"
        click.echo(f"{change.row:14s} {change.what}: {says}")
