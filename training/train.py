"""One training run: labels checked, a model fitted, judged, and registered only if its gate opens.

The law it keeps: a shut gate registers nothing, and the same inputs give the same model.
"""

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from training import (
    behaviour,
    desks,
    figures,
    fit,
    gates,
    labels,
    nearest,
    registry,
    report,
    run_folders,
    search,
    splits,
)
from training.figures import Outcome
from training.fit import Config, Part
from training.gates import Gate
from training.labels import LabelRow
from training.progress import Say, over
from training.run_folders import RunFolder
from training.runs import Run
from training.search import Search
from triage_model import artefact, classifier
from triage_model.classifier import Classifier
from triage_model.errors import ArtifactError
from triage_model.triage import Triage

_ASKED = ("sources", "dev", "gate", "mapping", "taxonomy", "rules", "by")


@dataclass(frozen=True, slots=True)
class Request:
    """What a run is asked to do."""

    sources: tuple[Path, ...]
    dev: Path | None
    gate: Path | None
    models: Path
    config: Config
    mapping: Mapping[str, str]
    by: str = ""
    taxonomy: Path | None = None
    search: Search | None = None
    rules: Path | None = None


def run(request: Request, say: Say) -> Run:
    """Train, judge and, if the gate opens, register a model and let it answer; the run is kept in `runs`."""
    asked = {
        name: str(getattr(request, name))
        for name in ("sources", "dev", "gate", "mapping", "taxonomy", "rules", "by")
    }
    with run_folders.opened(request.models.parent / "runs", request.config, asked, say) as folder:
        result = _run(request, folder)
        folder.finish(result)
        folder.tell(f"run {folder.path}")
    return result


def _run(request: Request, folder: RunFolder) -> Run:
    say = folder.watched()
    learning, unseen = _parts(request, say)
    desk = desks.load(request.taxonomy, request.rules, say=say)
    say(f"reading {len(learning)} rows to learn from and {len(unseen)} unseen ones")
    unseen_part, learned = (
        fit.part(rows, over(rows, f"reading {kind} rows", say))
        for rows, kind in ((unseen, "unseen"), (learning, "training"))
    )
    floors = fit.rule_floors(over(unseen, "what rules alone say", say), desk)
    request = _searched(request, learned, unseen_part, folder)
    say("fitting and calibrating")
    made = fit.fit(learned, unseen_part, floors, request.config)
    made = replace(made, model_id=fit.UNNAMED)
    facts = _facts(request, learning, unseen, desk)
    say("judging it on the unseen rows")
    result = _judged(request, made, facts, unseen, desk, say)
    result = _looked_into(result, learned, desk)
    say("writing the model folder")
    return _registered(request, result, say)


def _searched(request: Request, learned: Part, unseen: Part, folder: RunFolder) -> Request:
    """The same request with the choices that won, if a search was asked for."""
    if request.search is None:
        return request
    table = folder.path / search.TABLE
    best = search.best(request.search, request.config, learned, unseen, say=folder.watched(), table=table)
    folder.configure(best)
    return replace(request, config=best)


def _parts(request: Request, say: Say) -> tuple[list[LabelRow], list[LabelRow]]:
    owners = _taxonomy(request)
    rows = labels.read(request.sources, mapping=request.mapping, taxonomy=owners)
    if request.dev is not None:
        return rows, labels.read([request.dev], mapping=request.mapping, taxonomy=owners)
    say("no --dev rows: the newest quarter of the incidents is held out")
    return splits.by_time(rows)


def _taxonomy(request: Request) -> Any:
    from triage_model import teams

    return teams.load(request.taxonomy) if request.taxonomy else None


def _facts(
    request: Request, learning: Sequence[LabelRow], unseen: Sequence[LabelRow], desk: Triage
) -> dict[str, Any]:
    """What the manifest says of a model's origin. Nothing here depends on when or where it was made."""
    return {
        "data": {"learned from": _data(learning), "calibrated and judged on": _data(unseen)},
        "config": asdict(request.config),
        "code": _code_digest(),
        "rulebook_id": desk.rulebook.id,
        "taxonomy_id": desk.taxonomy.id,
        "certificate": None,
    }


def _data(rows: Sequence[LabelRow]) -> dict[str, Any]:
    content = json.dumps([[r.id, r.text, r.grade, r.team] for r in rows], ensure_ascii=False)
    return {"rows": len(rows), "sha256": hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()}


def _code_digest() -> str:
    """The digest of the code that makes and reads a model."""
    homes = (Path(__file__).parent, Path(classifier.__file__).parent)
    files = sorted(path for home in homes for path in home.glob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def _judged(
    request: Request,
    made: Classifier,
    facts: dict[str, Any],
    unseen: Sequence[LabelRow],
    desk: Triage,
    say: Say,
) -> Run:
    whole = replace(desk, classifier=made, model_problem=None)
    answered = {
        only: tuple(figures.outcomes(over(unseen, f"judging: {only}", say), whole.limited_to(only)))
        for only in triage_parts()
    }
    before = _answers_now(request.models, unseen, desk)
    result = Run(made, facts, answered["whole"], answered["model"], answered["rules"], before)
    if request.gate is None:
        return result
    gate: Gate = gates.load(request.gate)
    return replace(result, checks=tuple(gates.checks(gate, result.whole, whole, before=before)))


def _looked_into(result: Run, learned: Part, desk: Triage) -> Run:
    """The same run with what its mistakes read like, and how it stands changes that should not matter."""
    whole = replace(desk, classifier=result.classifier, model_problem=None)
    worst = [outcome.row for outcome in report.worst(result.whole)]
    alike = nearest.nearest(learned, result.classifier, worst)
    return replace(result, nearest=alike, suites=tuple(behaviour.suites(result.whole, whole)))


def triage_parts() -> tuple[Any, ...]:
    return ("whole", "model", "rules")


def _answers_now(models: Path, unseen: Sequence[LabelRow], desk: Triage) -> tuple[Outcome, ...] | None:
    """What the current model answers on the same rows; None where there is none that can be read."""
    folder = registry.current(models)
    if folder is None:
        return None
    try:
        old = classifier.load(folder)
    except ArtifactError:
        return None
    return tuple(figures.outcomes(unseen, replace(desk, classifier=old, model_problem=None)))


def _registered(request: Request, result: Run, say: Say) -> Run:
    staging = request.models / ".staging"
    shutil.rmtree(staging, ignore_errors=True)
    model_id = artefact.save(staging, classifier.content_of(result.classifier), result.facts)
    named = replace(result, classifier=replace(result.classifier, model_id=model_id))
    report.write(staging, named, model_id)
    artefact.write_manifest(staging, _manifest_facts(staging))
    if not named.passed:
        shutil.rmtree(staging)
        return named
    parent = registry.current(request.models)
    folder = request.models / model_id
    shutil.rmtree(folder, ignore_errors=True)
    staging.rename(folder)
    note = {"parent": parent.name if parent else None, "by": request.by}
    registry.record(request.models, "trained", model_id, **note)
    if request.gate is not None:
        registry.make_current(request.models, model_id)
        registry.record(request.models, "current", model_id, by=request.by, gate=str(request.gate))
        say(f"{model_id} answers now")
    return named


def _manifest_facts(folder: Path) -> dict[str, Any]:
    body: dict[str, Any] = json.loads((folder / artefact.MANIFEST).read_text(encoding="utf-8"))
    return {name: value for name, value in body.items() if name != "files"}
