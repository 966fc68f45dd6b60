"""`triage train`: from label files to a model that answers, if its gate opens."""

import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from training import options
from training.options import FILES

if TYPE_CHECKING:
    from training.runs import Run
    from training.search import Search


@click.command()
@options.label_files()
@click.option("--dev", type=FILES, help="Rows to calibrate and judge on; without it the newest are held out.")
@click.option("--gate", type=FILES, help="The checks that must pass before the model answers.")
@click.option("--config", "config_file", type=FILES, help="A YAML file of choices; see training/README.md.")
@options.desk()
@click.option(
    "--search", "searched", is_flag=True, help="Try the choices of a space first, and train with the best."
)
@click.option("--space", type=FILES, help="The space to search; ours by default.")
@click.option("--jobs", default=2, show_default=True, help="Trials side by side on this machine.")
@click.option("--scheduler", help="A Dask scheduler to send the trials to, such as tcp://10.0.0.5:8786.")
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
    rules: Path | None,
    searched: bool,
    space: Path | None,
    jobs: int,
    scheduler: str | None,
    by: str,
    models: Path,
    renamed: tuple[str, ...],
) -> None:
    """Learn from label FILEs (CSV, JSON Lines or Parquet) and write a model folder.

    Every problem in the labels is reported before anything is fitted. With --gate, a model that
    passes it answers at once; one that does not is not registered, and the exit code is 1.
    Without --gate the model waits until `triage promote` lets it answer.
    """
    if (space or scheduler) and not searched:
        raise click.UsageError("--space and --scheduler belong to --search")
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
        rules=rules,
        search=_search(space, jobs, scheduler) if searched else None,
    )
    began = time.monotonic()
    watch = Watch(lambda says: click.echo(f"{time.monotonic() - began:5.0f} s  {says}", err=True))
    result = pipeline.run(request, watch)
    _tell(result, models)
    context.exit(0 if result.passed else 1)


def _search(space: Path | None, jobs: int, scheduler: str | None) -> "Search":
    from training import search
    from training import space as spaces

    return search.Search(spaces.load(space or spaces.DEFAULT), scheduler, jobs)


def _tell(result: "Run", models: Path) -> None:
    from training import figures, registry

    for name, share in figures.table(result.whole).items():
        click.echo(f"{name:34s} {share}")
    for check in result.checks:
        click.echo(f"{'passes' if check.passed else 'FAILS':6s} {check.name}: {check.found}; {check.limit}")
    if not result.passed:
        click.echo("The gate is shut: nothing was registered.")
        return
    name = result.classifier.model_id
    click.echo(f"model {models / name}")
    if registry.waits(models, name):
        elsewhere = f" --models {shlex.quote(str(models))}" if models != options.MODELS else ""
        click.echo("It answers nothing until it is promoted:")
        click.echo(f"  triage promote {name} --by YOUR-NAME{elsewhere}")
