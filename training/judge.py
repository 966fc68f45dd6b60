"""A saved model, or the rules alone, judged on label files."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from training import desks, figures, labels, slices
from training.figures import Outcome
from training.intervals import Share, by_groups
from triage_model import policy
from triage_model.triage import Parts


def outcomes(
    sources: Sequence[Path],
    model: Path | None,
    only: Parts,
    mapping: Mapping[str, str],
    *,
    taxonomy: Path | None = None,
    rules: Path | None = None,
) -> list[Outcome]:
    """What a triage answers for every row of some files."""
    desk = desks.load(taxonomy, rules, model=model, say=desks.tell)
    rows = labels.read(sources, mapping=mapping, taxonomy=desk.taxonomy)
    if only != "rules" and desk.classifier is None:
        raise click.ClickException(f"there is no model to judge: {desk.model_problem}")
    return figures.outcomes(rows, desk.limited_to(only))


def summary(found: Sequence[Outcome], *, with_slices: bool = False) -> dict[str, Any]:
    """Every figure as plain values."""
    prevalence = policy.load().prevalence
    body: dict[str, Any] = {
        "rows": len(found),
        "measures": {name: _plain(share) for name, share in figures.table(found).items()},
        "grade 1 found, interval by voices": by_voice(found),
        "precision at prevalence": {str(p): figures.precision(found, p) for p in figures.PREVALENCES},
        "alarms a day": {str(p): figures.alarms_a_day(found, p) for p in figures.PREVALENCES},
        "calibration error": figures.emergency_calibration(found, prevalence),
        "confusion": figures.confusion(found),
    }
    if with_slices:
        body["slices"] = {
            s.name: {"rows": s.rows, "grade 1 found": _plain(s.emergencies), "team": _plain(s.team)}
            for s in slices.slices(found)
        }
    return body


def by_voice(found: Sequence[Outcome]) -> list[float] | None:
    """A 90% interval for emergencies found, by drawing whole voices again."""
    rows = [o for o in found if o.row.grade == 1]
    if len({o.row.voice for o in rows}) < 3:
        return None
    return list(by_groups([o.decision.grade == 1 for o in rows], [o.row.voice for o in rows]))


def as_text(body: Mapping[str, Any]) -> str:
    """The figures as lines for people."""
    lines = [f"{body['rows']} rows"]
    lines += [_line(name, _shown(value)) for name, value in body["measures"].items()]
    voices = body["grade 1 found, interval by voices"]
    lines += (
        [_line("grade 1 found, by drawing voices", f"{voices[0]:.3f} to {voices[1]:.3f}")] if voices else []
    )
    for prevalence, precision in body["precision at prevalence"].items():
        alarms = body["alarms a day"][prevalence]
        if precision is not None and alarms is not None:
            says = f"precision {precision:.3f}, {alarms:.1f} alarms a day"
            lines.append(_line(f"at {float(prevalence):.0%} emergencies", says))
    error = body["calibration error"]
    lines.append(_line("calibration error", "not enough data" if error is None else f"{error:.3f}"))
    lines.append("label down, suggestion across")
    for grade, row in enumerate(body["confusion"], 1):
        lines.append(f"  {grade}  " + " ".join(f"{count:5d}" for count in row))
    lines += [_slice_line(name, one) for name, one in body.get("slices", {}).items()]
    return "\n".join(lines)


def _line(name: str, says: str) -> str:
    return f"{name:36s} {says}"


def _slice_line(name: str, one: Mapping[str, Any]) -> str:
    found, team = _shown(one["grade 1 found"]), _shown(one["team"])
    return _line(name, f"{one['rows']:5d} rows  grade 1 {found}  team {team}")


def _plain(share: Share) -> dict[str, Any]:
    return {"value": share.value, "low": share.low, "high": share.high, "hits": share.hits, "of": share.total}


def _shown(one: Mapping[str, Any]) -> str:
    return str(Share(one["hits"], one["of"]))
