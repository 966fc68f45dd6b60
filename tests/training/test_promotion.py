"""Who lets a model answer is checked, signed and recorded, and is undone in one step."""

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest

from training import figures, gates, labels, promotion, promotion_policy, registry, signing
from training.labels import LabelRow
from training.promotion import Asked
from triage_model import artefact, classifier, triage
from triage_model.classifier import Classifier, Thresholds
from triage_model.errors import ArtifactError, SettingsError

TWO_SIGN = "name: test\nlaws: false\nsignatures: 2\n"


@pytest.fixture(scope="module")
def made(fitted: Classifier) -> Classifier:
    return replace(fitted, thresholds=Thresholds(0.5, 0.5, 0.5))


@pytest.fixture
def models(made: Classifier, tmp_path: Path) -> Path:
    for prevalence in (0.03, 0.05):
        content = classifier.content_of(replace(made, prevalence=prevalence))
        name = artefact.save(tmp_path / "models" / "new", content, {})
        (tmp_path / "models" / "new").rename(tmp_path / "models" / name)
    policy(tmp_path / "models")
    return tmp_path / "models"


def keys(folder: Path, count: int) -> list[Path]:
    files = [folder / f"key-{number}" for number in range(count)]
    for file in files:
        signing.new_key(file)
    return files


def gate(folder: Path, text: str) -> Path:
    path = folder / "gate.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_two_different_keys_must_sign_where_two_are_asked_for(models: Path, tmp_path: Path) -> None:
    first, other = keys(tmp_path, 2)
    asked, name = gate(tmp_path, TWO_SIGN), registry.model_folders(models)[0].name
    alone = promotion.promote(models, name, Asked("one", [first, first], asked))
    assert not all(check.passed for check in alone)
    assert registry.current(models) is None
    both = promotion.promote(models, name, Asked("both", [first, other], asked))
    assert all(check.passed for check in both)
    trusted = [signing.public_key(signing.read_key(file)) for file in (first, other)]
    assert set(artefact.signers(models / name, trusted)) == set(trusted)


