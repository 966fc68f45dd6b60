"""A declared space of choices: which may be combined, how many are tried, and what makes one better."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import prod
from pathlib import Path
from typing import Any

from training import comparison, configs
from training.fit import Config
from triage_model import documents
from triage_model.errors import LabelError

DEFAULT = Path(__file__).with_name("search_space.yaml")
_KEYS = ("trials", "seed", "folds", "weights", "choices")


@dataclass(frozen=True, slots=True)
class Space:
    """Names such as `heads.grade_c`, each with the values it may take."""

    choices: Mapping[str, Sequence[Any]]
    weights: Mapping[str, float]
    trials: int = 24
    seed: int = 0
    folds: int = 0

    def size(self) -> int:
        return prod(len(values) for values in self.choices.values())

    def drawn(self) -> list[dict[str, Any]]:
        """The combinations to try, in a fixed order."""
        total = self.size()
        count = min(self.trials, total)
        return [
            self._combination(place) for place in sorted(random.Random(self.seed).sample(range(total), count))
        ]

    def _combination(self, place: int) -> dict[str, Any]:
        found = {}
        for name, values in self.choices.items():
            place, here = divmod(place, len(values))
            found[name] = values[here]
        return found

    def applied(self, config: Config, chosen: Mapping[str, Any]) -> Config:
        """A configuration with some choices in place of its own."""
        body = asdict(config)
        body = {"features": body.pop("spec"), **body}
        for name, value in chosen.items():
            section, key = name.split(".")
            body[section][key] = value
        return configs.from_mapping(body)

    def score(self, figures: Mapping[str, float]) -> float:
        """One number for a trial, of those figures that its rows allow."""
        return sum(weight * figures[name] for name, weight in self.weights.items() if name in figures)


def load(path: Path = DEFAULT) -> Space:
    """A space from its file. Raises LabelError with every problem."""
    body = documents.read(path) or {}
    problems = list(_problems(path, body))
    if problems:
        raise LabelError(problems)
    return Space(**body)


def _problems(path: Path, body: Any) -> Iterator[str]:
    if not isinstance(body, dict) or not body.get("choices") or not body.get("weights"):
        yield f"{path}:1: a space is a mapping with `choices` and `weights`; see {DEFAULT.name}"
        return
    for key in sorted(set(body) - set(_KEYS)):
        yield f"{documents.where(path, key)}: `{key}` is not known; choose from {', '.join(_KEYS)}"
    for key in ("trials", "seed", "folds"):
        if not isinstance(body.get(key, 1), int) or body.get(key, 1) < (1 if key == "trials" else 0):
            yield f"{documents.where(path, key)}: `{key}` is a whole number"
    for name in body["weights"]:
        if name not in comparison.FIGURES:
            at = documents.where(path, "weights", name)
            yield f"{at}: `{name}` is not measured; choose from {', '.join(comparison.FIGURES)}"
    for name, values in body["choices"].items():
        yield from _choice_problems(documents.where(path, "choices", name), name, values)


def _choice_problems(at: str, name: str, values: Any) -> Iterator[str]:
    if name not in configs.choices():
        yield f"{at}: `{name}` is not a choice; choose from {', '.join(configs.choices())}"
    if not isinstance(values, list) or not values:
        yield f"{at}: `{name}` needs a list of values"
