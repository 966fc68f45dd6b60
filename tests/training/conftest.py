"""A small corpus of eight incidents' worth of ways to say a thing, enough to fit a model in a second."""

from pathlib import Path

import pytest

from training import fit, labels, train
from training.fit import Config
from training.heads import HeadConfig
from training.labels import LabelRow
from training.runs import Run
from training.train import Request
from triage_model.classifier import Classifier

SCENES = {
    (1, "serious_crime"): "there is a man with a knife in the {} now he is shouting and swinging it",
    (1, "domestic_abuse"): "he is hitting me now in the {} please come quick he will not stop",
    (2, "domestic_abuse"): "my ex keeps coming to the {} and he threatened me again last night",
    (2, "adult_safeguarding"): "the old lady by the {} has not been seen today and i am worried",
    (3, "serious_crime"): "we came home and the {} had been burgled, the neighbour has a camera",
    (3, "neighbourhood"): "kids gather at the {} every weekend and leave rubbish and shout",
    (4, "volume_crime"): "my bike was stolen from the {} last week with no camera",
    (4, "contact_desk"): "how do i ask about parking near the {} who do i write to please",
}
SPOTS = (
    "shop",
    "park",
    "garage",
    "school",
    "garden",
    "station",
    "kitchen",
    "yard",
    "market",
    "church",
    "flat",
    "gate",
)


def written(spots: tuple[str, ...], part: str) -> list[LabelRow]:
    return [
        LabelRow(id=f"{part}-{grade}-{team}-{spot}", text=scene.format(spot), grade=labels.Grade(grade), team=team,
                 incident=f"{part}-{grade}-{team}-{spot}", voice=f"{part}-{spot}", written_on="2026-01-15")
        for (grade, team), scene in SCENES.items() for spot in spots
    ]  # fmt: skip


@pytest.fixture(scope="session")
def learning() -> list[LabelRow]:
    return written(SPOTS[:8], "train")


@pytest.fixture(scope="session")
def unseen() -> list[LabelRow]:
    return written(SPOTS[8:], "dev")


@pytest.fixture(scope="session")
def fitted(learning: list[LabelRow], unseen: list[LabelRow]) -> Classifier:
    """A classifier of the corpus, fitted once: a test that needs another threshold replaces it."""
    part = fit.part(unseen)
    return fit.fit(fit.part(learning), part, [4] * len(part.rows), Config())


def as_json_lines(rows: list[LabelRow], path: Path) -> Path:
    import json

    kept = ("id", "text", "grade", "team", "incident", "voice", "written_on")
    lines = [json.dumps({name: getattr(row, name) for name in kept}) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def train_file(learning: list[LabelRow], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return as_json_lines(learning, tmp_path_factory.mktemp("labels") / "train.jsonl")


@pytest.fixture(scope="session")
def dev_file(unseen: list[LabelRow], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return as_json_lines(unseen, tmp_path_factory.mktemp("labels") / "dev.jsonl")


# Not the choices that ship, so that a run which forgot its own would be seen.
CHOICES = Config(heads=HeadConfig(grade_c=2.0))


def run_once(home: Path, train_file: Path, dev_file: Path, least_found: float | None) -> Run:
    """One run under `home`, with models and runs in folders of these names, past a gate if a share is given."""
    gate = None if least_found is None else home / "gate.yaml"
    if gate is not None:
        asked = f"name: test\nlaws: true\nat_least:\n  grade 1 found: {{limit: {least_found}}}\n"
        gate.write_text(asked, encoding="utf-8")
    request = Request((train_file,), dev_file, gate, home / "models", CHOICES, {})
    return train.run(request, lambda _: None)


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory, train_file: Path, dev_file: Path) -> Path:
    """The home of a run whose gate opened. Only read by those who share it."""
    home = tmp_path_factory.mktemp("opened")
    result = run_once(home, train_file, dev_file, 0.5)
    assert result.passed, result.checks
    return home


@pytest.fixture(scope="session")
def shut(tmp_path_factory: pytest.TempPathFactory, train_file: Path, dev_file: Path) -> Path:
    """The home of a run whose gate is shut: no model finds more than every emergency."""
    home = tmp_path_factory.mktemp("shut")
    assert not run_once(home, train_file, dev_file, 1.1).passed
    return home
