"""`triage evaluate`: how a triage does on labelled rows, as a table for people or as JSON."""

import json
from pathlib import Path

import click

from training import options
from training.options import FILES
from triage_model.triage import Parts


@click.command()
@options.label_files()
@click.option("--model", type=FILES, default=options.CURRENT, show_default=True)
@click.option("--rules-only", is_flag=True, help="The rules alone.")
@click.option("--model-only", is_flag=True, help="The classifier alone.")
@click.option("--slices", is_flag=True, help="Every kind of report apart as well.")
@click.option("--json", "as_json", is_flag=True, help="Figures as JSON.")
@options.mapping()
@options.desk()
def evaluate(
    sources: tuple[Path, ...],
    model: Path,
    rules_only: bool,
    model_only: bool,
    slices: bool,
    as_json: bool,
    renamed: tuple[str, ...],
    taxonomy: Path | None,
    rules: Path | None,
) -> None:
    """Judge the whole of triage on label FILEs; with an option, one part of it alone.

    Bounds are exact and one-sided (95%), for independent rows.
    """
    if rules_only and model_only:
        raise click.UsageError("choose --rules-only or --model-only, not both")
    from training import judge

    only: Parts = "rules" if rules_only else "model" if model_only else "whole"
    found = judge.outcomes(
        sources, None if rules_only else model, only, options.renamed(renamed), taxonomy=taxonomy, rules=rules
    )
    body = judge.summary(found, with_slices=slices)
    click.echo(json.dumps(body, indent=1) if as_json else judge.as_text(body))
