"""`triage models`, `promote`, `rollback` and `signing-keys`: which model answers, and who decided so."""

from pathlib import Path

import click

from training import options
from training.options import FILES


@click.command()
@options.models_folder()
def models(models: Path) -> None:
    """List the models: where each came from, whether it answers, who decided so."""
    from training import registry

    for one in registry.lineage(models):
        mark = "*" if one["current"] else " "
        rows = ((one["data"] or {}).get("learned from") or {}).get("rows", "?")
        parts = [
            f"{mark} {one['model_id']}",
            f"trained {one['trained']}",
            f"from {rows} rows",
            f"rules {one['rulebook']}",
        ]
        parts += [f"after {one['parent']}"] if one["parent"] else []
        parts += [f"by {', '.join(dict.fromkeys(one['by']))}"] if one["by"] else []
        parts += ["waiting to be promoted"] if one["waits"] else []
        parts.append("certified" if one["certificate"] else "not certified")
        click.echo("  ".join(parts))


@click.command()
@click.argument("model_id")
@click.option(
    "--key", "keys", type=FILES, multiple=True, help="A private signing key; two people sign with two."
)
@click.option("--gate", type=FILES, help="A gate whose signatures and must-catch rows are asked for as well.")
@click.option(
    "--policy",
    type=FILES,
    help="Who must sign and what must be caught; promotion.yaml beside the models by default.",
)
@click.option("--by", required=True, help="Who promotes it, for the record.")
@options.models_folder()
@options.desk()
@click.pass_context
def promote(
    context: click.Context,
    model_id: str,
    keys: tuple[Path, ...],
    gate: Path | None,
    policy: Path | None,
    by: str,
    models: Path,
    taxonomy: Path | None,
    rules: Path | None,
) -> None:
    """Sign a model and let it answer.

    A model that, with the rules as they stand, misses a must-catch row is refused. Where more
    people must sign, the signatures are kept, and the next person gives the same command with their own key.
    """
    from training import promotion

    checks = promotion.promote(models, model_id, promotion.Asked(by, keys, gate, policy, taxonomy, rules))
    for check in checks:
        click.echo(f"{'passes' if check.passed else 'FAILS':6s} {check.name}: {check.found}; {check.limit}")
    passed = all(check.passed for check in checks)
    click.echo(f"{model_id} answers now" if passed else f"{model_id} was not promoted")
    context.exit(0 if passed else 1)


@click.command()
@click.argument("model_id", required=False)
@click.option("--by", required=True, help="Who rolls back, for the record.")
@options.models_folder()
def rollback(model_id: str | None, by: str, models: Path) -> None:
    """Let the model that answered before answer again, or the one that is named."""
    from training import promotion

    click.echo(f"{promotion.rollback(models, model_id, by=by)} answers now")


@click.group("signing-keys")
def signing_keys() -> None:
    """Keys with which people sign models."""


@signing_keys.command("new")
@click.argument("file", type=FILES)
def new(file: Path) -> None:
    """Make a private key in FILE (for its owner alone) and print the public key to trust."""
    from training import signing

    click.echo(signing.new_key(file))


@signing_keys.command("show")
@click.argument("file", type=FILES)
def show(file: Path) -> None:
    """Print the public key of a private key."""
    from training import signing

    click.echo(signing.public_key(signing.read_key(file)))
