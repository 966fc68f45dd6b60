"""`triage certify`: what may be claimed of a model's misses, and how much more data a claim needs."""

import json
from pathlib import Path

import click

from training import options
from training.options import FILES


@click.command()
@options.label_files()
@click.option("--model", type=FILES, default=options.CURRENT, show_default=True)
@click.option("--most", default=0.03, show_default=True, help="The largest share that may be missed.")
@click.option("--confidence", default=0.95, show_default=True)
@click.option("--power", is_flag=True, help="Say how many more confirmed emergencies a claim needs.")
@click.option("--gate", type=FILES, help="The release gate; ours by default.")
@click.option("--drawn-as", type=click.Choice(["written", "live"]), default="written", show_default=True,
              help="live: consecutive reports of a force, or drawn with known probability.")  # fmt: skip
@click.option("--write", is_flag=True, help="Put it into the manifest; sign again after.")
@options.mapping()
@options.desk()
@click.pass_context
def certify(
    context: click.Context,
    sources: tuple[Path, ...],
    model: Path,
    most: float,
    confidence: float,
    power: bool,
    gate: Path | None,
    drawn_as: str,
    write: bool,
    renamed: tuple[str, ...],
    taxonomy: Path | None,
    rules: Path | None,
) -> None:
    """Say what share of emergencies the whole of triage misses at most, on label FILEs it never saw.

    On written samples this is a statement about the sample. The word certified needs live reports and an
    open release gate; exit code 1 without both.
    """
    from training import certificates

    live = drawn_as == "live"
    asked = certificates.Asked(most, confidence, live=live, gate=gate, taxonomy=taxonomy, rules=rules)
    made = certificates.make(sources, model, asked, options.renamed(renamed))
    click.echo(made.says)
    for check in made.checks:
        click.echo(f"{'passes' if check.passed else 'FAILS':6s} {check.name}: {check.found}; {check.limit}")
    if power:
        click.echo("\n".join(certificates.power_lines(made.claim, most=most, confidence=confidence)))
    if write:
        certificates.write(model, made)
        click.echo(json.dumps(made.facts))
    context.exit(0 if made.certified else 1)
