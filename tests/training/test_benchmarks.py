"""A public set runs through the same pipeline, and nothing of its test part chooses anything."""

import csv
import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from training import benchmarks
from training.benchmarks import BENCHMARKS

WAYS = {"1": ("we need a doctor in {}", "people are ill in {} and have no medicine"),
        "0": ("the road to {} is open", "thanks for the news from {}", "rain again over {} today")}  # fmt: skip
PLACES = ("camp one", "camp two", "the valley", "the port", "the school", "the bridge")


def made(folder: Path, *, test_is_wrong: bool = False) -> Path:
    rows = [(part, label, way.format(place)) for part in ("train", "validation", "test")
            for label, ways in WAYS.items() for way in ways for place in PLACES]  # fmt: skip
    with gzip.open(folder / "disaster_response.csv.gz", "wt", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["id", "text", "medical_help", "split"])
        writer.writeheader()
        for number, (part, label, text) in enumerate(rows):
            said = str(1 - int(label)) if test_is_wrong and part == "test" else label
            # Every second id is the one before again, as in the public file.
            writer.writerow({"id": number // 2, "text": text, "medical_help": said, "split": part})
    return folder


def test_a_need_is_a_task_of_two_teams(tmp_path: Path) -> None:
    line = benchmarks.run("disaster_response", made(tmp_path))
    assert "| 30 | F1 1.000 found 1.000 right 1.000 |" in line


def test_the_cut_comes_from_the_validation_part(tmp_path: Path) -> None:
    folder = made(tmp_path, test_is_wrong=True)
    assert "F1 0.000" in benchmarks.run("disaster_response", folder)


@pytest.mark.parametrize("text", ["=1+1 came up on my screen", "'=1+1 in quotes", "- a list of things"])
def test_a_text_that_begins_like_a_formula_is_read_as_it_was(text: str) -> None:
    rows = [{"id": "a", "text": text, "intent": "roads"}]
    owners = benchmarks._taxonomy(["roads"])
    assert [row.text for row in benchmarks._read(rows, "intent", owners)] == [text]


def test_rows_held_out_are_learned_from_in_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a set has no validation part of its own."""
    whole = replace(BENCHMARKS["disaster_response"], validation=None, need=False)
    monkeypatch.setitem(BENCHMARKS, "disaster_response", whole)
    assert "| 30 | accuracy 1.000" in benchmarks.run("disaster_response", made(tmp_path))
