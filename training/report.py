"""What a run has to say to people: one HTML page without outside addresses, and a model card.

The law it keeps (8): pages name rows by id and place; they never hold report text. Nothing is in
them that was not computed from the run.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from training import figures, pictures, slices
from training.figures import Outcome
from training.runs import Run
from training.urgency import falls_below
from triage_model.classifier import corrected

REPORT, CARD = "report.html", "card.md"
_WORST = 20


def write(folder: Path, run: Run, model_id: str) -> None:
    """Write the report and the model card of a run into its folder."""
    facts = gathered(run, model_id)
    for template, name in (("report.html", REPORT), ("card.md", CARD)):
        page = _templates().get_template(template).render(facts)
        (folder / name).write_text(page, encoding="utf-8")


def gathered(run: Run, model_id: str) -> dict[str, Any]:
    """Everything that the pages show, computed from the run."""
    prevalence = run.classifier.prevalence
    return {
        "model_id": model_id,
        "facts": run.facts,
        "prevalence": prevalence,
        "whole": figures.table(run.whole),
        "model": figures.table(run.model_only),
        "rules": figures.table(run.rules_only),
        "before": figures.table(run.before) if run.before else None,
        "alarms": alarms(run.whole),
        "precision": figures.precision(run.whole, prevalence),
        "calibration_error": figures.emergency_calibration(run.whole, prevalence),
        "confusion": figures.confusion(run.whole),
        "slices": list(slices.slices(run.whole)),
        "checks": run.checks,
        "worst": worst(run.whole),
        "nearest": run.nearest,
        "suites": run.suites,
        "reliability": _reliability(run.whole, prevalence),
        "coverage": _coverage(run.whole, prevalence),
        "terms": len(run.classifier.vocabulary.index),
        "caught_by": caught_by(run),
    }


def alarms(found: Sequence[Outcome]) -> list[dict[str, Any]]:
    """What finding emergencies costs at each prevalence."""
    return [
        {"prevalence": p, "a_day": figures.alarms_a_day(found, p), "precision": figures.precision(found, p)}
        for p in figures.PREVALENCES
    ]


def caught_by(run: Run) -> Mapping[str, int]:
    """How many emergencies the rules alone, the model alone, both and neither found."""
    counts = {"rules and model": 0, "model alone": 0, "rules alone": 0, "neither": 0}
    for model, rules in zip(run.model_only, run.rules_only, strict=True):
        if model.row.grade == 1:
            by_model, by_rules = model.decision.grade == 1, rules.decision.grade == 1
            both = "rules and model" if by_rules else "model alone"
            counts[both if by_model else "rules alone" if by_rules else "neither"] += 1
    return counts


def worst(found: Sequence[Outcome]) -> list[Outcome]:
    """The rows that were graded furthest below their label, emergencies first."""
    missed = [o for o in found if o.row.grade and falls_below(o.decision.grade, o.row.grade)]
    ranked = sorted(missed, key=lambda o: (int(o.row.grade or 4), -int(o.decision.grade), o.row.id))
    return ranked[:_WORST]


def _chances(found: Sequence[Outcome], prevalence: float) -> tuple[Any, list[bool]]:
    graded = [o for o in found if o.row.grade and o.decision.p_emergency is not None]
    hits = [o.row.grade == 1 for o in graded]
    own = min(max(float(np.mean(hits)), 0.001), 0.999) if hits else 0.5
    stated = [o.decision.p_emergency or 0.0 for o in graded]
    return np.array([corrected(p, base_rate=prevalence, prevalence=own) for p in stated]), hits


def _reliability(found: Sequence[Outcome], prevalence: float) -> str:
    chances, hits = _chances(found, prevalence)
    return pictures.reliability(chances, hits) if len(hits) >= figures.FEWEST else ""


def _coverage(found: Sequence[Outcome], prevalence: float) -> str:
    """Risk against coverage: how often the grade 1 question is answered wrong if the unsure are left out."""
    chances, hits = _chances(found, prevalence)
    if len(hits) < figures.FEWEST:
        return ""
    sure = np.abs(chances - 0.5)
    order = np.argsort(-sure, kind="stable")
    wrong = (chances[order] >= 0.5) != np.asarray(hits)[order]
    counted = np.arange(1, len(order) + 1)
    curve = (list(counted / len(order)), list(np.cumsum(wrong) / counted))
    title = "Share answered wrong against share answered"
    return pictures.lines({"emergency or not": curve}, across="share answered", up="share wrong", title=title)


def _templates() -> Environment:
    home = FileSystemLoader(Path(__file__).with_name("templates"))
    environment = Environment(
        loader=home,
        undefined=StrictUndefined,
        autoescape=select_autoescape(("html",)),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = lambda value: "not enough data" if value is None else f"{value:.3f}"
    return environment
