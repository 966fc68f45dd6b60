"""Choices about a model as a YAML file: `features`, `heads` and `budget`, every key optional."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from training.fit import Config
from training.heads import HeadConfig
from training.thresholds import Budget
from triage_model import documents
from triage_model.errors import LabelError
from triage_model.features import Spec

_SECTIONS: Mapping[str, type[Any]] = {"features": Spec, "heads": HeadConfig, "budget": Budget}


def load(path: Path | None) -> Config:
    """The choices in a file, over the defaults. Raises LabelError with every problem."""
    if path is None:
        return Config()
    body = documents.read(path) or {}
    problems = list(_problems(path, body))
    if problems:
        raise LabelError(problems)
    return from_mapping(body)


def from_mapping(body: Mapping[str, Any]) -> Config:
    features = {name: _tuple(value) for name, value in (body.get("features") or {}).items()}
    return Config(
        spec=Spec(**features),
        heads=HeadConfig(**(body.get("heads") or {})),
        budget=Budget(**(body.get("budget") or {})),
    )


def choices() -> tuple[str, ...]:
    """Every choice by its section and name, such as `heads.grade_c`."""
    return tuple(f"{section}.{field.name}" for section, kind in _SECTIONS.items() for field in fields(kind))


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _problems(path: Path, body: Any) -> Iterator[str]:
    if not isinstance(body, dict):
        yield f"{path}:1: a config is a mapping of {', '.join(_SECTIONS)}"
        return
    for name in body:
        kind = _SECTIONS.get(name)
        at = documents.where(path, name)
        if kind is None:
            yield f"{at}: `{name}` is not a section; choose from {', '.join(_SECTIONS)}"
            continue
        known = {field.name for field in fields(kind)}
        for key in set(body[name] or {}) - known:
            yield f"{at}: `{key}` is not a choice; choose from {', '.join(sorted(known))}"
