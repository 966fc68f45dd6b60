"""`triage labels suggest` and `errors`: which reports to label next, which labels to read again."""

from pathlib import Path

import click

from training import options
from training.options import FILES


@click.command()
@options.label_files()
@click.option(
    "-o", "--out", type=FILES, required=True, help="A list (.csv, .jsonl) or Label Studio tasks (.json)."
)
@click.option("--model", type=FILES, default=options.CURRENT, show_default=True)
@click.option("--count", default=100, show_default=True, help="How many reports.")
@click.option(
    "--audit", type=click.FloatRange(0, 1), default=0.2, show_default=True, help="The share by chance alone."
)
@click.option("--seed", default=0, show_default=True)
@click.option("--with-text", is_flag=True, help="Put the text into the list; tasks always hold it.")
@options.mapping()
@options.desk()
def suggest(
    sources: tuple[Path, ...],
    out: Path,
    model: Path,
    count: int,
    audit: float,
    seed: int,
    with_text: bool,
    renamed: tuple[str, ...],
    taxonomy: Path | None,
    rules: Path | None,
) -> None:
    """Choose reports of FILEs to label next; they may have labels or none.

    Some are drawn by chance alone, with the probability written beside them; the others are those that the
    model is unsure of, on which rules and model disagree, or of a rare team or rule. Never from a test part.
    """
    from training import desks, label_exports, pools
    from training import suggest as choosing
    from training.progress import Watch

    if out.suffix not in label_exports.KINDS:
        raise click.UsageError(f"--out ends in one of {', '.join(label_exports.KINDS)}")
    reports = pools.read(sources, mapping=options.renamed(renamed))
    desk = desks.with_model(taxonomy, rules, model)
    seen = choosing.looked_at(reports, desk, say=Watch(desks.tell))
    made = choosing.chosen(seen, choosing.Asked(count, audit, seed))
    label_exports.write(made, out, desk.taxonomy, with_text=with_text)
    for reason in dict.fromkeys(one.reason for one in made):
        click.echo(f"{reason:14s} {sum(one.reason == reason for one in made)}")
    click.echo(f"{len(made)} of {len(reports)} reports in {out}")


@click.command()
@options.label_files()
@click.option("-o", "--out", type=FILES, help="The whole list as CSV.")
@click.option("--config", "config_file", type=FILES, help="Choices about the model that doubts them.")
@options.taxonomy()
@options.mapping()
def errors(
    sources: tuple[Path, ...],
    out: Path | None,
    config_file: Path | None,
    taxonomy: Path | None,
    renamed: tuple[str, ...],
) -> None:
    """Find labels of FILEs that models which never saw them speak against (cleanlab, extra `quality`).

    A doubt is a reason to read a report again, not to change its label. Refused on a test part.
    """
    import csv

    from training import configs, pools, quality
    from training import labels as files
    from triage_model import spreadsheets, teams
    from triage_model.errors import LabelError

    mapping = options.renamed(renamed)
    if held_back := list(pools.held_back(sources, mapping=mapping)):
        raise LabelError(held_back)
    owners = teams.load(taxonomy) if taxonomy else None
    rows = files.read(sources, mapping=mapping, taxonomy=owners)
    found = quality.doubts(rows, configs.load(config_file))
    lines = [[d.row.place, d.row.id, d.kind, d.label, d.suggested, f"{d.quality:.3f}"] for d in found]
    for line in lines[:40]:
        click.echo("{:32s} {:14s} {:6s} {:20s} perhaps {:20s} {}".format(*line))
    if out:
        with out.open("w", encoding="utf-8", newline="") as file:
            names = ["place", "id", "kind", "label", "suggested", "quality"]
            table = csv.DictWriter(file, names)
            table.writeheader()
            table.writerows(spreadsheets.shown(dict(zip(names, line, strict=True))) for line in lines)
    click.echo(f"{len(found)} doubts in {len(rows)} rows")
