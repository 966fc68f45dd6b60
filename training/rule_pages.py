"""Coverage and back-test of rules as self-contained pages: tables, pictures, and samples to judge by."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from jinja2 import Environment, PackageLoader, Template, select_autoescape
from markupsafe import Markup

from training import pictures, rule_trials
from training.rule_families import HEADINGS, Family
from training.rule_trials import Alone, Backtest, Covered


def figures(alone: Alone) -> list[tuple[str, str]]:
    """The figures of the rules alone, named as everywhere."""
    return [
        ("recall of grade 1", str(alone.recall)),
        ("false grade 1 on traps", str(alone.false_on_traps)),
        ("false grade 1 on the rest", str(alone.false_on_others)),
        ("grade 3 or 4 raised to 1 or 2", str(alone.raised)),
        ("set aside for review", str(alone.review)),
    ]


def coverage_page(
    covered: Sequence[Covered], families: Sequence[Family], alone: Alone, labels: Sequence[Path]
) -> str:
    """What each rule fires on, for reading in a browser."""
    fired = {one.rule.removeprefix("rule:"): one.fired for one in covered if one.fired}
    unique = {one.rule.removeprefix("rule:"): one.unique for one in covered if one.unique}
    return _template().render(
        title="Coverage of the rules",
        labels=[path.name for path in labels],
        figures=figures(alone),
        covered=covered,
        headings=HEADINGS,
        families=families,
        pictures=[
            Markup(pictures.bars(fired or {"none": 0}, across="reports", title="Reports each rule fires on")),
            Markup(
                pictures.bars(unique or {"none": 0}, across="emergencies", title="Caught by one rule alone")
            ),
        ],
    )


def summary(found: Backtest, budget: float) -> Iterator[str]:
    """What a back-test comes to, in sentences."""
    rate, low, high = found.alarms_a_day
    yield f"{found.rows} labelled reports; {len(found.raised)} raised, {len(found.lowered)} lowered"
    yield f"new grade 1 alarms: {found.alarms}"
    bounds = f"({low:.2f} to {high:.2f}); the budget is {budget:.2f}"
    yield f"that is {rate:.2f} a day at 900 reports a month {bounds}"
    yield f"of them confirmed by the labels: {found.confirmed}"
    if found.lowered:
        yield "REFUSED: a change of rules may not lower a grade; see the reports below"
    elif rate > budget:
        yield "REFUSED: over the budget in policy.yaml (rules: extra_alarms_a_day)"


def backtest_page(sentences: Sequence[str], found: Backtest, labels: Sequence[Path]) -> str:
    """A back-test for reading in a browser. Its samples hold report text: keep it where labels are kept."""
    by_rule = {rule: len(some) for rule, some in rule_trials.samples(found.raised).items()}
    return _template().render(
        title="Back-test of a change of rules",
        labels=[path.name for path in labels],
        sentences=sentences,
        samples=rule_trials.samples([*found.raised, *found.lowered]),
        pictures=[Markup(pictures.bars(by_rule or {"none": 0}, across="reports", title="Raised, by rule"))],
    )


def _template() -> Template:
    environment = Environment(loader=PackageLoader("training"), autoescape=select_autoescape(["html"]))
    return environment.get_template("rules.html")