def test_a_model_that_misses_a_confirmed_miss_again_is_not_promoted(models: Path, tmp_path: Path) -> None:
    row = {"id": "a", "text": "how do i ask about parking near the gate", "grade": 1, "team": "contact_desk"}
    (tmp_path / "caught.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    asked = gate(tmp_path, "name: test\nlaws: false\nmust_catch: caught.jsonl\n")
    checks = promotion.promote(models, registry.model_folders(models)[0].name, Asked("x", [], asked))
    assert [check.found for check in checks if not check.passed] == ["1: a"]
    assert registry.current(models) is None


def test_rollback_brings_back_the_model_before_at_once(models: Path) -> None:
    first, second = (folder.name for folder in registry.model_folders(models))
    for name in (first, second):
        promotion.promote(models, name, Asked("x", [], None))
    began = time.monotonic()
    assert promotion.rollback(models, None, by="y") == first
    assert time.monotonic() - began < 5
    assert classifier.load(models / "current").model_id == first
    assert [event["event"] for event in registry.history(models)] == ["promoted", "promoted", "rolled back"]


def test_a_damaged_model_is_neither_promoted_nor_rolled_back_to(models: Path) -> None:
    folder = registry.model_folders(models)[0]
    (folder / "model.joblib").write_bytes(b"other")
    for act in (
        lambda: promotion.promote(models, folder.name, Asked("x", [], None)),
        lambda: promotion.rollback(models, folder.name, by="x"),
    ):
        with pytest.raises(ArtifactError):
            act()
    assert registry.current(models) is None


def test_a_key_is_its_owners_alone_and_never_overwritten(tmp_path: Path) -> None:
    file = keys(tmp_path, 1)[0]
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(SettingsError, match="is there already"):
        signing.new_key(file)


def test_a_worse_model_is_refused_with_the_reason(
    made: Classifier, unseen: list[LabelRow], tmp_path: Path
) -> None:
    """The rules are left out, so that what is measured is the model."""
    desk = replace(triage.load().limited_to("model"), classifier=made)
    blunt = replace(made, thresholds=replace(made.thresholds, emergency=1.01))
    before, after = figures.outcomes(unseen, desk), figures.outcomes(unseen, replace(desk, classifier=blunt))
    asked = gates.load(gate(tmp_path, "name: test\nlaws: false\nno_worse:\n  grade 1 found: 0.02\n"))
    shut = [check for check in gates.checks(asked, after, desk, before=before) if not check.passed]
    assert [check.name for check in shut] == ["grade 1 found: no worse than now"]


def test_a_kind_of_report_that_is_missed_shuts_the_gate(
    made: Classifier, unseen: list[LabelRow], tmp_path: Path
) -> None:
    desk = replace(triage.load().limited_to("model"), classifier=made)
    urgent = [row for row in unseen if row.grade == 1]
    many = [replace(row, id=f"{row.id}-{n}") for n in range(5) for row in urgent]
    lost = [replace(row, text="how do i ask about parking", tags=("covert",)) for row in many[:25]]
    found = figures.outcomes([*many, *lost], desk)
    asked = gates.load(gate(tmp_path, "name: test\nlaws: false\nslices: 0.03\n"))
    check = next(one for one in gates.checks(asked, found, desk) if one.name == "kinds of report")
    assert not check.passed
    assert "covert" in check.found


def knife_missed(folder: Path) -> str:
    row = {"id": "a", "text": "how do i ask about parking near the gate", "grade": 1, "team": "contact_desk"}
    (folder / "missed.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    return "missed.jsonl"


def policy(models: Path, *, people: dict[str, str] | None = None, caught: str = "") -> None:
    body = {"signatures": len(people or {}), "people": people or {}, "must_catch": [caught] if caught else []}
    (models / promotion_policy.NAME).write_text(json.dumps(body), encoding="utf-8")


def test_our_policy_asks_for_the_sample_rows(models: Path) -> None:
    (models / promotion_policy.NAME).unlink()
    checks = promotion.promote(models, registry.model_folders(models)[0].name, Asked("x"))
    rows = len(labels.read(list(promotion_policy.load(promotion_policy.DEFAULT).must_catch)))
    assert [check.name for check in checks] == [f"must catch ({rows} rows)", "signatures"]


def test_without_a_gate_a_confirmed_miss_is_refused_too(models: Path) -> None:
    policy(models, caught=knife_missed(models))
    name = registry.model_folders(models)[0].name
    checks = promotion.promote(models, name, Asked("x"))
    assert [check.found for check in checks if not check.passed] == ["1: a"]
    (models / "missed.jsonl").unlink()
    gone = promotion.promote(models, name, Asked("x"))
    assert ["is missing" in check.found for check in gone if not check.passed] == [True]
    assert registry.current(models) is None


def test_two_people_sign_one_after_the_other(models: Path, tmp_path: Path) -> None:
    files = keys(tmp_path, 3)
    public = [signing.public_key(signing.read_key(file)) for file in files]
    policy(models, people={"ann": public[0], "bob": public[1]})
    name = registry.model_folders(models)[0].name
    for alone in ([files[0]], [files[0], files[2]]):
        assert not all(check.passed for check in promotion.promote(models, name, Asked("ann", alone)))
        assert registry.current(models) is None
    both = promotion.promote(models, name, Asked("bob", [files[1]]))
    assert [check.found for check in both] == ["2: ann, bob"]
    assert registry.current(models) == models / name


def test_a_swapped_model_is_refused_by_name_and_signature(models: Path, tmp_path: Path) -> None:
    file = keys(tmp_path, 1)[0]
    trusted = [signing.public_key(signing.read_key(file))]
    first, second = registry.model_folders(models)
    promotion.promote(models, first.name, Asked("x", [file]))
    assert classifier.load(first, trusted_keys=trusted).model_id == first.name
    signatures = (first / artefact.SIGNATURES).read_bytes()
    (first / artefact.MODEL).write_bytes((second / artefact.MODEL).read_bytes())
    body = json.loads((first / artefact.MANIFEST).read_text())
    artefact.write_manifest(first, {name: value for name, value in body.items() if name != "files"})
    (first / artefact.SIGNATURES).write_bytes(signatures)
    with pytest.raises(ArtifactError, match="signed by fewer than 1"):
        classifier.load(first, trusted_keys=trusted)
    with pytest.raises(ArtifactError, match="another model than its name"):
        promotion.promote(models, first.name, Asked("x", [file]))


def test_rollback_is_no_way_round_the_signatures(models: Path, tmp_path: Path) -> None:
    file = keys(tmp_path, 1)[0]
    policy(models, people={"ann": signing.public_key(signing.read_key(file))})
    first, second = (folder.name for folder in registry.model_folders(models))
    for name in (first, second):
        promotion.promote(models, name, Asked("ann", [file]))
    assert promotion.rollback(models, None, by="y") == first
    (models / second / artefact.SIGNATURES).unlink()
    with pytest.raises(ArtifactError, match="signed by 0"):
        promotion.rollback(models, second, by="y")


def test_a_misspelt_policy_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "promotion.yaml"
    path.write_text("signatures: 2\npeople: {ann: k}\nmust_catch: none\n")
    with pytest.raises(SettingsError) as error:
        promotion_policy.load(path)
    assert "`people` are fewer" in str(error.value)
    assert "`must_catch` must be a list" in str(error.value)


ODD = (
    "~",
    "-1",
    "1.5",
    "true",
    "x",
    "[]",
    "[[1]]",
    "[~]",
    "{}",
    "{a: [k]}",
    "{a: ~}",
    "{1: k}",
    "{a: k, b: k}",
)
FITS = {"signatures": (), "people": ("{}",), "must_catch": ("[]",)}


@pytest.mark.parametrize("field", FITS)
@pytest.mark.parametrize("value", ODD)
def test_a_value_of_another_type_is_refused_by_name(tmp_path: Path, field: str, value: str) -> None:
    path = tmp_path / "promotion.yaml"
    given = {"signatures": "0", "people": "{}", "must_catch": "[]", field: value}
    path.write_text("".join(f"{name}: {says}\n" for name, says in given.items()))
    if value in FITS[field]:
        assert promotion_policy.load(path)
        return
    with pytest.raises(SettingsError, match=rf"{path}:{list(given).index(field) + 1}: `{field}`.* must"):
        promotion_policy.load(path)
