"""An opinion is the same alone and among many, points at the words it came from, and can be trusted or is refused."""

import base64
import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from training import fit, labels, signing
from training.fit import Config
from training.labels import LabelRow
from triage_model import artefact, classifier, triage
from triage_model.classifier import Classifier
from triage_model.errors import ArtifactError
from triage_model.types import Grade, Report

SCENES = {
    (1, "serious_crime"): "a man with a knife is in the {} now and he is swinging it at people",
    (2, "domestic_abuse"): "my ex came to the {} again and threatened me last night",
    (3, "neighbourhood"): "kids gather at the {} every weekend and leave rubbish",
    (4, "contact_desk"): "how do i ask about parking near the {} please",
}
SPOTS = ("shop", "park", "garage", "school", "garden", "station", "kitchen", "yard")
PARTS = [
    ["a knife in the park"],
    ["how do i ask"],
    [""],
    ["my ex came", "he has a knife now"],
    ["😭"],
    ["word " * 3000],
]


def rows() -> list[LabelRow]:
    return [
        LabelRow(id=f"{grade}-{spot}", text=scene.format(spot), grade=labels.Grade(grade), team=team, incident=f"{grade}-{spot}")
        for (grade, team), scene in SCENES.items() for spot in SPOTS
    ]  # fmt: skip


@pytest.fixture(scope="module")
def made() -> Classifier:
    part = fit.part(rows())
    return fit.fit(part, part, [4] * len(part.rows), Config())


@pytest.fixture
def folder(made: Classifier, tmp_path: Path) -> Path:
    artefact.save(tmp_path / "model", classifier.content_of(made), {})
    return tmp_path / "model"


def test_what_came_before_changes_no_opinion(made: Classifier) -> None:
    """What is kept of words met before is never seen in an answer."""
    first = [made.assess(parts) for parts in PARTS]
    assert [made.assess(parts) for parts in reversed(PARTS)] == first[::-1]


def test_a_saved_model_answers_as_the_one_that_was_made(made: Classifier, folder: Path) -> None:
    loaded = classifier.load(folder, trusted_keys=())
    for parts in PARTS:
        ours, theirs = made.assess(parts), loaded.assess(parts)
        assert (ours.grade, ours.grade_probabilities, ours.teams) == (
            theirs.grade,
            theirs.grade_probabilities,
            theirs.teams,
        )


@pytest.mark.parametrize("parts", PARTS)
def test_chances_add_up_and_teams_are_ranked(made: Classifier, parts: list[str]) -> None:
    said = made.assess(parts)
    assert sum(p for _, p in said.grade_probabilities) == pytest.approx(1.0)
    assert all(p >= 0 for _, p in said.grade_probabilities)
    assert said.p_emergency == said.grade_probabilities[0][1]
    assert sum(p for _, p in said.teams) == pytest.approx(1.0)
    assert [p for _, p in said.teams] == sorted((p for _, p in said.teams), reverse=True)


@pytest.mark.parametrize("parts", PARTS)
def test_evidence_slices_the_part_it_names(made: Classifier, parts: list[str]) -> None:
    for item in made.assess(parts).evidence:
        assert item.span is not None
        text = parts[item.span.part][item.span.start : item.span.end]
        assert f'"{text.lower()}"' in item.says


def test_an_emergency_in_a_message_is_seen(made: Classifier) -> None:
    said = made.assess(
        ["my ex came to the park again", "a man with a knife is in the park now swinging it at people"]
    )
    assert said.grade is Grade.EMERGENCY
    assert any(item.span is not None and item.span.part == 1 for item in said.evidence)


def test_chances_are_stated_for_the_prevalence(made: Classifier) -> None:
    assert classifier.corrected(0.5, base_rate=0.5, prevalence=0.03) == pytest.approx(0.03)
    assert classifier.corrected(0.3, base_rate=0.3, prevalence=0.3) == pytest.approx(0.3)
    assert made.prevalence == 0.03


def test_a_report_of_a_hundred_words_takes_milliseconds(made: Classifier) -> None:
    text = " ".join(f"{scene.format(spot)}" for scene in SCENES.values() for spot in SPOTS[:2])
    made.assess([text])
    began = time.process_time()
    for _ in range(50):
        made.assess([text])
    assert (time.process_time() - began) / 50 < 0.015


def signed(folder: Path) -> str:
    key = Ed25519PrivateKey.generate()
    signing.sign(folder, [key])
    return signing.public_key(key)


def test_a_trusted_signature_is_asked_for_where_keys_are_set(folder: Path) -> None:
    stranger = base64.b64encode(bytes(32)).decode()
    with pytest.raises(ArtifactError, match="signed by fewer"):
        classifier.load(folder, trusted_keys=[stranger])
    key = signed(folder)
    assert classifier.load(folder, trusted_keys=[stranger, key]).model_id


def test_a_swapped_model_is_refused_by_its_signature(made: Classifier, folder: Path, tmp_path: Path) -> None:
    key = signed(folder)
    other = tmp_path / "other"
    artefact.save(other, {**classifier.content_of(made), "prevalence": 0.5}, {})
    for name in ("model.joblib", "manifest.json"):
        (folder / name).write_bytes((other / name).read_bytes())
    with pytest.raises(ArtifactError, match="signed by fewer"):
        classifier.load(folder, trusted_keys=[key])


def test_content_of_another_form_is_refused(tmp_path: Path) -> None:
    artefact.save(tmp_path / "odd", {"vocabulary": {}}, {})
    with pytest.raises(ArtifactError, match="train it again"):
        classifier.load(tmp_path / "odd", trusted_keys=())


def test_a_vocabulary_with_its_blocks_mixed_is_refused(made: Classifier) -> None:
    content = classifier.content_of(made)
    mixed = {**content["vocabulary"], "block_of": content["vocabulary"]["block_of"][::-1].copy()}
    mixed["block_of"][0] = mixed["block_of"][-1]
    with pytest.raises(ArtifactError, match="not what this version reads"):
        classifier.restore({**content, "vocabulary": mixed}, model_id="m", source=Path("here"))


def test_current_may_be_a_link_or_a_file(made: Classifier, tmp_path: Path) -> None:
    artefact.save(tmp_path / "m-1", classifier.content_of(made), {})
    (tmp_path / "link").symlink_to("m-1")
    (tmp_path / "named").write_text("m-1\n", encoding="utf-8")
    assert classifier.load(tmp_path / "link").model_id == classifier.load(tmp_path / "named").model_id


def test_the_front_door_answers_with_the_model(folder: Path) -> None:
    desk = triage.load(folder)
    decision = desk.decide(Report("a man with a knife is in the shop now and he is swinging it at people"))
    assert decision.grade is Grade.EMERGENCY
    assert not decision.degraded


@pytest.mark.parametrize(
    "letters", ["x", "ab", "aeiou", "z1", "'", "é", "\u0301", "a-", "a.", "1", "🔪", "((", '"']
)
def test_a_word_that_never_ends_costs_no_more_than_its_length(folder: Path, letters: str) -> None:
    """Twenty thousand characters without a space, read by rules and model: once it took a minute."""
    desk = triage.load(folder)
    begun = time.process_time()
    desk.decide(Report((letters * 20_000)[:20_000]))
    assert time.process_time() - begun < 3.0
