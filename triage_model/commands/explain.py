"""`triage explain TEXT`: one decision, for a person to read."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from triage_model import triage
from triage_model.types import Decision, Evidence, Grade, Report

if TYPE_CHECKING:  # rich is brought in when something is shown: `triage score` starts without it
    from rich.console import Console
    from rich.text import Text


MODEL = Path("var/models/current")
_COLOURS = {
    1: "bold white on red",
    2: "bold black on yellow",
    3: "bold white on blue",
    4: "bold white on grey37",
}


@click.command()
@click.argument("text")
@click.option(
    "--model", type=click.Path(path_type=Path), default=MODEL, show_default=True, help="A model folder."
)
@click.option("--rules-only", is_flag=True, help="Show the rules alone.")
def explain(text: str, model: Path, rules_only: bool) -> None:
    """Show how a report is read: grade, team, and every reason with its words."""
    from rich.console import Console

    desk = triage.load(None if rules_only else model)
    decision = (desk.limited_to("rules") if rules_only else desk).decide(Report(text))
    show(decision, text, Console())


def show(decision: Decision, text: str, console: "Console") -> None:
    """Print a decision in colour, the words that raised it marked in the text."""
    from rich.markup import escape
    from rich.table import Table

    colour = _COLOURS[int(decision.grade)]
    label = f" {int(decision.grade)} {decision.grade_name.replace('_', ' ')} "
    console.print(f"[{colour}]{label}[/] {escape(decision.team)}  [dim]{escape(decision.grade_source)}[/]")
    console.print(_marked(decision, text))
    if decision.degraded:
        console.print("[yellow]No classifier answered: this is what the rules and the policy say.[/]")
    table = Table("reason", "words", "read as", "floor", box=None, padding=(0, 2, 0, 0))
    for item in decision.evidence:
        table.add_row(*_row(item, text))
    console.print(table)
    for reason in decision.review_reasons:
        console.print(f"review: {escape(reason)}")


def _row(item: Evidence, text: str) -> tuple[str, str, str, str]:
    from rich.markup import escape

    words = text[item.span.start : item.span.end] if item.span else ""
    read = item.set_aside or "; ".join(item.context)
    says = f"{item.source}: {item.says}" + (" *" if item.decisive else "")
    return escape(says), escape(words), escape(read), str(int(item.floor)) if item.floor else ""


def _marked(decision: Decision, text: str) -> "Text":
    from rich.text import Text

    marked = Text(text)
    for item in decision.evidence:
        if item.span:
            aside = item.set_aside is not None
            style = (
                "dim underline" if aside else _COLOURS[int(item.floor or Grade.RESOLUTION_WITHOUT_DEPLOYMENT)]
            )
            marked.stylize(style, item.span.start, item.span.end)
    return marked
