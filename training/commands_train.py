"""`triage train`: from label files to a model that answers, if its gate opens."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from training import options
from training.options import FILES

if TYPE_CHECKING:
    from training.runs import Run


@click.command()
@options.label_files()
@click.option("--dev", type=FILES, help="Rows to calibrate and judge on; without it the newest are held out.")
@click.option("--gate", type=FILES, help="The checks that must pass before the model answers.")
@click.option("--config", "config_file", type=FILES, help="A YAML file of choices; see training/README.md.")
@click.option("--taxonomy", type=FILES, help="Teams and grade names of your own.")
@click.option("--by", default="", help="Who trains it, for the record.")
@options.models_folder()
@options.mapping()
@click.pass_context
def train(
    context: click.Context,
    sources: tuple[Path, ...],
    dev: Path | None,
    gate: Path | None,
    config_file: Path | None,
    taxonomy: Path | None,
    by: str,
    models: Path,
    renamed: tuple[str, ...],
) -> None:
    """Learn from label FILEs (CSV, JSON Lines or Parquet) and write a model folder.

    Every problem in the labels is reported before anything is fitted. With --gate, a model that
    passes it answers at once; one that does not is not registered, and the exit code is 1.
    """
    from training import configs
    from training import train as pipeline
    from training.progress import Watch

    request = pipeline.Request(
        sources=sources,
        dev=dev,
        gate=gate,
        models=models,
        config=configs.load(config_file),
        mapping=options.renamed(renamed),
        by=by,
        taxonomy=taxonomy,
    )
    began = time.monotonic()
    watch = Watch(lambda says: click.echo(f"{time.monotonic() - began:5.0f} s  {says}", err=True))
    result = pipeline.run(request, watch)
    _tell(result, models)
    context.exit(0 if result.passed else 1)


def _tell(result: "Run", models: Path) -> None:
    from training import figures

    for name, share in figures.table(result.whole).items():
        click.echo(f"{name:34s} {share}")
    for check in result.checks:
        click.echo(f"{'passes' if check.passed else 'FAILS':6s} {check.name}: {check.found}; {check.limit}")
    where = models / result.classifier.model_id
    click.echo(f"model {where}" if result.passed else "The gate is shut: nothing was registered.")
