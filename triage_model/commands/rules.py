"""`triage rules`: check the rulebook, and ask it how it reads a text."""

from datetime import UTC, datetime
from pathlib import Path

import click
import yaml
from rich.console import Console

from triage_model import loading, policy, traps
from triage_model.commands.explain import show
from triage_model.lint import SIGNATURES, lint, numbers, protected, protection
from triage_model.prove import check
from triage_model.reading import split
from triage_model.rules import DEFAULT
from triage_model.spelling import confusable
from triage_model.types import Report

_PROTECTED = "# Rules that may not be removed, put on trial or softened. Written by `triage rules protect`.\n"
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def rules() -> None:
    """Work on the rulebook: check it, and see how it reads a text."""


@rules.command(name="check")
@click.option("--rulebook", type=_FOLDER, default=DEFAULT, help="The folder of rule files.")
@click.option("--rule", "only", help="Prove the examples of this rule alone, by the start of its id.")
def check_rules(rulebook: Path, only: str | None) -> None:
    """Load every rule, prove every example, and list all that must be mended, with file and line."""
    book = loading.rulebook(rulebook, examples=True)
    proof = check(book, only)
    laid = () if only else traps.read(rulebook)
    problems = [*proof.problems, *traps.sprung(book, laid)]
    problems += [] if only else lint(book, rulebook, datetime.now(UTC).date())
    for problem in problems:
        click.echo(problem)
    ids = len(numbers(book)) + len(policy.FLOORS)
    click.echo(
        f"{ids} ids, {proof.rules} rules, {proof.fires} examples that must fire, {proof.others} that must "
        f"not, {proof.mutations} ways of typing them, {len(laid)} traps: {len(problems)} to mend"
    )
    if problems:
        raise click.exceptions.Exit(1)


@rules.command()
@click.option("--rulebook", type=_FOLDER, default=DEFAULT, help="The folder of rule files.")
@click.option(
    "--signed-by", multiple=True, required=True, help="Who signs: give it twice, two different people."
)
@click.option("--backtest", required=True, help="The back-test that both have read.")
def protect(rulebook: Path, signed_by: tuple[str, ...], backtest: str) -> None:
    """Write down the floors that may not be softened, as two people sign them."""
    if len(set(signed_by)) < SIGNATURES:
        raise click.UsageError("two different people must sign: give --signed-by twice")
    book = loading.rulebook(rulebook)
    text = yaml.safe_dump(protection(book, signed_by, backtest), sort_keys=False)
    (rulebook / "protected.yaml").write_text(_PROTECTED + text, encoding="utf-8")
    click.echo(f"{len(protected(book))} rules are protected")


@rules.command(name="explain")
@click.argument("text")
@click.option("--rulebook", type=_FOLDER, default=DEFAULT, help="The folder of rule files.")
def explain_rules(text: str, rulebook: Path) -> None:
    """Show which phrases hit in a text, what moved them and what was set aside."""
    desk = loading.load(None, rulebook=rulebook).limited_to("rules")
    show(desk.decide(Report(text)), text, Console())


@rules.command(name="real-words")
@click.argument("wordlist", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--rulebook", type=_FOLDER, default=DEFAULT, help="The folder of rule files.")
def real_words(wordlist: Path, rulebook: Path) -> None:
    """Find the ordinary words in a dictionary that would be taken for typos of ours, and list them.

    Run it after adding phrases: WORDLIST has one word a line, such as a dictionary of the system.
    """
    book = loading.rulebook(rulebook)
    words = [word for line in wordlist.read_text(encoding="utf-8").splitlines() for word in split(line)]
    found = sorted(set(confusable(words, book.vocabulary)))
    (rulebook / "real_words.txt").write_text("\n".join(found) + "\n", encoding="utf-8")
    click.echo(f"{len(found)} words are one slip away from ours and are left as typed")
